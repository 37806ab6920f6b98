import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { type Fuel, fuels, newId } from '../../../shared/domain/index.ts';
import type { SiteSettings } from '../../../shared/station-contract/index.ts';
import { Button, Field, FormActions, Select } from '../../parts/index.ts';
import { useWords } from '../../words/index.ts';
import styles from './setup.module.css';
import { type GradeDraft, gradeDrafts, parseGrades } from './site-draft.ts';
import { useSaveSite } from './use-save-site.ts';

/** What the pumps sell, and for how much. */
export function GradesEditor({ site }: { site: SiteSettings }) {
  const { w } = useWords();
  const f = w.siteForm;
  const { save, progress } = useSaveSite();
  const [drafts, setDrafts] = useState(() => gradeDrafts(site.grades, site.currency));
  const [checked, setChecked] = useState(false);
  const { faults, grades } = parseGrades(drafts, site.currency);
  const changed = JSON.stringify(grades) !== JSON.stringify(site.grades);
  const change = (gradeId: string, more: Partial<GradeDraft>) =>
    setDrafts(drafts.map((draft) => (draft.gradeId === gradeId ? { ...draft, ...more } : draft)));
  const wrong = (gradeId: string, fault: 'name' | 'price') => checked && faults[gradeId] === fault;
  const fuelChoices = fuels.map((fuel) => ({ value: fuel, label: w.fuels[fuel] }));
  return (
    <form
      className={styles.panel}
      aria-label={f.gradesTitle}
      onSubmit={(event) => {
        event.preventDefault();
        setChecked(true);
        if (Object.keys(faults).length === 0) void save({ grades });
      }}
    >
      <h2>{f.gradesTitle}</h2>
      <p>{f.gradesExplain}</p>
      {drafts.length === 0 ? <p>{f.noGrades}</p> : null}
      <ul className={styles.rows}>
        {drafts.map((draft) => (
          <li key={draft.gradeId} aria-label={draft.name}>
            <Field
              label={f.gradeName}
              value={draft.name}
              onChange={(name) => change(draft.gradeId, { name })}
              maxLength={40}
              error={wrong(draft.gradeId, 'name') ? f.gradeNameNeeded : null}
            />
            <Field
              label={f.gradeNameKo}
              value={draft.nameKo}
              onChange={(nameKo) => change(draft.gradeId, { nameKo })}
              maxLength={40}
            />
            <Select
              label={f.fuel}
              value={draft.fuel}
              onChange={(fuel) => change(draft.gradeId, { fuel: fuelOf(fuel) })}
              choices={fuelChoices}
            />
            <Field
              label={f.price(site.currency)}
              value={draft.price}
              onChange={(price) => change(draft.gradeId, { price })}
              numeric
              maxLength={12}
              error={wrong(draft.gradeId, 'price') ? f.priceWrong : null}
            />
            <Button
              aria-label={f.removeGrade(draft.name)}
              icon={<IconTrash size="1.25rem" aria-hidden="true" />}
              onClick={() => setDrafts(drafts.filter((other) => other.gradeId !== draft.gradeId))}
            />
          </li>
        ))}
      </ul>
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
