import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { type Fuel, fuels, newId } from '../../../shared/domain/index.ts';
import type { SiteSettings } from '../../../shared/station-contract/index.ts';
import { Button, Field, FormActions, Select } from '../../parts/index.ts';
import { useWords } from '../../words/index.ts';
import { NewerVersion } from './newer-version.tsx';
import styles from './setup.module.css';
import { type GradeDraft, gradesRules, parseGrades } from './site-draft.ts';
import { useDraft } from './use-draft.ts';
import { useSaveSite } from './use-save-site.ts';

/** What the pumps sell, and for how much. */
export function GradesEditor({ site }: { site: SiteSettings }) {
  const { w } = useWords();
  const f = w.siteForm;
  const { save, progress } = useSaveSite();
  const rules = useMemo(() => gradesRules(site.currency), [site.currency]);
  const draft = useDraft(site, rules);
  const drafts = draft.typed.grades;
  const setDrafts = (next: GradeDraft[]) => draft.change({ grades: next });
  const [checked, setChecked] = useState(false);
  const { faults, grades } = parseGrades(drafts, site.currency);
  const changed = JSON.stringify(grades) !== JSON.stringify(site.grades);
  const change = (gradeId: string, more: Partial<GradeDraft>) =>
    setDrafts(drafts.map((one) => (one.gradeId === gradeId ? { ...one, ...more } : one)));
  const wrong = (gradeId: string, fault: 'name' | 'price') => checked && faults[gradeId] === fault;
  const fuelChoices = fuels.map((fuel) => ({ value: fuel, label: w.fuels[fuel] }));
  return (
    <form
      className={styles.panel}
      aria-label={f.gradesTitle}
      onSubmit={(event) => {
        event.preventDefault();
        setChecked(true);
        if (Object.keys(faults).length > 0) return;
        void save({ grades }, { grades: draft.seen.grades }).then((saved) => saved && setChecked(false));
      }}
    >
      <h2>{f.gradesTitle}</h2>
      <p>{f.gradesExplain}</p>
      {drafts.length === 0 ? <p>{f.noGrades}</p> : null}
      <ul className={styles.rows}>
        {drafts.map((grade) => (
          <li key={grade.gradeId} aria-label={grade.name}>
            <Field
              label={f.gradeName}
              value={grade.name}
              onChange={(name) => change(grade.gradeId, { name })}
              maxLength={40}
              error={wrong(grade.gradeId, 'name') ? f.gradeNameNeeded : null}
            />
            <Field
              label={f.gradeNameKo}
              value={grade.nameKo}
              onChange={(nameKo) => change(grade.gradeId, { nameKo })}
              maxLength={40}
            />
            <Select
              label={f.fuel}
              value={grade.fuel}
              onChange={(fuel) => change(grade.gradeId, { fuel: fuelOf(fuel) })}
              choices={fuelChoices}
            />
            <Field
              label={f.price(site.currency)}
              value={grade.price}
              onChange={(price) => change(grade.gradeId, { price })}
              numeric
              maxLength={12}
              error={wrong(grade.gradeId, 'price') ? f.priceWrong : null}
            />
            <Button
              aria-label={f.removeGrade(grade.name)}
              icon={<IconTrash size="1.25rem" aria-hidden="true" />}
              onClick={() => setDrafts(drafts.filter((other) => other.gradeId !== grade.gradeId))}
            />
          </li>
        ))}
      </ul>
      {draft.newer.length > 0 ? <NewerVersion onTake={draft.takeTheirs} onKeep={draft.keepMine} /> : null}
      <FormActions>
        <Button
          size="big"
          icon={<IconPlus size="1.25rem" aria-hidden="true" />}
          onClick={() =>
            setDrafts([...drafts, { gradeId: newId(), name: '', nameKo: '', fuel: 'gasoline', price: '' }])
          }
        >
          {f.addGrade}
        </Button>
        <Button size="big" look="strong" type="submit" progress={progress} disabled={!changed}>
          {w.setup.save}
        </Button>
        {changed ? <span className={styles.unsaved}>{f.unsaved}</span> : null}
      </FormActions>
    </form>
  );
}

function fuelOf(value: string): Fuel {
  return fuels.find((fuel) => fuel === value) ?? 'gasoline';
}
