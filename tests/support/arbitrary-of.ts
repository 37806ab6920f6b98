/** Random values of a zod schema, its edges among them: what the contract lets through. */
import fc from 'fast-check';
import * as z from 'zod';

interface Def {
  type: string;
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  options?: z.ZodType[];
  innerType?: z.ZodType;
  entries?: Record<string, string | number>;
  values?: unknown[];
  in?: z.ZodType;
}
/** The bounds of what holds no other value. What they miss, the caller's parse refuses. */
interface Bounds {
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  format?: string;
}

export function arbitraryOf(schema: z.ZodType): fc.Arbitrary<unknown> {
  const { def } = (schema as unknown as { _zod: { def: Def } })._zod;
  const inner = () => (def.innerType === undefined ? fc.constant(undefined) : arbitraryOf(def.innerType));
  switch (def.type) {
    case 'object':
      return object(def.shape ?? {});
    case 'array': {
      const { minItems: least = 0, maxItems = 3 } = boundsOf(schema);
      const element = def.element ?? failed('an array of nothing');
      return fc.array(arbitraryOf(element), {
        minLength: least,
        maxLength: Math.max(least, Math.min(maxItems, 3)),
      });
    }
    case 'union':
      return fc.oneof(...(def.options ?? []).map(arbitraryOf));
    case 'nullable':
      return fc.option(inner(), { nil: null });
    case 'optional':
      return fc.option(inner(), { nil: undefined });
    case 'default':
      return inner();
    case 'literal':
      return fc.constantFrom(...(def.values ?? []));
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries ?? {}));
    case 'boolean':
      return fc.boolean();
    case 'number': {
      const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = boundsOf(schema);
      return fc.integer({ min: minimum, max: maximum });
    }
    case 'string':
      return string(boundsOf(schema));
    default:
      return failed(`no arbitrary for ${def.type}`);
  }
}

function boundsOf(schema: z.ZodType): Bounds {
  return z.toJSONSchema(schema) as Bounds;
}

function string({ format, pattern, minLength = 0, maxLength = 40 }: Bounds): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid();
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  if (format !== undefined) return failed(`no arbitrary for ${format}`);
  // zod counts UTF-16 units, the document whole characters.
  return fc
    .string({ unit: 'binary', minLength, maxLength })
    .filter((text) => text.length >= minLength && text.length <= maxLength);
}

function object(shape: Record<string, z.ZodType>): fc.Arbitrary<unknown> {
  return fc.record(Object.fromEntries(Object.entries(shape).map(([name, of]) => [name, arbitraryOf(of)])));
}

function failed(why: string): never {
  throw new Error(why);
}
