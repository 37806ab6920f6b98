/**
 * What an attendant has typed so far: pure, so that every rule of it is tested without a screen.
 *
 * The pump shows volume and amount; either can be typed, and the other follows from the price. Only
 * what was typed is sent: the station works the other out itself.
 */

import type { Fuel } from '../../../shared/domain/index.ts';
import {
  amountForVolume,
  currencyExponent,
  fuelMismatch,
  volumeForAmount,
} from '../../../shared/domain/index.ts';
import type { Grade, SiteSettings } from '../../../shared/station-contract/index.ts';

export interface RefuelForm {
  laneId: string | null;
  gradeId: string | null;
  /** Which of the two a person typed. */
  typed: 'volume' | 'amount' | null;
  text: string;
}

export const emptyForm: RefuelForm = { laneId: null, gradeId: null, typed: null, text: '' };

export type Missing = 'pump' | 'grade' | 'amount';

export interface RefuelSum {
  volumeMl: number | null;
  amountMinor: number | null;
}

/** `42.365` → 42365 ml; at most three decimals. null when it is no volume above zero. */
export function parseVolume(text: string): number | null {
  const match = /^([0-9]{1,4})(?:[.]([0-9]{0,3}))?$/.exec(text.replaceAll(',', ''));
  if (match === null) return null;
  const ml = Number(match[1]) * 1000 + Number((match[2] ?? '').padEnd(3, '0'));
  return ml > 0 ? ml : null;
}

/** `64,988` → 64988 won; `12.5` → 1250 cents. null when it is no amount above zero. */
export function parseAmount(text: string, currency: string): number | null {
  const exponent = currencyExponent(currency);
  const match = /^([0-9]{1,9})(?:[.]([0-9]*))?$/.exec(text.replaceAll(',', ''));
  if (match === null) return null;
  const decimals = match[2] ?? '';
  if (decimals.length > exponent) return null;
  const minor = Number(match[1]) * 10 ** exponent + Number(decimals.padEnd(exponent, '0') || '0');
  return minor > 0 ? minor : null;
}

/** Keeps digits, one point and as many decimals as the field has; groups the thousands of an amount. */
export function tidy(text: string, field: 'volume' | 'amount', currency: string): string {
  const decimals = field === 'volume' ? 3 : currencyExponent(currency);
  const [whole = '', ...rest] = text.replace(/[^0-9.]/g, '').split('.');
  const digits = whole.replace(/^0+(?=[0-9])/, '').slice(0, field === 'volume' ? 4 : 9);
  const grouped = field === 'amount' ? digits.replace(/\B(?=(\d{3})+$)/g, ',') : digits;
  if (rest.length === 0 || decimals === 0) return grouped;
  return `${grouped || '0'}.${rest.join('').slice(0, decimals)}`;
}

export function sumOf(form: RefuelForm, grade: Grade | undefined, currency: string): RefuelSum {
  if (form.typed === 'volume') {
    const volumeMl = parseVolume(form.text);
    const amountMinor = volumeMl !== null && grade ? amountForVolume(grade.unitPriceMilli, volumeMl) : null;
    return { volumeMl, amountMinor };
  }
  if (form.typed === 'amount') {
    const amountMinor = parseAmount(form.text, currency);
    const volumeMl =
      amountMinor !== null && grade ? volumeForAmount(grade.unitPriceMilli, amountMinor) : null;
    return { volumeMl, amountMinor };
  }
  return { volumeMl: null, amountMinor: null };
}

/** The first thing still to be done, in the order of the hand. */
export function missingOf(form: RefuelForm, sum: RefuelSum): Missing | null {
  if (form.laneId === null) return 'pump';
  if (form.gradeId === null) return 'grade';
  if (sum.volumeMl === null || sum.amountMinor === null) return 'amount';
  return null;
}

/** The grade to offer by itself: the only one of the registered fuel; never a guess. */
export function gradeFor(fuel: Fuel | null, site: SiteSettings): string | null {
  const fitting = site.grades.filter((grade) => grade.fuel === fuel);
  return fitting.length === 1 ? (fitting[0]?.gradeId ?? null) : null;
}

export const isMismatch = (fuel: Fuel | null, grade: Grade | undefined): boolean =>
  grade !== undefined && fuelMismatch(fuel, grade.fuel);
