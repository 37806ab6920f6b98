import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  amountAgrees,
  amountForVolume,
  currencyExponent,
  formatMoney,
  formatUnitPrice,
  volumeForAmount,
} from './index.ts';

/** What a litre costs, in thousandths of a minor unit: some low and some high price of each currency. */
const priced = [
  { currency: 'KRW', decimals: 0, low: 900_000, high: 2_500_000 },
  { currency: 'JPY', decimals: 0, low: 90_000, high: 250_000 },
  { currency: 'USD', decimals: 2, low: 60_000, high: 200_000 },
  { currency: 'EUR', decimals: 2, low: 100_000, high: 260_000 },
  // Three decimals: 1 dinar is 1000 fils, and a litre costs about 85 of them.
  { currency: 'KWD', decimals: 3, low: 50_000, high: 250_000 },
  // Usually written without decimals, and yet their minor unit is a hundredth, a thousandth.
  { currency: 'HUF', decimals: 2, low: 40_000_000, high: 80_000_000 },
  { currency: 'IQD', decimals: 3, low: 350_000_000, high: 900_000_000 },
] as const;

const seed = 20261121;
/** From a splash to a lorry's tanks (ml). */
const volume = fc.integer({ min: 10, max: 1_500_000 });

describe.each(priced)('price × volume in $currency', ({ currency, decimals, low, high }) => {
  const price = fc.integer({ min: low, max: high });

  it('is the exact product, rounded once, half up, to the currency’s smallest unit', () => {
    fc.assert(
      fc.property(price, volume, (unitPriceMilli, volumeMl) => {
        const exact = BigInt(unitPriceMilli) * BigInt(volumeMl);
        const rounded = BigInt(amountForVolume(unitPriceMilli, volumeMl)) * 1_000_000n;
        const over = rounded - exact;
        // At most half a unit up (a half goes up), less than half a unit down.
        expect(over <= 500_000n && over > -500_000n).toBe(true);
      }),
      { seed },
    );
    expect(amountForVolume(1_000_000, 1)).toBe(1);
    expect([amountForVolume(500_000, 1), amountForVolume(499_999, 1)]).toEqual([1, 0]);
  });

  it('is accepted as reckoned, and from a pump that shows whole hundredths of a litre', () => {
    fc.assert(
      fc.property(price, volume, (unitPriceMilli, volumeMl) => {
        const amount = amountForVolume(unitPriceMilli, volumeMl);
        expect(amountAgrees(unitPriceMilli, volumeMl, amount)).toBe(true);
        // The pump reckoned with what flowed and shows 10 ml steps.
        const shown = Math.round(volumeMl / 10) * 10;
        expect(amountAgrees(unitPriceMilli, shown, amount)).toBe(true);
      }),
      { seed },
    );
  });

  it('is accepted the other way round: an amount that was typed, and the volume that it buys', () => {
    fc.assert(
      fc.property(price, fc.integer({ min: 1, max: 500_000 }), (unitPriceMilli, amount) => {
        const volumeMl = volumeForAmount(unitPriceMilli, amount);
        expect(amountAgrees(unitPriceMilli, volumeMl, amount)).toBe(true);
        expect(amountAgrees(unitPriceMilli, Math.round(volumeMl / 10) * 10, amount)).toBe(true);
      }),
      { seed },
    );
  });

  it('is refused when it is off by more than the last step that a pump shows', () => {
    fc.assert(
      fc.property(price, volume, fc.integer({ min: 1, max: 100_000 }), fc.boolean(), (p, v, more, up) => {
        const step = Math.max(1, amountForVolume(p, 10));
        const off = (step + more) * (up ? 1 : -1);
        expect(amountAgrees(p, v, amountForVolume(p, v) + off)).toBe(false);
      }),
      { seed },
    );
  });

  it('never falls when more flows or a litre costs more', () => {
    fc.assert(
      fc.property(price, volume, fc.nat(1000), (p, v, more) => {
        expect(amountForVolume(p, v + more)).toBeGreaterThanOrEqual(amountForVolume(p, v));
        expect(amountForVolume(p + more, v)).toBeGreaterThanOrEqual(amountForVolume(p, v));
      }),
      { seed },
    );
  });

  it('is shown with as many decimals as the currency has', () => {
    expect(currencyExponent(currency)).toBe(decimals);
    fc.assert(
      fc.property(fc.nat(100_000_000), (amountMinor) => {
        const shown = formatMoney({ amountMinor, currency }, 'en').replace(/[^0-9.]/g, '');
        expect(shown.split('.')[1]?.length ?? 0).toBe(decimals);
        expect(shown.replace('.', '').replace(/^0+(?=.)/, '')).toBe(String(amountMinor));
      }),
      { seed },
    );
    const tenth = formatUnitPrice(low + 1, currency, 'en').replace(/[^0-9.]/g, '');
    expect(tenth.split('.')[1]?.length).toBe(decimals + 3);
  });
});

describe('large amounts', () => {
  it('lose nothing to floating point', () => {
    // 9 007 199 254 740 993 is the first integer that a double cannot hold; the product passes it by far.
    expect(amountForVolume(2_500_000, 999_999_999)).toBe(2_499_999_998);
    expect(amountForVolume(333_333, 3_000_003)).toBe(1_000_000);
    expect(volumeForAmount(1_534_000, 1_000_000_000)).toBe(651_890_482);
  });
});
