import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hotp, ocra, parseOcraSuite, totp } from './index.ts';

const folder = '../shared/data/vectors';
const read = (name: string) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'));
const hex = (text: string) => Buffer.from(text, 'hex');

interface OcraVector {
  suite: string;
  key_hex: string;
  question: string;
  ocra: string;
  counter?: number;
  pin_sha1_hex?: string;
  timestamp_steps?: number;
}

describe.skipIf(!existsSync(folder))('published vectors (skipped where ../shared/data is absent)', () => {
  it('OCRA gives all 70 values of RFC 6287 Appendix C', () => {
    const vectors: OcraVector[] = read('rfc6287_ocra.json').vectors;
    expect(vectors).toHaveLength(70);
    for (const vector of vectors) {
      const suite = parseOcraSuite(vector.suite);
      if (suite === null) throw new Error(`suite not understood: ${vector.suite}`);
      const code = ocra(suite, hex(vector.key_hex), {
        question: vector.question,
        counter: vector.counter,
        pinHash: vector.pin_sha1_hex === undefined ? undefined : hex(vector.pin_sha1_hex),
        timeSteps: vector.timestamp_steps,
      });
      expect({ ...vector, ocra: code }).toEqual(vector);
    }
  });

  it('HOTP gives every value of RFC 4226 Appendix D', () => {
    const { secret_hex, vectors } = read('rfc4226_hotp.json');
    expect(vectors.length).toBeGreaterThanOrEqual(10);
    for (const v of vectors) expect(hotp(hex(secret_hex), BigInt(v.counter))).toBe(v.hotp6);
  });

  it('TOTP gives every value of RFC 6238 Appendix B', () => {
    const { vectors } = read('rfc6238_totp.json');
    expect(vectors).toHaveLength(18);
    for (const v of vectors) {
      const hash = v.mode.toLowerCase() as 'sha1' | 'sha256' | 'sha512';
      expect(totp(hex(v.key_hex), v.unix_time * 1000, 30_000, 8, hash)).toBe(v.totp8);
    }
  });
});

// Facts of the RFCs, so that the algorithms are held even where the vectors' folder is absent.
describe('the RFCs’ own examples', () => {
  const key20 = Buffer.from('12345678901234567890');
  const key32 = Buffer.from('12345678901234567890123456789012');
  const key64 = Buffer.from('1234567890123456789012345678901234567890123456789012345678901234');

  it('RFC 4226 Appendix D: the first ten codes of the well-known secret', () => {
    const codes = Array.from({ length: 10 }, (_, i) => hotp(key20, BigInt(i)));
    expect(codes).toEqual([
      '755224',
      '287082',
      '359152',
      '969429',
      '338314',
      '254676',
      '287922',
      '162583',
      '399871',
      '520489',
    ]);
  });

  it.each([
    ['sha1', key20, 59, '94287082'],
    ['sha256', key32, 59, '46119246'],
    ['sha512', key64, 59, '90693936'],
    ['sha1', key20, 20_000_000_000, '65353130'],
  ] as const)('RFC 6238 Appendix B: %s', (hash, key, seconds, code) => {
    expect(totp(key, seconds * 1000, 30_000, 8, hash)).toBe(code);
  });

  it.each([
    ['OCRA-1:HOTP-SHA1-6:QN08', key20, { question: '00000000' }, '237653'],
    ['OCRA-1:HOTP-SHA1-6:QN08', key20, { question: '11111111' }, '243178'],
    [
      'OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1',
      key32,
      { question: '12345678', counter: 0, pinHash: createHash('sha1').update('1234').digest() },
      '65347737',
    ],
    ['OCRA-1:HOTP-SHA512-8:QN08-T1M', key64, { question: '00000000', timeSteps: 0x132d0b6 }, '95209754'],
    ['OCRA-1:HOTP-SHA256-8:QA08', key32, { question: 'CLI22220SRV11110' }, '28247970'],
  ])('RFC 6287 Appendix C: %s', (text, key, input, code) => {
    const suite = parseOcraSuite(text);
    if (suite === null) throw new Error('suite not understood');
    expect(ocra(suite, key, input)).toBe(code);
  });

  it.each([
    '',
    'OCRA-2:HOTP-SHA1-6:QN08',
    'OCRA-1:HOTP-SHA1-3:QN08',
    'OCRA-1:HOTP-SHA1-6:QN03',
    'OCRA-1:HOTP-SHA1-6:QN65',
    'OCRA-1:HOTP-SHA1-6:QN08-T60S',
    'OCRA-1:HOTP-SHA1-6:QX08',
    'OCRA-1:HOTP-SHA1-6:QN08 ',
  ])('refuses what is no suite: %j', (text) => {
    expect(parseOcraSuite(text)).toBeNull();
  });

  it('refuses an input that the suite names and the caller left out', () => {
    const suite = parseOcraSuite('OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1');
    if (suite === null) throw new Error('suite not understood');
    expect(() => ocra(suite, key32, { question: '12345678' })).toThrow('needs a counter');
    expect(() => ocra(suite, key32, { question: '12345678', counter: 1 })).toThrow('PIN');
    expect(() => ocra(suite, key32, { question: '12x', counter: 1 })).toThrow('question');
  });
});
