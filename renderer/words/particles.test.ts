import { describe, expect, it } from 'vitest';
import { ko } from './ko.ts';
import { withParticle } from './particles.ts';

describe('Korean particles', () => {
  it('follow the last syllable', () => {
    expect(withParticle('휘발유', '을/를')).toBe('휘발유를');
    expect(withParticle('서울로점', '으로/로')).toBe('서울로점으로');
    expect(withParticle('2번 픽업', '으로/로')).toBe('2번 픽업으로');
    expect(withParticle('4번 주유기', '으로/로')).toBe('4번 주유기로');
    expect(withParticle('서울', '으로/로')).toBe('서울로');
    expect(withParticle('이하늘', '이/가')).toBe('이하늘이');
  });

  it('follow a number, a letter and a sum as they are read', () => {
    expect(withParticle('A13', '을/를')).toBe('A13을');
    expect(withParticle('A12', '을/를')).toBe('A12를');
    expect(withParticle('LPG', '을/를')).toBe('LPG를');
    expect(withParticle('₩35,012', '은/는')).toBe('₩35,012은');
    expect(withParticle('US$12.00', '을/를')).toBe('US$12.00를');
    expect(withParticle('(주)한빛)', '이/가')).toBe('(주)한빛)이');
  });

  it('are chosen everywhere, and never left to the reader', () => {
    expect(ko.refuel.mismatchFirst('휘발유')).toContain('휘발유를');
    expect(JSON.stringify(ko, (_, word) => (typeof word === 'function' ? String(word) : word))).not.toMatch(
      /[을를]\([을를]\)|\(으\)로|이\(가\)|은\(는\)/,
    );
  });
});
