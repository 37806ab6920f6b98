import { IconPlugConnectedX } from '@tabler/icons-react';
import { Button, FormActions } from '../../parts/index.ts';
import { useDocumentLanguage, useWords } from '../../words/index.ts';
import styles from './join.module.css';

/** In front of everything once the station has removed this device. Loading anew leads to the join page. */
export function ShutOut() {
  const { w, locale } = useWords();
  useDocumentLanguage(locale);
  return (
    <div className={styles.screen}>
      <main className={styles.main}>
        <section className={styles.card} role="alert" aria-label={w.join.shutOutTitle}>
          <h1>
            <IconPlugConnectedX size="2rem" aria-hidden="true" /> {w.join.shutOutTitle}
          </h1>
          <p>{w.join.shutOutExplain}</p>
          <FormActions>
            <Button size="big" onClick={() => window.location.replace('/')}>
              {w.join.shutOutAgain}
            </Button>
          </FormActions>
        </section>
      </main>
    </div>
  );
}
