/**
 * Number plates. Korean ones (`12가3456`, `123가4567`, regional `서울12가3456`) and foreign ones are
 * all accepted; nothing is blocked for its shape. A plate is text: `0012` stays `0012`.
 *
 * Two forms are kept: as typed (for people) and normalised (for matching).
 */

declare const plateBrand: unique symbol;
declare const digitsBrand: unique symbol;
/** Normalised: NFC, upper-case, letters and digits only. Made only by {@link parsePlate}. */
export type Plate = string & { readonly [plateBrand]: true };
/** Two to four digits as a person keys them in. Made only by {@link parsePlateDigits}. */
export type PlateDigits = string & { readonly [digitsBrand]: true };

export const plateDigitsMin = 2;
export const plateDigitsMax = 4;
const plateLengthMax = 16;

/** Text → plate, or null when nothing of a plate is left in it (or it is longer than any plate). */
export function parsePlate(text: string): Plate | null {
  const plate = text
    .normalize('NFC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
  if (plate.length === 0 || plate.length > plateLengthMax) return null;
  return plate as Plate;
}

/** Keyed digits → PlateDigits, or null unless they are 2 to 4 decimal digits. */
export function parsePlateDigits(text: string): PlateDigits | null {
  return /^[0-9]{2,4}$/.test(text) ? (text as PlateDigits) : null;
}

/** The last four digits of a plate, wherever letters stand between them (fewer when it has fewer). */
export function plateTail(plate: string): string {
  return plate.replace(/[^0-9]/g, '').slice(-4);
}

/**
 * Does a car with this plate answer to the digits a person keyed in?
 * People give the last four; with fewer digits keyed, those may be any neighbours among the four.
 */
export function plateMatches(plate: string, digits: PlateDigits): boolean {
  return plateTail(plate).includes(digits);
}

/**
 * May a car be chosen without a person looking? Only at four digits and one match: with ten cars
 * present two share the keyed digits with a chance of 0.45 % at four, 4.4 % at three, 37 % at two.
 */
export function mayChooseByItself(digits: PlateDigits, matches: number): boolean {
  return digits.length === plateDigitsMax && matches === 1;
}

/** For reading: `12가3456` → `12가 3456`; other shapes as they are. */
export function formatPlate(plate: string): string {
  return plate.replace(/^(.*\p{Script=Hangul})([0-9]{4})$/u, '$1 $2');
}
