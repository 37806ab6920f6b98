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

/**
 * @param plateNormal The plate of the car it is about, letters and digits only: found in whatever way it is spaced,
 *   also where it is not a Korean one. null: none is known.
 */
export function textWithoutPlates(text: string, plateNormal: string | null): string {
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
  if (Array.isArray(value)) return value.map((one) => withoutPlates(one, plateNormal)) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, withoutPlates(one, plateNormal)]),
  ) as T;
}
