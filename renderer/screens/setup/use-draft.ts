import { useState } from 'react';
import { sameValue } from '../../../shared/station-facts/index.ts';
import { beginDraft, changesOf, type DraftRules, inConflict, withNews } from './draft.ts';

/**
 * A form's draft over what the station has now.
 *
 * @param rules the same object as long as the form says the same
 */
export function useDraft<S extends object, F extends object>(site: S, rules: DraftRules<S, F>) {
  const [kept, setKept] = useState(() => ({ heard: site, draft: beginDraft(site, rules) }));
  let now = kept;
  if (!sameValue(kept.heard, site)) {
    // While it renders: the old version is not shown once more beside the new one.
    now = { heard: site, draft: withNews(kept.draft, site, rules) };
    setKept(now);
  }
  const { draft } = now;
  return {
    typed: draft.typed,
    seen: draft.seen,
    /** Fields that somebody else saved otherwise than they are typed here. */
    newer: inConflict(draft, site, rules),
    changes: () => changesOf(draft, rules),
    change: (more: Partial<F>) =>
      setKept((before) => ({
        ...before,
        draft: { ...before.draft, typed: { ...before.draft.typed, ...more } },
      })),
    /** What was typed goes, and what the other one saved is shown. */
    takeTheirs: () => setKept({ heard: site, draft: beginDraft(site, rules) }),
    /** What was typed is meant though the other one saved something else. */
    keepMine: () => setKept((before) => ({ heard: site, draft: { ...before.draft, seen: site } })),
  };
}
