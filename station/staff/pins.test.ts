import { expect, it } from 'vitest';
import { hashPin, nobodysHash, pinMatches, usualPinCost } from './pins.ts';

it('keeps of a PIN what takes 32 MiB to try, and nothing of the PIN', async () => {
  const [one, other] = await Promise.all([hashPin('4826', usualPinCost), hashPin('4826', usualPinCost)]);
  expect(one).toMatch(/^scrypt\$32768\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
  expect(other).not.toBe(one);
  expect(await pinMatches('4826', one)).toBe(true);
  expect(await pinMatches('4827', one)).toBe(false);
});

it('still knows a PIN that was kept at another cost', async () => {
  const kept = await hashPin('4826', { N: 16, r: 1, p: 1 });
  expect([await pinMatches('4826', kept), await pinMatches('4827', kept)]).toEqual([true, false]);
});

it('tries a PIN for nobody at the same cost, and never finds it right', async () => {
  expect(nobodysHash(usualPinCost)).toMatch(/^scrypt\$32768\$8\$1\$/);
  expect(await pinMatches('4826', nobodysHash({ N: 16, r: 1, p: 1 }))).toBe(false);
});

it('takes a hash that cannot be read for one that matches nothing', async () => {
  for (const broken of ['', 'scrypt', 'bcrypt$1$1$1$a$b', 'scrypt$16$1$1$salt'])
    expect(await pinMatches('4826', broken)).toBe(false);
});
