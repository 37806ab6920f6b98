/** The contract as an OpenAPI 3.1 document, with what oRPC does not know: who may call, keys, problems. */
import { OpenAPIGenerator } from '@orpc/openapi';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import * as z from 'zod';
import {
  type ProblemCode,
  problem,
  refusalsOf,
  type ServerContract,
  serverContract,
} from '../../shared/server-contract/index.ts';
import { serverVersion } from '../version.ts';
import { problemStatus, problemTitle } from './problem.ts';

type Document = Awaited<ReturnType<OpenAPIGenerator['generate']>>;

const problemSchema = z.toJSONSchema(problem, { target: 'draft-2020-12' });

/** One answer per status, with the codes that this route may give under it. */
function problemAnswers(codes: readonly ProblemCode[]) {
  const statuses = [...new Set(codes.map(problemStatus))].sort((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => {
      const own = codes.filter((code) => problemStatus(code) === status);
      return [
        String(status),
        {
          description: own.map((code) => `\`${code}\`: ${problemTitle(code)}`).join('; '),
          content: {
            'application/problem+json': {
              schema: {
                allOf: [
                  { $ref: '#/components/schemas/Problem' },
                  {
                    type: 'object' as const,
                    properties: { status: { const: status }, code: { enum: own } },
                  },
                ],
              },
            },
          },
        },
      ];
    }),
  );
}

const isGroup = (name: string): name is keyof ServerContract => Object.hasOwn(serverContract, name);

export async function openApiDocument(): Promise<Document> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
  const document = await generator.generate(serverContract, {
    info: {
      title: 'Cigar Kiosk payment server',
      version: serverVersion,
      description:
        'What sites and phones may ask of the payment server. Times are UTC milliseconds, money is integer minor units.',
    },
    tags: [
      { name: 'public', description: 'Everybody' },
      { name: 'phone', description: 'A driver’s phone, with its token' },
      { name: 'cart', description: 'A smart cart’s scanner and scale, with its own token' },
      { name: 'site', description: 'A site’s station, with the credential it got at enrolment' },
    ],
    components: {
      securitySchemes: {
        site: { type: 'http', scheme: 'bearer', description: 'site_…, from enrolment' },
        phone: { type: 'http', scheme: 'bearer', description: 'phone_…, from registration' },
        cart: { type: 'http', scheme: 'bearer', description: 'cart_…, from the administration' },
      },
    },
  });
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Problem: problemSchema as never },
  };
  for (const path of Object.values(document.paths ?? {})) {
    for (const method of ['get', 'post'] as const) {
      const operation = path?.[method];
      if (operation === undefined) continue;
      const tag = operation.tags?.[0];
      operation.security = tag === 'site' || tag === 'phone' || tag === 'cart' ? [{ [tag]: [] }] : [];
      operation.parameters ??= [];
      // A POST's body is read as JSON even where it has nothing to say.
      const takesInput = method === 'post' || operation.parameters.length > 0;
      if (method === 'post') {
        operation.parameters.push({
          name: 'Idempotency-Key',
          in: 'header',
          required: true,
          description: 'A UUID; the same one whenever this same request is sent again.',
          schema: { type: 'string', minLength: 16, maxLength: 100 },
        });
      }
      const streams = JSON.stringify(operation.responses ?? {}).includes('text/event-stream');
      if (streams) {
        operation.parameters.push({
          name: 'Last-Event-ID',
          in: 'header',
          required: false,
          description: 'The id of the last event seen: the stream goes on after it without a gap.',
          schema: { type: 'string' },
        });
      }
      const [group = '', route = ''] = operation.operationId?.split('.') ?? [];
      if (!isGroup(group)) throw new Error(`A route of nobody: ${operation.operationId}`);
      const codes = refusalsOf({ group, route, method, takesInput });
      operation.responses = { ...operation.responses, ...problemAnswers(codes) };
    }
  }
  return document;
}
