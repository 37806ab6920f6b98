/**
 * What is typed into a form while somebody else may save the same thing at another kiosk. Field by field:
 *
 *   news comes ─┬─ not touched here ───────────▶ shown at once
 *               ├─ just what is typed here ────▶ no news
 *               └─ typed otherwise here ───────▶ both stay: what was typed, and what it was typed over (`seen`);
 *                                                a save is refused until the person has chosen
 */
import { sameValue } from '../../../shared/station-facts/index.ts';

/** How a form's fields come from what the station has, and back. Each field is made of one of its values. */
export interface DraftRules<Site extends object, Fields extends object> {
  fields: (site: Site) => Fields;
  /** What would be saved; of a field that cannot be read, anything. */
  meant: (fields: Fields) => Partial<Site>;
  /** Field → the value it is made of. */
  from: Readonly<Record<keyof Fields & string, keyof Site & string>>;
}

export interface Draft<Site extends object, Fields extends object> {
  typed: Fields;
  /** What each field was typed over. */
  seen: Site;
}

type Names<Site extends object, Fields extends object> = [
  field: keyof Fields & string,
  of: keyof Site & string,
][];
const namesOf = <S extends object, F extends object>(rules: DraftRules<S, F>) =>
  Object.entries(rules.from) as Names<S, F>;

export function beginDraft<S extends object, F extends object>(
  site: S,
  rules: DraftRules<S, F>,
): Draft<S, F> {
  return { typed: rules.fields(site), seen: site };
}

/** The station has something else now. */
export function withNews<S extends object, F extends object>(
  draft: Draft<S, F>,
  site: S,
  rules: DraftRules<S, F>,
): Draft<S, F> {
  const before = rules.fields(draft.seen);
  const after = rules.fields(site);
  const meant = rules.meant(draft.typed);
  const typed = { ...draft.typed };
  // What no field is made of is taken as it is.
  const seen = { ...site };
  for (const [field, of] of namesOf(rules)) {
    if (sameValue(draft.typed[field], before[field])) typed[field] = after[field];
    else if (sameValue(meant[of], site[of])) typed[field] = after[field];
    else seen[of] = draft.seen[of];
  }
  return { typed, seen };
}

/** Which fields somebody else changed while they were being changed here. */
export function inConflict<S extends object, F extends object>(
  draft: Draft<S, F>,
  site: S,
  rules: DraftRules<S, F>,
): (keyof F & string)[] {
  return namesOf(rules)
    .filter(([, of]) => !sameValue(draft.seen[of], site[of]))
    .map(([field]) => field);
}

/** What is to be saved, and what it was typed over: only what was touched, so that two people may change two things. */
export function changesOf<S extends object, F extends object>(
  draft: Draft<S, F>,
  rules: DraftRules<S, F>,
): { changes: Partial<S>; seen: Partial<S> } {
  const before = rules.fields(draft.seen);
  const meant = rules.meant(draft.typed);
  const changes: Partial<S> = {};
  const seen: Partial<S> = {};
  for (const [field, of] of namesOf(rules)) {
    if (!(of in meant) || sameValue(draft.typed[field], before[field])) continue;
    changes[of] = meant[of];
    seen[of] = draft.seen[of];
  }
  return { changes, seen };
}
