/**
 * What the contract lets through is what the OpenAPI document says. The server checks every answer and every event
 * against the contract before it sends it, so nothing undocumented can be told, whatever stands in its tables.
 */
import { getEventIteratorSchemaDetails, isContractProcedure } from '@orpc/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { openApiDocument } from '../../server/http/openapi.ts';
import { serverContract } from '../../shared/server-contract/index.ts';
import { arbitraryOf } from '../support/arbitrary-of.ts';
import { ContractDocument, type DocumentedOperation } from '../support/contract-document.ts';

const document = new ContractDocument(await openApiDocument());

interface Told {
  operation: DocumentedOperation;
  isStream: boolean;
  schema: z.ZodType;
}

const told: Told[] = Object.entries(serverContract).flatMap(([group, procedures]) =>
  Object.entries(procedures as Record<string, unknown>).map(([name, procedure]): Told => {
    const operation = document.operations.find((o) => o.operationId === `${group}.${name}`);
    if (!isContractProcedure(procedure) || operation === undefined) throw new Error(`${group}.${name}`);
    const { outputSchema } = procedure['~orpc'];
    const events = getEventIteratorSchemaDetails(outputSchema);
    return {
      operation,
      isStream: events !== undefined,
      schema: (events?.yields ?? outputSchema) as z.ZodType,
    };
  }),
);

function fault({ operation, isStream }: Told, value: unknown): string | null {
  if (isStream) return document.eventFault(operation, value);
  const schema = operation.responses.get('200')?.get('application/json');
  return document.fault(`${operation.operationId} random`, schema, value);
}

describe('what the contract lets through', () => {
  it('is every route of the document', () => {
    expect(told).toHaveLength(document.operations.length);
    expect(told.filter(({ isStream }) => isStream)).toHaveLength(2);
  });

  it.each(told.map((one) => [one.operation.operationId, one] as const))(
    '%s: is as the document says, whatever it is',
    (_, one) => {
      fc.assert(
        fc.property(arbitraryOf(one.schema), (value) => {
          const read = one.schema.safeParse(value);
          fc.pre(read.success);
          expect(fault(one, JSON.parse(JSON.stringify(read.data)))).toBeNull();
        }),
        { numRuns: one.isStream ? 400 : 30, seed: 20261128 },
      );
    },
  );

  it('and the document refuses what it does not name', () => {
    const stream = told.find(({ operation }) => operation.operationId === 'site.siteEvents');
    if (stream === undefined) throw new Error('no stream');
    for (const event of [{ type: 'of tomorrow' }, { type: 'gap', more: 1 }, { type: 'cart', cart: {} }, {}]) {
      expect(fault(stream, event)).not.toBeNull();
    }
  });
});
