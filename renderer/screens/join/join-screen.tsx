import { IconArrowRight, IconDownload, IconLanguage } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { Button, Field, FormActions } from '../../parts/index.ts';
import { useDocumentLanguage, useSwitchLanguage, useWords } from '../../words/index.ts';
import { askToJoin, codeInAddress, type JoinOutcome } from './ask-to-join.ts';
import styles from './join.module.css';

const speaksKorean = () => navigator.language.toLowerCase().startsWith('ko');

/** A device comes in: the code from the first kiosk, and a name. Explains the browser's warning in words. */
export function JoinScreen({ onJoined }: { onJoined(): void }) {
  const { w, locale } = useWords(speaksKorean() ? 'ko' : 'en');
  const j = w.join;
  useDocumentLanguage(locale);
  const switchLanguage = useSwitchLanguage();
  const [code, setCode] = useState(() => codeInAddress(window.location.hash));
  const [name, setName] = useState('');
  const [checked, setChecked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<JoinOutcome | null>(null);
  useEffect(() => {
    document.title = j.title;
    // A code that was used must not be brought along again by "back" or a bookmark.
    if (window.location.hash !== '') window.history.replaceState(null, '', window.location.pathname);
  }, [j.title]);
  const digits = code.replace(/\D/g, '');
  const ready = digits.length === 8 && name.trim() !== '';
  const submit = async () => {
    setChecked(true);
    if (!ready || busy) return;
    setBusy(true);
    const answer = await askToJoin(digits, name.trim());
    setBusy(false);
    setOutcome(answer);
    if (answer.kind === 'joined') onJoined();
  };
  const refusal =
    outcome === null || outcome.kind === 'joined'
      ? null
      : outcome.kind === 'no-answer'
        ? j.noAnswer
        : outcome.reason === 'wait'
          ? j.wait(Math.ceil(outcome.retryAfterMs / 1000))
          : (w.joinRefusals[outcome.reason] ?? j.noAnswer);
  return (
    <div className={styles.screen}>
      <header className={styles.header}>
        <Button icon={<IconLanguage size="1.5rem" aria-hidden="true" />} onClick={switchLanguage}>
          <span lang={locale === 'en' ? 'ko' : 'en'}>{w.app.switchLanguage}</span>
        </Button>
      </header>
      <main className={styles.main}>
        <form
          className={styles.card}
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          <h1>{j.title}</h1>
          <p>{j.explain}</p>
          <Field
            label={j.code}
            value={code}
            onChange={setCode}
            numeric
            maxLength={11}
            error={checked && digits.length !== 8 ? j.codeNeeded : null}
          />
          <Field
            label={j.name}
            value={name}
            onChange={setName}
            maxLength={40}
            placeholder={j.nameExample}
            error={checked && name.trim() === '' ? w.kiosks.nameNeeded : null}
          />
          <p className={styles.refusal} role="alert">
            {refusal}
          </p>
          <FormActions>
            <Button
              size="big"
              look="strong"
              type="submit"
              grow
              progress={busy ? 'sending' : 'idle'}
              icon={<IconArrowRight size="1.5rem" aria-hidden="true" />}
            >
              {j.submit}
            </Button>
          </FormActions>
        </form>
        <section className={styles.card} aria-label={j.warned}>
          <h2>{j.warned}</h2>
          <p>{j.warnedWhy}</p>
          <p>
            <b>{j.warnedDiffers}</b>
          </p>
          <p>{j.trust}</p>
          <p>
            <a className={styles.download} href="/station.crt" download>
              <IconDownload size="1.25rem" aria-hidden="true" />
              {j.download}
            </a>
          </p>
          <ul>
            <li>{j.trustAndroid}</li>
            <li>{j.trustApple}</li>
            <li>{j.trustWindows}</li>
          </ul>
        </section>
      </main>
    </div>
  );
}
