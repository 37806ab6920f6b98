/**
 * Takes plates out of what people write. The journal can never be changed, so nothing may get into it that must be
 * erased one day: the visit an entry belongs to says which car it was, and that is erased with the visit.
 */

/** In place of a plate. */
const masked = '····';

/** `12가3456`, `123가 4567`, `서울 12가 3456`: wherever it stands in a text. */
const koreanPlate =
  /(?:\p{Script=Hangul}{2}[\s-]?)?[0-9]{2,3}[\s-]?\p{Script=Hangul}[\s-]?[0-9]{4}(?![0-9])/gu;

/** Shorter ones would take numbers out of texts that are no plates. */
const shortestKnown = 5;

/** Ids, states and numbers, which most texts are: no Korean plate is written in these letters. */
const latin = /^[\x20-\x7e]*$/;

/**
 * @param plateNormal The plate of the car it is about, letters and digits only: found in whatever way it is spaced,
 *   also where it is not a Korean one. null: none is known.
 */
export function textWithoutPlates(text: string, plateNormal: string | null): string {
  if (latin.test(text) && (plateNormal === null || !latin.test(plateNormal))) return text;
  let out = text.normalize('NFC').replace(koreanPlate, masked);
  if (plateNormal !== null && plateNormal.length >= shortestKnown) {
    const spaced = [...plateNormal].join('[\\s.-]?');
    out = out.replace(new RegExp(spaced, 'giu'), masked);
  }
  return out;
}

/** The same for every text inside a value; what holds none is given back as it is. */
export function withoutPlates<T>(value: T, plateNormal: string | null): T {
  if (typeof value === 'string') return textWithoutPlates(value, plateNormal) as T;
  if (value === null || typeof value !== 'object') return value;
  let cleared: T | null = null;
  for (const key of Object.keys(value) as (keyof T & string)[]) {
    const one = withoutPlates(value[key], plateNormal);
    if (one === value[key]) continue;
    cleared ??= (Array.isArray(value) ? [...value] : { ...value }) as T;
    cleared[key] = one;
  }
  return cleared ?? value;
}
