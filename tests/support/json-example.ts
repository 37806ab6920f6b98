/** Some value that fits a JSON schema: enough to ask any route of the contract something that it understands. */
type Json = unknown;
type JsonObject = Record<string, Json>;

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Strings that some pattern of the contract wants; the first that fits is taken. */
const strings = [
  '0193a5c0-7a00-7000-8000-00000000aaaa',
  '12345678',
  '1234',
  `eddystone-uid:${'ab'.repeat(16)}`,
  'ab'.repeat(16),
  'ab'.repeat(32),
  'KRW',
  'example words',
  'x',
];

function exampleString(schema: JsonObject): string {
  const { pattern, format, minLength, maxLength } = schema;
  const fits = (text: string) =>
    (typeof pattern !== 'string' || new RegExp(pattern, 'u').test(text)) &&
    (typeof minLength !== 'number' || text.length >= minLength) &&
    (typeof maxLength !== 'number' || text.length <= maxLength);
  const [uuid] = strings;
  if (format === 'uuid' && uuid !== undefined) return uuid;
  const found = [...strings].reverse().find(fits);
  if (found === undefined) throw new Error(`no example fits ${JSON.stringify(schema)}`);
  return found;
}

/** @throws where it meets a schema that it does not know how to fill */
export function exampleFor(schema: Json): Json {
  if (!isObject(schema)) return null;
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const alternatives = schema.oneOf ?? schema.anyOf;
  if (Array.isArray(alternatives)) return exampleFor(alternatives[0]);
  switch (schema.type) {
    case 'object': {
      const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
      const properties = isObject(schema.properties) ? schema.properties : {};
      return Object.fromEntries(required.map((name) => [name, exampleFor(properties[name])]));
    }
    case 'array':
      return Array.from({ length: Number(schema.minItems ?? 0) }, () => exampleFor(schema.items));
    case 'string':
      return exampleString(schema);
    case 'integer':
    case 'number':
      return Math.max(Number(schema.minimum ?? 1), 1);
    case 'boolean':
      return false;
    case 'null':
      return null;
    default:
      throw new Error(`no example for ${JSON.stringify(schema)}`);
  }
}
