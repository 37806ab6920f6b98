import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { Button, useToast } from '../../../parts/index.ts';
import { useKiosk } from '../../../session/index.ts';
import { useWords } from '../../../words/index.ts';
import styles from './receivers.module.css';
import { saveFile } from './save-file.ts';

/** One file for somebody far away who is to help. */
export function DiagnosticsCard() {
  const { w } = useWords();
  const r = w.receivers;
  const { client } = useKiosk();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const download = async () => {
    if (busy) return;
    setBusy(true);
    try {
      const bundle = await client.diagnostics.bundle({});
      const stamp = new Date(bundle.madeAtMs).toISOString().slice(0, 19).replace(/[-:]/g, '');
      saveFile(`diagnostics-${stamp}.json`, [JSON.stringify(bundle, null, 2)], 'application/json');
      toast({ tone: 'done', text: r.diagnosticsSaved });
    } catch {
      toast({ tone: 'failed', text: r.diagnosticsFailed });
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className={styles.card} aria-label={r.diagnosticsTitle}>
      <h2>{r.diagnosticsTitle}</h2>
      <p>{r.diagnosticsExplain}</p>
      <div className={styles.actions}>
        <Button
          look="strong"
          icon={<IconDownload size="1.25rem" />}
          progress={busy ? 'sending' : 'idle'}
          onClick={() => void download()}
        >
          {r.diagnosticsDownload}
        </Button>
      </div>
    </section>
  );
}
