import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { SiteSettings } from '../../../shared/station-contract/index.ts';
import { Button, Field, FormActions, Select } from '../../parts/index.ts';
import { useWords } from '../../words/index.ts';
import { NewerVersion } from './newer-version.tsx';
import styles from './setup.module.css';
import { type LaneDraft, lanesRules, newLane, parseLanes } from './site-draft.ts';
import { useDraft } from './use-draft.ts';
import { useSaveSite } from './use-save-site.ts';

/** Bays and pumps: what is painted on the ground. */
export function LanesEditor({ site }: { site: SiteSettings }) {
  const { w } = useWords();
  const f = w.siteForm;
  const { save, progress } = useSaveSite();
  const draft = useDraft(site, lanesRules);
  const drafts = draft.typed.lanes;
  const setDrafts = (next: LaneDraft[]) => draft.change({ lanes: next });
  const [checked, setChecked] = useState(false);
  const { faults, lanes } = parseLanes(drafts);
  const changed = JSON.stringify(lanes) !== JSON.stringify(site.lanes);
  const change = (laneId: string, more: Partial<LaneDraft>) =>
    setDrafts(drafts.map((one) => (one.laneId === laneId ? { ...one, ...more } : one)));
  const errorOf = (laneId: string) => {
    const fault = checked ? faults[laneId] : undefined;
    return fault === undefined ? null : fault === 'twice' ? f.laneTwice : f.numberWrong;
  };
  return (
    <form
      className={styles.panel}
      aria-label={w.setup.lanes}
      onSubmit={(event) => {
        event.preventDefault();
        setChecked(true);
        if (Object.keys(faults).length > 0) return;
        void save({ lanes }, { lanes: draft.seen.lanes }).then((saved) => saved && setChecked(false));
      }}
    >
      <h2>{w.setup.lanes}</h2>
      <p>{f.lanesExplain}</p>
      {drafts.length === 0 ? <p>{f.noLanes}</p> : null}
      <ul className={styles.rows}>
        {drafts.map((lane) => {
          const said = lane.name.trim() || `${lane.kind === 'bay' ? f.bay : f.pump} ${lane.number}`;
          return (
            <li key={lane.laneId} aria-label={said}>
              <Select
                label={f.kind}
                value={lane.kind}
                onChange={(kind) => change(lane.laneId, { kind: kind === 'pump' ? 'pump' : 'bay' })}
                choices={[
                  { value: 'bay', label: f.bay },
                  { value: 'pump', label: f.pump },
                ]}
              />
              <Field
                label={f.number}
                value={lane.number}
                onChange={(number) => change(lane.laneId, { number })}
                numeric
                maxLength={2}
                error={errorOf(lane.laneId)}
              />
              <Field
                label={f.ownName}
                value={lane.name}
                onChange={(name) => change(lane.laneId, { name })}
                maxLength={40}
              />
              <Button
                aria-label={f.removeLane(said)}
                icon={<IconTrash size="1.25rem" aria-hidden="true" />}
                onClick={() => setDrafts(drafts.filter((other) => other.laneId !== lane.laneId))}
              />
            </li>
          );
        })}
      </ul>
      {draft.newer.length > 0 ? <NewerVersion onTake={draft.takeTheirs} onKeep={draft.keepMine} /> : null}
      <FormActions>
        <Button
          size="big"
          icon={<IconPlus size="1.25rem" aria-hidden="true" />}
          onClick={() => setDrafts([...drafts, newLane(drafts, drafts.at(-1)?.kind ?? 'bay', site.lanes)])}
        >
          {f.addLane}
        </Button>
        <Button size="big" look="strong" type="submit" progress={progress} disabled={!changed}>
          {w.setup.save}
        </Button>
        {changed ? <span className={styles.unsaved}>{f.unsaved}</span> : null}
      </FormActions>
    </form>
  );
}
