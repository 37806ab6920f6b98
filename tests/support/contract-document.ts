/** The server's own OpenAPI document, read as strictly as it is written: what it does not name may not be said. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

type Json = unknown;
type JsonObject = Record<string, Json>;

export interface DocumentedOperation {
  operationId: string;
  method: string;
  template: string;
  tag: string;
  secured: boolean;
  parameters: { name: string; in: string; required?: boolean; schema?: Json }[];
  /** Null where it takes no body. */
  bodySchema: Json | null;
  responses: Map<string, Map<string, Json>>;
}

export interface Exchange {
  method: string;
  /** With its query. */
  path: string;
  headers: Record<string, string | string[] | undefined>;
  requestBody: string;
  status: number;
  contentType: string;
  responseBody: string;
}

/** One documented answer: a status, and the code where it is a refusal. */
export interface Answered {
  operationId: string;
  status: number;
  code: string | null;
}
export const answerKey = ({ operationId, status, code }: Answered): string =>
  `${operationId} ${status}${code === null ? '' : ` ${code}`}`;

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const objectOf = (value: Json): JsonObject => (isObject(value) ? value : {});

/** The schema with every object closed: a field that is not named is a fault. Parts of an `allOf` stay open. */
function closed(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(closed);
  if (!isObject(schema)) return schema;
  const copy: JsonObject = {};
  for (const [name, value] of Object.entries(schema)) {
    copy[name] =
      name === 'allOf' || name === 'const' || name === 'enum'
        ? value
        : name === 'properties'
          ? Object.fromEntries(Object.entries(objectOf(value)).map(([n, v]) => [n, closed(v)]))
          : closed(value);
  }
  const isRecord = isObject(copy.properties) && copy.additionalProperties === undefined;
  return isRecord ? { ...copy, additionalProperties: false } : copy;
}

export class ContractDocument {
  readonly operations: DocumentedOperation[] = [];
  readonly #components: Json;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #compiled = new Map<string, ValidateFunction>();
  readonly #routes: { pattern: RegExp; literals: number; operation: DocumentedOperation }[] = [];

  constructor(document: Json) {
    addFormats.default(this.#ajv);
    const root = objectOf(document);
    this.#components = closed(root.components);
    for (const [template, methods] of Object.entries(objectOf(root.paths))) {
      for (const [method, value] of Object.entries(objectOf(methods))) {
        const operation = this.#read(method, template, objectOf(value));
        this.operations.push(operation);
        const source = template.replace(/[.]/g, '\\.').replace(/\{[^}]+\}/g, '([^/]+)');
        const literals = template.split('/').filter((part) => !part.startsWith('{')).length;
        this.#routes.push({ pattern: new RegExp(`^${source}$`), literals, operation });
      }
    }
    this.#routes.sort((a, b) => b.literals - a.literals);
  }

