export { canonicalJson } from './canonical-json.ts';
export { Journal, type JournalCheck, type JournalHead, type NewEntry } from './journal.ts';
export { textWithoutPlates, withoutPlates } from './without-plates.ts';
