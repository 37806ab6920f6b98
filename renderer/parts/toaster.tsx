/**
 * Short messages at the foot of the screen: what was done (with Undo while it can be undone), and
 * failures in words. A failure stays until it is read; a success leaves by itself.
 */
import { IconAlertTriangle, IconArrowBackUp, IconCheck, IconX } from '@tabler/icons-react';
import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { ReportFailure, useKiosk, useNowMs } from '../session/index.ts';
import type { CommandFailure } from '../station/index.ts';
import { useWords, type Words } from '../words/index.ts';
import { Button } from './button.tsx';
import { failureWords } from './failure-words.ts';
import styles from './toaster.module.css';

export interface Toast {
  tone: 'done' | 'failed';
  /** As a function for what stays long enough for somebody to switch the language meanwhile. */
  text: string | ((w: Words) => string);
  /** Offered until the station's clock, as it stands now, shows `untilMs`. */
  undo?: { untilMs: number; run: () => Promise<unknown> };
}

export interface ShownToast extends Toast {
  id: number;
  /** These two by this page's monotonic clock: no correction of any clock gives an undo more or less time. */
  shownAtMs: number;
  undoEndsMs: number;
}

const ShowToast = createContext<(toast: Toast) => void>(() => {});
export const useToast = () => use(ShowToast);

const said = (toast: Toast, w: Words) => (typeof toast.text === 'string' ? toast.text : toast.text(w));

const doneShownMs = 4_000;
const failedShownMs = 15_000;
const atMost = 3;

export function Toaster({ children }: { children: ReactNode }) {
  const { w } = useWords();
  const { board } = useKiosk();
  const [toasts, setToasts] = useState<ShownToast[]>([]);
  const counter = useRef(0);

  const words = useRef(w);
  words.current = w;
  const show = useCallback(
    (toast: Toast) => {
      counter.current += 1;
      const shownAtMs = performance.now();
      const undoEndsMs = shownAtMs + (toast.undo === undefined ? 0 : toast.undo.untilMs - board.nowMs());
      const shown = { ...toast, id: counter.current, shownAtMs, undoEndsMs };
      const isSame = (other: Toast) => said(other, words.current) === said(toast, words.current);
      setToasts((before) => [...before.filter((other) => !isSame(other)), shown].slice(-atMost));
    },
    [board],
  );
  const dismiss = useCallback((id: number) => {
    setToasts((before) => before.filter((toast) => toast.id !== id));
  }, []);

  const report = useCallback(
    (failure: CommandFailure) => show({ tone: 'failed', text: (w) => failureWords(failure, w) }),
    [show],
  );
  const list = useMemo(
    () => toasts.map((toast) => <ToastLine key={toast.id} toast={toast} onGone={dismiss} />),
    [toasts, dismiss],
  );
  return (
    <ReportFailure value={report}>
      <ShowToast value={show}>
        {children}
        <div className={styles.stack} aria-live="polite" aria-atomic="false">
          {list}
        </div>
      </ShowToast>
    </ReportFailure>
  );
}

/** One message; by itself on the component page only. */
export function ToastLine({ toast, onGone }: { toast: ShownToast; onGone: (id: number) => void }) {
  const { w } = useWords();
  // Drawn again every second.
  useNowMs();
  const [undoing, setUndoing] = useState(false);
  const { id, undo, tone, shownAtMs, undoEndsMs } = toast;
  const leftMs = undo ? undoEndsMs - performance.now() : 0;
  const over = undo !== undefined && leftMs <= 0;

  useEffect(() => {
    if (undo !== undefined && !over) return;
    // The news itself stays readable, also when its undo was a short one.
    const shownForMs = performance.now() - shownAtMs;
    const stayMs = tone === 'done' ? doneShownMs : failedShownMs;
    const timer = setTimeout(() => onGone(id), Math.max(0, stayMs - shownForMs));
    return () => clearTimeout(timer);
  }, [undo, over, tone, id, shownAtMs, onGone]);

  return (
    <div
      className={styles.toast}
      data-tone={tone}
      role={tone === 'failed' ? 'alert' : undefined}
      data-testid="toast"
    >
      {tone === 'done' ? <IconCheck size="1.5rem" /> : <IconAlertTriangle size="1.5rem" />}
      <span className={styles.text}>{said(toast, w)}</span>
      {undo && !over ? (
        <Button
          size="small"
          icon={<IconArrowBackUp size="1.25rem" />}
          progress={undoing ? 'sending' : 'idle'}
          onClick={() => {
            if (undoing) return;
            setUndoing(true);
            void undo.run().finally(() => onGone(id));
          }}
        >
          {w.action.undo}
          <span className={styles.left} aria-hidden="true">
            {w.handOver.secondsLeft(Math.max(1, Math.floor(leftMs / 1000)))}
          </span>
        </Button>
      ) : null}
      <button type="button" className={styles.dismiss} aria-label={w.app.dismiss} onClick={() => onGone(id)}>
        <IconX size="1.25rem" />
      </button>
    </div>
  );
}
