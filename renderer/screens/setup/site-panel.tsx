import { useState } from 'react';
import { currencyExponent } from '../../../shared/domain/index.ts';
import type { SiteSettings } from '../../../shared/station-contract/index.ts';
import { Button, Field, FormActions, laneName, useToast } from '../../parts/index.ts';
import { useCommand, useKiosk } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';
import { parseAmount, tidy } from '../refuel/refuel-form.ts';
import styles from './setup.module.css';

const secondMs = 1000;

/** The site's names and limits; its lanes, grades and prices to look at. */
export function SitePanel({ site }: { site: SiteSettings }) {
  const { w, format, locale } = useWords();
  const { client, board } = useKiosk();
  const toast = useToast();
  const command = useCommand(client.setup.updateSite);
  const [name, setName] = useState(site.name);
  const [nameKo, setNameKo] = useState(site.nameKo ?? '');
  const [amber, setAmber] = useState(String(site.amberAfterMs / secondMs));
  const [red, setRed] = useState(String(site.redAfterMs / secondMs));
  const [lock, setLock] = useState(String(site.autoLockMs / secondMs));
  const [jackFrom, setJackFrom] = useState(() =>
    amountText(site.jackRequiredFromMinor === undefined ? 0 : site.jackRequiredFromMinor, site.currency),
  );
  const [wrong, setWrong] = useState(false);
  const submit = async () => {
    const seconds = [amber, red, lock].map((text) => (/^[0-9]{1,6}$/.test(text.trim()) ? Number(text) : 0));
    const [amberS = 0, redS = 0, lockS = 0] = seconds;
    const jackRequiredFromMinor = amountOf(jackFrom, site.currency);
    const fits = amberS > 0 && redS > amberS && lockS >= 10 && name.trim() !== '';
    setWrong(!fits);
    if (!fits) return;
    const result = await command.run({
      changes: {
        name: name.trim(),
        nameKo: nameKo.trim() === '' ? null : nameKo.trim(),
        amberAfterMs: amberS * secondMs,
        redAfterMs: redS * secondMs,
        autoLockMs: lockS * secondMs,
        jackRequiredFromMinor,
      },
    });
    if (!result?.ok) return;
    board.apply({ type: 'site', site: result.value.site });
    toast({ tone: 'done', text: w.setup.saved });
  };
  return (
    <form
      className={styles.panel}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div className={styles.fields}>
        <Field label={w.setup.siteName} value={name} onChange={setName} maxLength={60} />
        <Field label={w.setup.siteNameKo} value={nameKo} onChange={setNameKo} maxLength={60} />
        <Field label={w.setup.amberAfter} value={amber} onChange={setAmber} numeric />
        <Field label={w.setup.redAfter} value={red} onChange={setRed} numeric />
        <Field
          label={w.setup.autoLock}
          value={lock}
          onChange={setLock}
          numeric
          error={wrong ? w.setup.secondsWrong : null}
        />
        <Field
          label={w.setup.jackRequiredFrom}
          value={jackFrom}
          onChange={(text) => setJackFrom(tidy(text, 'amount', site.currency))}
          placeholder={w.setup.jackNeverRequired}
          numeric
        />
      </div>
      <dl className={styles.facts}>
        <div>
          <dt>{w.setup.currency}</dt>
          <dd>{site.currency}</dd>
        </div>
        <div>
          <dt>{w.setup.timeZone}</dt>
          <dd>{site.timeZone}</dd>
        </div>
        <div>
          <dt>{w.setup.lanes}</dt>
          <dd>{site.lanes.map((lane) => laneName(lane.laneId, site, w)).join(', ')}</dd>
        </div>
        <div>
          <dt>{w.setup.grades}</dt>
          <dd>
            {site.grades
              .map((grade) => {
                const gradeName = (locale === 'ko' ? grade.nameKo : null) ?? grade.name;
                return `${gradeName} ${w.refuel.perLitre(format.unitPrice(grade.unitPriceMilli, site.currency))}`;
              })
              .join(', ')}
          </dd>
        </div>
      </dl>
      <FormActions>
        <Button size="big" look="strong" type="submit" progress={command.progress}>
          {w.setup.save}
        </Button>
      </FormActions>
    </form>
  );
}

/** Nothing: never; `0`: always. */
function amountText(minor: number | null, currency: string): string {
  if (minor === null) return '';
  const exponent = currencyExponent(currency);
  return tidy((minor / 10 ** exponent).toFixed(exponent), 'amount', currency);
}

function amountOf(text: string, currency: string): number | null {
  if (text.trim() === '') return null;
  return parseAmount(text, currency) ?? 0;
}
