import { expect, it } from 'vitest';
import { isStorable } from './storable.ts';

const judged = (text: string) => isStorable(text, JSON.parse(text));

it.each(['{"a":"x\\u0000"}', '{"a":["\\ud83d"]}', '{"a":{"b\\uDE97":1}}', '["\\ude97\\ud83d"]'])(
  'no store takes %s',
  (text) => expect(judged(text)).toBe(false),
);

it.each(['{}', '{"a":"🚗 \\ud83d\\ude97"}', '{"a":"\\\\u0000"}', '{"a":"\\u0001 ud800"}'])(
  'a store takes %s',
  (text) => expect(judged(text)).toBe(true),
);
