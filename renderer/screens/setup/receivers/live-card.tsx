import { useComputedColorScheme } from '@mantine/core';
import { useState } from 'react';
import { throwIllegalValue } from '../../../../shared/domain/index.ts';
import { useBoard } from '../../../session/index.ts';
import { useWords } from '../../../words/index.ts';
import { type ChartLimit, type ChartLine, LiveChart, lineColor, lineDash } from './live-chart.tsx';
import { codeTail } from './live-store.ts';
import styles from './receivers.module.css';
import { useLive } from './use-live.ts';

const maxLines = 50;

/** The live signal: one car at every receiver, or every car where it is heard loudest. */
export function LiveCard(props: {
  code: string | null;
  onCode(code: string | null): void;
  limits?: ChartLimit[];
}) {
  const { w } = useWords();
  const r = w.receivers;
  const { store, state, summary } = useLive();
  const receivers = useBoard((board) => board.receivers);
  const dark = useComputedColorScheme() === 'dark';
  const [all, setAll] = useState(false);
  const { code } = props;
  const nameOf = (receiverId: string) =>
    receivers.find((receiver) => receiver.receiverId === receiverId)?.name ?? receiverId;
  // One that was just taken out was heard from within the last minute.
  const isThere = (receiverId: string) => receivers.some((receiver) => receiver.receiverId === receiverId);
  const lines: ChartLine[] = all
    ? summary.codes
        .slice(0, maxLines)
        // By name: in the order of their levels the lines would change colours every second.
        .toSorted((a, b) => a.code.localeCompare(b.code))
        .map((heard) => ({ code: heard.code, receiverId: null, label: r.jack(codeTail(heard.code)) }))
    : code === null
      ? []
      : summary.receiverIds
          .filter(isThere)
          .map((receiverId) => ({ code, receiverId, label: nameOf(receiverId) }));
  const title = all || code === null ? r.liveTitle : r.liveOf(codeTail(code));
  return (
    <section className={styles.card} aria-label={r.liveTitle} data-testid="live-card" data-live={state}>
      <div className={styles.cardHead}>
        <h2>{title}</h2>
        <label className={styles.picker}>
          <span className="visually-hidden">{r.whichCode}</span>
          <select
            value={all ? 'all' : (code ?? '')}
            onChange={(event) => {
              const value = event.currentTarget.value;
              setAll(value === 'all');
              if (value !== 'all') props.onCode(value);
            }}
          >
            {code !== null && !summary.codes.some((heard) => heard.code === code) ? (
              <option value={code}>{r.jack(codeTail(code))}</option>
            ) : null}
            {summary.codes.map((heard) => (
              <option key={heard.code} value={heard.code}>
                {r.jackAt(codeTail(heard.code), String(Math.round(heard.dbm)))}
              </option>
            ))}
            <option value="all">{r.allCodes(summary.codes.length)}</option>
          </select>
        </label>
      </div>
      {lines.length === 0 ? (
        <p className={styles.empty} role="status">
          {emptyWords()}
        </p>
      ) : (
        <>
          <LiveChart store={store} lines={lines} limits={props.limits ?? []} label={r.chartLabel(title)} />
          <ul className={styles.legend}>
            {lines.map((line, index) => (
              <li key={`${line.code} ${line.receiverId}`}>
                <svg width="26" height="6" aria-hidden="true">
                  <line
                    x1="0"
                    y1="3"
                    x2="26"
                    y2="3"
                    strokeWidth="4"
                    stroke={lineColor(index, dark)}
                    strokeDasharray={lineDash(index).join(' ')}
                  />
                </svg>
                {line.label}
              </li>
            ))}
          </ul>
          {state === 'broken' ? <p role="status">{r.liveBroken}</p> : null}
        </>
      )}
    </section>
  );

  function emptyWords(): string {
    switch (state) {
      case 'waiting':
        return w.app.loading;
      case 'live':
        return r.nothingHeard;
      case 'broken':
        return r.liveBroken;
      case 'forbidden':
        return r.notAllowed;
      default:
        return throwIllegalValue(state);
    }
  }
}