  #read(method: string, template: string, operation: JsonObject): DocumentedOperation {
    const responses = new Map<string, Map<string, Json>>();
    for (const [status, response] of Object.entries(objectOf(operation.responses))) {
      const content = Object.entries(objectOf(objectOf(response).content));
      responses.set(status, new Map(content.map(([type, part]) => [type, objectOf(part).schema])));
    }
    const body = objectOf(objectOf(objectOf(operation.requestBody).content)['application/json']).schema;
    return {
      operationId: String(operation.operationId),
      method: method.toUpperCase(),
      template,
      tag: String((operation.tags as Json[] | undefined)?.[0]),
      secured: Array.isArray(operation.security) && operation.security.length > 0,
      parameters: (operation.parameters ?? []) as DocumentedOperation['parameters'],
      bodySchema: body ?? null,
      responses,
    };
  }

  /** Every answer that the document promises. */
  documented(): Answered[] {
    return this.operations.flatMap(({ operationId, responses }) =>
      [...responses].flatMap(([status, content]): Answered[] => {
        const problem = content.get('application/problem+json');
        if (problem === undefined) return [{ operationId, status: Number(status), code: null }];
        return this.#codesOf(problem).map((code) => ({ operationId, status: Number(status), code }));
      }),
    );
  }

  #codesOf(problem: Json): string[] {
    const parts = objectOf(problem).allOf;
    for (const part of Array.isArray(parts) ? parts : []) {
      const codes = objectOf(objectOf(objectOf(part).properties).code).enum;
      if (Array.isArray(codes)) return codes.map(String);
    }
    throw new Error('a problem that does not say its codes');
  }

  operationOf(method: string, path: string): DocumentedOperation | null {
    const bare = path.split('?', 1)[0] ?? '';
    const route = this.#routes.find((r) => r.operation.method === method && r.pattern.test(bare));
    return route?.operation ?? null;
  }

  /** What of the value does not fit the schema, in words; null when it fits. */
  fault(key: string, schema: Json, value: Json): string | null {
    const compiled =
      this.#compiled.get(key) ??
      this.#ajv.compile({ ...objectOf(closed(schema)), components: this.#components });
    this.#compiled.set(key, compiled);
    if (compiled(value)) return null;
    return this.#ajv.errorsText(compiled.errors?.slice(0, 5), { separator: '; ' });
  }

  /** Judges one exchange. `answered` is null for what is not a route of the contract. */
  judge(exchange: Exchange): { answered: Answered | null; faults: string[] } {
    const operation = this.operationOf(exchange.method, exchange.path);
    if (operation === null) return { answered: null, faults: [] };
    const { operationId } = operation;
    const { status } = exchange;
    const where = `${operationId} ${status}`;
    const content = operation.responses.get(String(status));
    const type = exchange.contentType.split(';', 1)[0]?.trim() ?? '';
    if (content === undefined)
      return {
        answered: null,
        faults: [`${where}: the status is not documented: ${exchange.responseBody.slice(0, 200)}`],
      };
    const schema = content.get(type);
    if (schema === undefined) return { answered: null, faults: [`${where}: ${type} is not documented`] };
    if (type === 'text/event-stream') return { answered: { operationId, status, code: null }, faults: [] };
    const faults: string[] = [];
    const body = parsed(exchange.responseBody);
    const fault = this.fault(`${where} ${type}`, schema, body);
    if (fault !== null) faults.push(`${where}: the answer is not as documented: ${fault}`);
    if (status < 300) faults.push(...this.#requestFaults(operation, exchange));
    const code = status < 300 ? null : String(objectOf(body).code);
    return { answered: { operationId, status, code }, faults };
  }

  /** An event of a stream against the stream's documented events. */
  eventFault(operation: DocumentedOperation, data: Json): string | null {
    const schema = operation.responses.get('200')?.get('text/event-stream');
    const events = objectOf(schema).oneOf;
    const message = (Array.isArray(events) ? events : []).find(
      (e) => objectOf(objectOf(objectOf(e).properties).event).const === 'message',
    );
    if (message === undefined) return 'no events are documented';
    const { data: dataSchema } = objectOf(objectOf(message).properties);
    return this.fault(`${operation.operationId} event`, dataSchema, data);
  }

  /** What was accepted must have been asked as documented. */
  #requestFaults(operation: DocumentedOperation, exchange: Exchange): string[] {
    const where = `${operation.operationId}, asked`;
    const faults: string[] = [];
    const url = new URL(exchange.path, 'http://server');
    const inPath = new RegExp(`^${operation.template.replace(/\{([^}]+)\}/g, '(?<$1>[^/]+)')}$`).exec(
      url.pathname,
    )?.groups;
    for (const parameter of operation.parameters) {
      const text =
        parameter.in === 'query'
          ? url.searchParams.get(parameter.name)
          : parameter.in === 'path'
            ? (inPath?.[parameter.name] ?? null)
            : exchange.headers[parameter.name.toLowerCase()];
      if (text === null || text === undefined) {
        if (parameter.required === true) faults.push(`${where}: ${parameter.name} is missing`);
        continue;
      }
      const type = objectOf(parameter.schema).type;
      const value = type === 'integer' || type === 'number' ? Number(text) : text;
      const fault = this.fault(`${where} ${parameter.name}`, parameter.schema, value);
      if (fault !== null) faults.push(`${where}: ${parameter.name} ${fault}`);
    }
    const named = new Set(operation.parameters.filter((p) => p.in === 'query').map((p) => p.name));
    for (const name of url.searchParams.keys()) {
      if (!named.has(name)) faults.push(`${where}: ${name} is not documented`);
    }
    const body = exchange.requestBody === '' ? {} : parsed(exchange.requestBody);
    if (operation.bodySchema !== null) {
      const fault = this.fault(`${where} body`, operation.bodySchema, body);
      if (fault !== null) faults.push(`${where}: ${fault}`);
    } else if (isObject(body) && Object.keys(body).length > 0) {
      faults.push(`${where}: a body where none is documented`);
    }
    return faults;
  }
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
