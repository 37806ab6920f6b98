/**
 * Money is integer minor units with its currency (ISO 4217); a volume is millilitres; a unit price
 * is thousandths of a minor unit per litre, because fuel is priced finer than the smallest coin
 * (EUR 1.659 per litre is 165.9 cents: 165 900). ₩1,534 per litre is 1 534 000.
 */

export interface Money {
  /** Integer minor units: won, cents. */
  amountMinor: number;
  /** ISO 4217, upper-case. */
  currency: string;
}

/** To make a format takes a hundred times as long as to use it, and a board shows hundreds of amounts. */
const formats = new Map<string, Intl.NumberFormat>();

function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale} ${options.style} ${options.currency} ${options.minimumFractionDigits} ${options.maximumFractionDigits}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(locale, options);
    formats.set(key, format);
  }
  return format;
}

/**
 * ISO 4217's own table of minor units, for those that have not two decimals. `Intl` will not do: it says how prices are
 * usually written (no decimals for HUF, COP, IQD …), which is not what a minor unit is to a payment processor.
 */
const exponents = new Map<string, number>([
  ...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'
    .split(' ')
    .map((currency): [string, number] => [currency, 0]),
  ...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((currency): [string, number] => [currency, 3]),
  ...'CLF UYW'.split(' ').map((currency): [string, number] => [currency, 4]),
]);

/** How many decimals a currency's minor unit stands for (KRW 0, USD 2, KWD 3). */
export const currencyExponent = (currency: string): number => exponents.get(currency) ?? 2;

/** `₩64,988`, `$12.50`, in the locale's form. */
export function formatMoney(money: Money, locale: string): string {
  const exponent = currencyExponent(money.currency);
  return numberFormat(locale, {
    style: 'currency',
    currency: money.currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: exponent,
    maximumFractionDigits: exponent,
  }).format(money.amountMinor / 10 ** exponent);
}

/** `42.365 L`: millilitres shown as litres with three decimals, as pumps do. */
export function formatVolume(volumeMl: number, locale: string): string {
  const litres = numberFormat(locale, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
  return `${litres.format(volumeMl / 1000)} L`;
}

/** `₩1,534` per litre; shows sub-minor digits only where there are any. */
export function formatUnitPrice(unitPriceMilli: number, currency: string, locale: string): string {
  const exponent = currencyExponent(currency);
  return numberFormat(locale, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: exponent,
    maximumFractionDigits: exponent + 3,
  }).format(unitPriceMilli / 1000 / 10 ** exponent);
}

const milliPerMinorPerLitre = 1_000_000n;

/** price × volume, rounded once, half up, to whole minor units. */
export function amountForVolume(unitPriceMilli: number, volumeMl: number): number {
  const product = BigInt(unitPriceMilli) * BigInt(volumeMl);
  return Number((product * 2n + milliPerMinorPerLitre) / (milliPerMinorPerLitre * 2n));
}

/** amount ÷ price, rounded half up to whole millilitres. */
export function volumeForAmount(unitPriceMilli: number, amountMinor: number): number {
  const numerator = BigInt(amountMinor) * milliPerMinorPerLitre;
  const price = BigInt(unitPriceMilli);
  return Number((numerator * 2n + price) / (price * 2n));
}

/**
 * Does an amount agree with price × volume? A pump rounds either the volume it shows or the amount,
 * so both directions are allowed one unit of the last place shown: one minor unit, or the amount
 * that one displayed step of volume (`volumeStepMl`, 10 ml on most pumps) is worth.
 */
export function amountAgrees(
  unitPriceMilli: number,
  volumeMl: number,
  amountMinor: number,
  volumeStepMl = 10,
): boolean {
  const exact = amountForVolume(unitPriceMilli, volumeMl);
  const step = Math.max(1, amountForVolume(unitPriceMilli, volumeStepMl));
  return Math.abs(amountMinor - exact) <= step;
}
