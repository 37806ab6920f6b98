/** As much of an OpenAPI 3.1 document as the reference page reads. */
export type Json = unknown;

export interface ReferenceSchema {
  type?: string | string[];
  properties?: Record<string, Json>;
  required?: string[];
  items?: Json;
  oneOf?: Json[];
  anyOf?: Json[];
  const?: Json;
  enum?: Json[];
}

export interface ReferenceOperation {
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean; description?: string }[];
  requestBody?: { content?: Record<string, { schema?: Json }> };
  responses?: Record<string, { description?: string; content?: Record<string, { schema?: Json }> }>;
}

export interface ReferenceDocument {
  info: { title: string; version: string; description?: string };
  tags?: { name: string; description?: string }[];
  paths?: Record<string, Record<string, ReferenceOperation>>;
}

export function isReference(schema: Json): schema is { $ref: string } {
  return typeof schema === 'object' && schema !== null && '$ref' in schema && typeof schema.$ref === 'string';
}

export function isSchema(schema: Json): schema is ReferenceSchema {
  return typeof schema === 'object' && schema !== null;
}
