import { describe, expect, it } from 'vitest';
import { carModelName } from './car-models.ts';

describe('the name of a car', () => {
  it('is said in the language of whoever looks for the car, however it was registered', () => {
    expect(carModelName('Sonata', 'ko')).toBe('쏘나타');
    expect(carModelName('쏘나타', 'en')).toBe('Sonata');
    expect(carModelName('santafe', 'ko')).toBe('싼타페');
    expect(carModelName('Sonata', 'en')).toBe('Sonata');
  });

  it('keeps the number behind it', () => {
    expect(carModelName('Ioniq 5', 'ko')).toBe('아이오닉 5');
    expect(carModelName('아이오닉5', 'en')).toBe('Ioniq 5');
  });

  it('stays as registered where nobody here knows it', () => {
    expect(carModelName('Model 3', 'ko')).toBe('Model 3');
    expect(carModelName('', 'ko')).toBe('');
  });
});
