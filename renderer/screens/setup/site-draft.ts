/** What is typed into the site's forms → what the station is told, or what is wrong where. Pure. */
import { currencyExponent, type Fuel } from '../../../shared/domain/index.ts';
import type { Grade, Lane, SiteSettings } from '../../../shared/station-contract/index.ts';

import type { DraftRules } from './draft.ts';

const secondMs = 1000;

export interface LimitsDraft {
  name: string;
  nameKo: string;
  amber: string;
  red: string;
  undo: string;
  lock: string;
  dayStart: string;
  currency: string;
  timeZone: string;
  locale: 'en' | 'ko';
  /** Major units; empty: never. */
  jackFrom: string;
}
export type LimitsFault = 'name' | 'amber' | 'red' | 'undo' | 'lock' | 'jackFrom';
export type Changes = Partial<SiteSettings>;

export function limitsDraft(site: SiteSettings): LimitsDraft {
  return {
    name: site.name,
    nameKo: site.nameKo ?? '',
    amber: String(site.amberAfterMs / secondMs),
    red: String(site.redAfterMs / secondMs),
    undo: String(site.undoMs / secondMs),
    lock: String(site.autoLockMs / secondMs),
    dayStart: String(site.businessDayStartHour),
    currency: site.currency,
    timeZone: site.timeZone,
    locale: site.defaultLocale,
    jackFrom: amountText(
      site.jackRequiredFromMinor ?? (site.jackRequiredFromMinor === null ? null : 0),
      site.currency,
    ),
  };
}

/** Every fault at once, so that nobody corrects one only to meet the next. */
export function parseLimits(draft: LimitsDraft): { faults: LimitsFault[]; changes: Changes } {
  const [amber, red, undo, lock] = [draft.amber, draft.red, draft.undo, draft.lock].map(wholeNumber);
  const faults: LimitsFault[] = [];
  if (draft.name.trim() === '') faults.push('name');
  if (amber == null || amber < 1) faults.push('amber');
  if (red == null || red <= (amber ?? 0)) faults.push('red');
  if (undo == null || undo > 600) faults.push('undo');
  if (lock == null || lock < 10) faults.push('lock');
  const jackRequiredFromMinor = parseAmountText(draft.jackFrom, draft.currency);
  if (jackRequiredFromMinor === undefined) faults.push('jackFrom');
  return {
    faults,
    changes: {
      name: draft.name.trim(),
      nameKo: draft.nameKo.trim() === '' ? null : draft.nameKo.trim(),
      amberAfterMs: (amber ?? 0) * secondMs,
      redAfterMs: (red ?? 0) * secondMs,
      undoMs: (undo ?? 0) * secondMs,
      autoLockMs: (lock ?? 0) * secondMs,
      businessDayStartHour: Number(draft.dayStart),
      currency: draft.currency,
      timeZone: draft.timeZone,
      defaultLocale: draft.locale,
      ...(jackRequiredFromMinor === undefined ? {} : { jackRequiredFromMinor }),
    },
  };
}

export const limitsRules: DraftRules<SiteSettings, LimitsDraft> = {
  fields: limitsDraft,
  meant: (draft) => parseLimits(draft).changes,
  from: {
    name: 'name',
    nameKo: 'nameKo',
    amber: 'amberAfterMs',
    red: 'redAfterMs',
    undo: 'undoMs',
    lock: 'autoLockMs',
    dayStart: 'businessDayStartHour',
    currency: 'currency',
    timeZone: 'timeZone',
    locale: 'defaultLocale',
    jackFrom: 'jackRequiredFromMinor',
  },
};

export interface LaneDraft {
  /** Never changes: records and receivers name the lane by it. */
  laneId: string;
  kind: 'bay' | 'pump';
  number: string;
  name: string;
}

export function laneDrafts(lanes: readonly Lane[]): LaneDraft[] {
  return lanes.map((lane) => ({ ...lane, number: String(lane.number), name: lane.name ?? '' }));
}

export const lanesRules: DraftRules<SiteSettings, { lanes: LaneDraft[] }> = {
  fields: ({ lanes }) => ({ lanes: laneDrafts(lanes) }),
  meant: ({ lanes }) => ({ lanes: parseLanes(lanes).lanes }),
  from: { lanes: 'lanes' },
};

/** The next free number of its kind, and an id that no lane of this site has or had in this form. */
export function newLane(
  drafts: readonly LaneDraft[],
  kind: LaneDraft['kind'],
  known: readonly Lane[],
): LaneDraft {
  const highest = Math.max(
    0,
    ...drafts.filter((lane) => lane.kind === kind).map((lane) => Number(lane.number) || 0),
  );
  const taken = new Set([...drafts, ...known].map((lane) => lane.laneId));
  let serial = highest + 1;
  while (taken.has(`${kind}-${serial}`)) serial += 1;
  return { laneId: `${kind}-${serial}`, kind, number: String(highest + 1), name: '' };
}

