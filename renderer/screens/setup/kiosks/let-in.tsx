import { useCallback, useEffect, useRef, useState } from 'react';
import { Button, Dialog, FormActions } from '../../../parts/index.ts';
import { useKiosk, useNowMs, useReportFailure } from '../../../session/index.ts';
import { failureOf } from '../../../station/index.ts';
import { formatDuration, useWords } from '../../../words/index.ts';
import styles from './kiosks.module.css';
import { QrCode } from './qr-code.tsx';
import { nameOf, useKiosks } from './use-kiosks.ts';

interface Made {
  code: string;
  /** By this page's monotonic clock. */
  endsMs: number;
  /** By this screen's own clock: an answer from before knows nothing of it. */
  shownSinceMs: number;
  /** Who was in when it was made: whoever is new came with this code. */
  before: ReadonlySet<string | null>;
}

/** The one-use code, large, with the address and a QR code of both; says who came in. */
export function LetIn({ address, onClose }: { address: string; onClose(): void }) {
  const { w } = useWords();
  const k = w.kiosks;
  const { client, board } = useKiosk();
  const report = useReportFailure();
  // Drawn again every second.
  useNowMs();
  const list = useKiosks();
  const [made, setMade] = useState<Made | null>(null);
  // A new function with every look at the list must not make a new code.
  const close = useRef(onClose);
  close.current = onClose;
  const make = useCallback(async () => {
    try {
      const { kiosks } = await client.kiosks.list({});
      const code = await client.kiosks.makeCode({});
      const endsMs = performance.now() + code.expiresAtMs - board.nowMs();
      setMade({
        code: code.code,
        endsMs,
        shownSinceMs: Date.now(),
        before: new Set(kiosks.map(({ kioskId }) => kioskId)),
      });
    } catch (error) {
      report(failureOf(error) ?? { kind: 'not-sent' });
      close.current();
    }
  }, [client, board, report]);
  useEffect(() => {
    void make();
    // What nobody reads any more is worth nothing to anybody.
    return () => void client.kiosks.cancelCode({}).catch(() => undefined);
  }, [make, client]);

  if (made === null) return null;
  const cameIn = list.data?.kiosks.find(({ kioskId }) => !made.before.has(kioskId));
  const leftMs = made.endsMs - performance.now();
  // Two of our looks at the list later: one may have been on its way when the code was made.
  const isKnown = list.dataUpdatedAt > made.shownSinceMs + 1_000;
  const isGone = leftMs <= 0 || (isKnown && list.data?.code === null);
  const wrongTries = list.data?.code?.wrongTries ?? 0;
  return (
    <Dialog title={k.codeTitle} onClose={onClose} size="40rem">
      {cameIn !== undefined ? (
        <>
          <p className={styles.cameIn} role="status">
            {k.cameIn(nameOf(cameIn, w))}
          </p>
          <FormActions>
            <Button size="big" look="strong" grow onClick={onClose}>
              {k.done}
            </Button>
          </FormActions>
        </>
      ) : isGone ? (
        <>
          <p role="status">{k.codeGone}</p>
          <FormActions>
            <Button size="big" look="strong" grow onClick={() => void make()}>
              {k.newCode}
            </Button>
          </FormActions>
        </>
      ) : (
        <div className={styles.letIn}>
          <div>
            <p>{k.codeAddress}</p>
            <p className={styles.address} data-testid="join-address">
              {address}
            </p>
            <p>{k.codeTyped}</p>
            <p className={styles.code} data-testid="join-code">
              <span>{made.code.slice(0, 4)}</span> <span>{made.code.slice(4)}</span>
            </p>
            <p>{k.codeLeft(formatDuration(leftMs))}</p>
            {wrongTries > 0 ? <p role="status">{k.codeWrong(wrongTries)}</p> : null}
          </div>
          <div>
            <QrCode text={`${address}/#code=${made.code}`} label={k.qrLabel} />
            <p>{k.codeScan}</p>
          </div>
        </div>
      )}
    </Dialog>
  );
}
