import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { SiteSettings } from '../../../shared/station-contract/index.ts';
import { Button, Choices, Field, FormActions, Select } from '../../parts/index.ts';
import { useKiosk } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';
import { GradesEditor } from './grades-editor.tsx';
import { LanesEditor } from './lanes-editor.tsx';
import { NewerVersion } from './newer-version.tsx';
import styles from './setup.module.css';
import { type LimitsDraft, limitsDraft, limitsRules, parseLimits } from './site-draft.ts';
import { useDraft } from './use-draft.ts';
import { useSaveSite } from './use-save-site.ts';

const hours = Array.from({ length: 24 }, (_, hour) => ({
  value: String(hour),
  label: `${String(hour).padStart(2, '0')}:00`,
}));

/** The site itself: its name and limits, its lanes, what it sells. Each part is saved by itself. */
export function SitePanel({ site }: { site: SiteSettings }) {
  return (
    <div className={styles.parts}>
      <LimitsForm site={site} />
      <LanesEditor site={site} />
      <GradesEditor key={site.currency} site={site} />
    </div>
  );
}

function LimitsForm({ site }: { site: SiteSettings }) {
  const { w, locale } = useWords();
  const f = w.siteForm;
  const { queries } = useKiosk();
  const known = useQuery(queries.setup.site.queryOptions({ input: {}, staleTime: 0 }));
  const { save, progress } = useSaveSite();
  const form = useDraft(site, limitsRules);
  const draft = form.typed;
  const [checked, setChecked] = useState(false);
  const { faults } = parseLimits(draft);
  const wrong = (fault: (typeof faults)[number], sentence: string) =>
    checked && faults.includes(fault) ? sentence : null;
  const set = form.change;
  const labels: Record<keyof LimitsDraft, string> = {
    name: w.setup.siteName,
    nameKo: w.setup.siteNameKo,
    amber: w.setup.amberAfter,
    red: w.setup.redAfter,
    undo: f.undo,
    lock: w.setup.autoLock,
    jackFrom: w.setup.jackRequiredFrom,
    dayStart: f.dayStart,
    locale: f.language,
    currency: w.setup.currency,
    timeZone: w.setup.timeZone,
  };
  const currencies = useMemo(() => {
    const names = new Intl.DisplayNames(locale, { type: 'currency' });
    return choicesOf(
      Intl.supportedValuesOf('currency'),
      site.currency,
      (code) => `${code} ${names.of(code)}`,
    );
  }, [locale, site.currency]);
  const zones = useMemo(
    () => choicesOf(Intl.supportedValuesOf('timeZone'), site.timeZone, (zone) => zone.replaceAll('_', ' ')),
    [site.timeZone],
  );
  const byServer = known.data?.enrolled ?? false;
  return (
    <form
      className={styles.panel}
      aria-label={f.title}
      onSubmit={(event) => {
        event.preventDefault();
        setChecked(true);
        const { changes, seen } = form.changes();
        const { jackRequiredFromMinor: _, ...ours } = changes;
        if (byServer ? faults.every((fault) => fault === 'jackFrom') : faults.length === 0) {
          void save(byServer ? ours : changes, seen);
        }
      }}
    >
      <h2>{f.title}</h2>
      <div className={styles.fields}>
        <Field
          label={labels.name}
          value={draft.name}
          onChange={(name) => set({ name })}
          maxLength={60}
          error={wrong('name', f.nameNeeded)}
        />
        <Field
          label={labels.nameKo}
          value={draft.nameKo}
          onChange={(nameKo) => set({ nameKo })}
          maxLength={60}
        />
        <Field
          label={labels.amber}
          value={draft.amber}
          onChange={(amber) => set({ amber })}
          numeric
          error={wrong('amber', f.amberWrong)}
        />
        <Field
          label={labels.red}
          value={draft.red}
          onChange={(red) => set({ red })}
          numeric
          error={wrong('red', f.redWrong)}
        />
        <Field
          label={labels.undo}
          value={draft.undo}
          onChange={(undo) => set({ undo })}
          numeric
          error={wrong('undo', f.undoWrong)}
        />
        <Field
          label={labels.lock}
          value={draft.lock}
          onChange={(lock) => set({ lock })}
          numeric
          error={wrong('lock', f.lockWrong)}
        />
        <Field
          label={labels.jackFrom}
          value={byServer ? limitsDraft(site).jackFrom : draft.jackFrom}
          onChange={(jackFrom) => set({ jackFrom })}
          placeholder={w.setup.jackNeverRequired}
          numeric
          disabled={byServer}
          error={byServer ? null : wrong('jackFrom', f.amountWrong)}
        />
        <Select
          label={labels.dayStart}
          value={draft.dayStart}
          onChange={(dayStart) => set({ dayStart })}
          choices={hours}
        />
        <Choices
          label={labels.locale}
          value={draft.locale}
          onChange={(next) => set({ locale: next })}
          choices={[
            { value: 'ko', label: f.korean },
            { value: 'en', label: f.english },
          ]}
        />
        <Select
          label={labels.currency}
          value={draft.currency}
          onChange={(currency) => set({ currency })}
          choices={currencies}
          disabled={byServer}
        />
        <Select
          label={labels.timeZone}
          value={draft.timeZone}
          onChange={(timeZone) => set({ timeZone })}
          choices={zones}
          disabled={byServer}
        />
      </div>
      {byServer ? <p>{f.byServer}</p> : null}
      {form.newer.length > 0 ? (
        <NewerVersion
          now={form.newer.map((field) => `${labels[field]}: ${limitsDraft(site)[field]}`).join(', ')}
          onTake={form.takeTheirs}
          onKeep={form.keepMine}
        />
      ) : null}
      <FormActions>
        <Button size="big" look="strong" type="submit" progress={progress}>
          {w.setup.save}
        </Button>
      </FormActions>
    </form>
  );
}

/** What the site has stays choosable, though this machine does not list it. */
function choicesOf(known: readonly string[], own: string, label: (value: string) => string) {
  const values = known.includes(own) ? known : [own, ...known];
  return values.map((value) => ({ value, label: label(value) }));
}