export type LaneFault = 'number' | 'twice';

/** A fault per lane that has one, by its id. */
export function parseLanes(drafts: readonly LaneDraft[]): {
  faults: Record<string, LaneFault>;
  lanes: Lane[];
} {
  const faults: Record<string, LaneFault> = {};
  const seen = new Set<string>();
  const lanes = drafts.map((draft) => {
    const number = wholeNumber(draft.number) ?? 0;
    const place = `${draft.kind} ${number}`;
    if (number < 1 || number > 99) faults[draft.laneId] = 'number';
    else if (seen.has(place)) faults[draft.laneId] = 'twice';
    seen.add(place);
    const name = draft.name.trim();
    return { laneId: draft.laneId, kind: draft.kind, number, name: name === '' ? null : name };
  });
  return { faults, lanes };
}

export interface GradeDraft {
  gradeId: string;
  name: string;
  nameKo: string;
  fuel: Fuel;
  price: string;
}

export function gradeDrafts(grades: readonly Grade[], currency: string): GradeDraft[] {
  return grades.map((grade) => ({
    gradeId: grade.gradeId,
    name: grade.name,
    nameKo: grade.nameKo ?? '',
    fuel: grade.fuel,
    price: priceText(grade.unitPriceMilli, currency),
  }));
}

export type GradeFault = 'name' | 'price';

export function parseGrades(
  drafts: readonly GradeDraft[],
  currency: string,
): { faults: Record<string, GradeFault>; grades: Grade[] } {
  const faults: Record<string, GradeFault> = {};
  const grades = drafts.map((draft) => {
    const unitPriceMilli = parsePrice(draft.price, currency);
    if (unitPriceMilli === null) faults[draft.gradeId] = 'price';
    if (draft.name.trim() === '') faults[draft.gradeId] = 'name';
    const nameKo = draft.nameKo.trim();
    return {
      gradeId: draft.gradeId,
      name: draft.name.trim(),
      nameKo: nameKo === '' ? null : nameKo,
      fuel: draft.fuel,
      unitPriceMilli: unitPriceMilli ?? 0,
    };
  });
  return { faults, grades };
}

/** Prices are typed in one currency; a site that changes it begins its form anew. */
export const gradesRules = (currency: string): DraftRules<SiteSettings, { grades: GradeDraft[] }> => ({
  fields: ({ grades }) => ({ grades: gradeDrafts(grades, currency) }),
  meant: ({ grades }) => ({ grades: parseGrades(grades, currency).grades }),
  from: { grades: 'grades' },
});

/** `1.659` EUR → 165 900 thousandths of a cent. Digits are moved, never multiplied as fractions. */
export function parsePrice(text: string, currency: string): number | null {
  const match = /^(\d{1,6})(?:[.,](\d+))?$/.exec(text.trim());
  const places = currencyExponent(currency) + 3;
  const fraction = match?.[2] ?? '';
  if (match === null || fraction.length > places) return null;
  const price = Number(`${match[1]}${fraction.padEnd(places, '0')}`);
  return price > 0 && Number.isSafeInteger(price) ? price : null;
}

function priceText(unitPriceMilli: number, currency: string): string {
  const exponent = currencyExponent(currency);
  const digits = String(unitPriceMilli).padStart(exponent + 4, '0');
  const whole = digits.slice(0, -(exponent + 3));
  let fraction = digits.slice(-(exponent + 3));
  while (fraction.length > exponent && fraction.endsWith('0')) fraction = fraction.slice(0, -1);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

function amountText(minor: number | null, currency: string): string {
  if (minor === null) return '';
  const exponent = currencyExponent(currency);
  return (minor / 10 ** exponent).toFixed(minor % 10 ** exponent === 0 ? 0 : exponent);
}

/** null: never (left empty); undefined: no amount in this currency. */
function parseAmountText(text: string, currency: string): number | null | undefined {
  if (text.trim() === '') return null;
  const exponent = currencyExponent(currency);
  const match = /^(\d{1,9})(?:[.,](\d+))?$/.exec(text.trim());
  const fraction = match?.[2] ?? '';
  if (match === null || fraction.length > exponent) return undefined;
  return Number(`${match[1]}${fraction.padEnd(exponent, '0')}`);
}

function wholeNumber(text: string): number | null {
  return /^[0-9]{1,6}$/.test(text.trim()) ? Number(text) : null;
}
