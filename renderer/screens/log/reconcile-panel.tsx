import { useQuery } from '@tanstack/react-query';
import { memo, useState } from 'react';
import type { ReconciledLine } from '../../../shared/station-contract/index.ts';
import { Button, Chip, Plate, type Tone, Waiting } from '../../parts/index.ts';
import { useKiosk } from '../../session/index.ts';
import { useRoute } from '../../shell/route.ts';
import { failureOf } from '../../station/index.ts';
import { useWords } from '../../words/index.ts';
import styles from './daily-log.module.css';

const tones: Record<ReconciledLine['state'], Tone> = {
  matched: 'green',
  'missing-here': 'red',
  'missing-there': 'red',
  different: 'red',
};

/** The payment server's books of the day against what was marked here, line by line. */
export const ReconcilePanel = memo(function ReconcilePanel({ day }: { day: string }) {
  const { w, format } = useWords();
  const { queries } = useKiosk();
  const { go } = useRoute();
  const [wanted, setWanted] = useState<string | null>(null);
  const asked = useQuery({
    ...queries.dailyLog.reconcile.queryOptions({ input: { day } }),
    enabled: wanted === day,
    retry: false,
    staleTime: 0,
  });
  const failure = asked.error === null ? null : failureOf(asked.error);
  const lines = asked.data?.lines ?? [];
  const money = (minor: number | null) =>
    minor === null ? '—' : format.money({ amountMinor: minor, currency: asked.data?.currency ?? 'KRW' });
  return (
    <section className={styles.panel} aria-label={w.logbook.reconcile} data-testid="reconcile">
      <div className={styles.panelHead}>
        <h2>{w.logbook.reconcile}</h2>
        {asked.data === undefined ? null : (
          <b>{w.logbook.matchedOf(lines.filter((line) => line.state === 'matched').length, lines.length)}</b>
        )}
        <Button
          data-screen-only
          progress={asked.isFetching ? 'sending' : 'idle'}
          onClick={() => {
            if (wanted === day) void asked.refetch();
            else setWanted(day);
          }}
        >
          {w.logbook.reconcileStart}
        </Button>
      </div>
      {asked.isError ? (
        <Waiting
          asked={asked}
          failed={failure?.kind === 'refused' ? w.refusals[failure.reason] : w.app.notLoaded}
        />
      ) : asked.data === undefined ? (
        <p>{w.logbook.reconcileExplain}</p>
      ) : lines.length === 0 ? (
        <p>{w.logbook.nothingBooked}</p>
      ) : (
        <div className={styles.wide}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{w.log.time}</th>
                <th scope="col">{w.logbook.line}</th>
                <th scope="col">{w.log.car}</th>
                <th scope="col" data-number>
                  {w.logbook.here}
                </th>
                <th scope="col" data-number>
                  {w.logbook.there}
                </th>
                <th scope="col">{w.log.state}</th>
              </tr>
            </thead>
            <tbody>
              {lines.map((line) => (
                <tr key={line.lineId} data-testid="reconciled" data-state={line.state}>
                  <td>{format.clock(line.atMs)}</td>
                  <td>
                    {w.logKinds[line.kind]} {line.number === null ? '' : `#${line.number}`}
                  </td>
                  <td>
                    {line.visitId === null || line.plateTail === null ? (
                      '—'
                    ) : (
                      <button
                        type="button"
                        className={styles.car}
                        aria-label={w.log.open(line.plateTail)}
                        onClick={() => go({ screen: 'visit', visitId: line.visitId ?? '' })}
                      >
                        <Plate tail={line.plateTail} size="small" />
                      </button>
                    )}
                  </td>
                  <td data-number>{money(line.hereMinor)}</td>
                  <td data-number>{money(line.thereMinor)}</td>
                  <td>
                    <Chip tone={line.onItsWay ? 'amber' : tones[line.state]}>
                      {w.statementStates[line.state]}
                      {line.onItsWay ? ` · ${w.logbook.onItsWay}` : ''}
                    </Chip>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
});
