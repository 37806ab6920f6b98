import { IconPrinter } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { zoneShown } from '../../../../shared/domain/index.ts';
import type { WalkReport, WalkShares } from '../../../../shared/station-contract/index.ts';
import { Button, Chip, laneName, useToast, Waiting } from '../../../parts/index.ts';
import { useBoard, useCommand, useKiosk, useSite } from '../../../session/index.ts';
import { useWords } from '../../../words/index.ts';
import styles from './receivers.module.css';
import { TraceChart } from './trace-chart.tsx';
import lanesTable from './walk-lanes.module.css';
import { useLaneShares, WalkSharesChart } from './walk-shares.tsx';

/** The newest acceptance report, or an earlier one that is chosen below it. Every one is kept. */
export function WalkReports({ last }: { last: WalkReport }) {
  const { w, format } = useWords();
  const r = w.receivers;
  const dayOf = useFullDay();
  const { queries } = useKiosk();
  const [testId, setTestId] = useState<string | null>(null);
  const kept = useQuery({
    ...queries.walkTest.reports.queryOptions({ input: {} }),
    // The newest one tells that there is one more.
    queryKey: [...queries.walkTest.reports.queryKey({ input: {} }), last.testId],
  });
  const isEarlier = testId !== null && testId !== last.testId;
  const earlier = useQuery({
    ...queries.walkTest.report.queryOptions({ input: { testId: testId ?? last.testId } }),
    enabled: isEarlier,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const shown = isEarlier ? (earlier.data?.report ?? null) : last;
  const reports = kept.data?.reports ?? [];
  const expectedOf = useExpected();
  return (
    <>
      {shown === null ? <Waiting asked={earlier} /> : <Report report={shown} isNewest={!isEarlier} />}
      {reports.length < 2 ? null : (
        <section className={styles.kept} aria-label={r.walkKept}>
          <h3>{r.walkKept}</h3>
          <ul>
            {reports.map((head) => (
              <li key={head.testId}>
                <button
                  type="button"
                  aria-pressed={(testId ?? last.testId) === head.testId}
                  onClick={() => setTestId(head.testId)}
                >
                  <b>{r.walkBy(dayOf(head.finishedAtMs), format.clock(head.finishedAtMs), head.by)}</b>
                  <span>
                    {r.walkKeptLanes(head.laneIds.length)} · {expectedOf(head.expected)}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Report({ report, isNewest }: { report: WalkReport; isNewest: boolean }) {
  const { w, format, locale } = useWords();
  const r = w.receivers;
  const site = useSite();
  const dayOf = useFullDay();
  const siteName = (locale === 'ko' ? site?.nameKo : null) ?? site?.name ?? '';
  const toast = useToast();
  const receivers = useBoard((board) => board.receivers);
  const { client } = useKiosk();
  const apply = useCommand(client.lanes.set);
  const nameOf = (receiverId: string) =>
    [...report.receivers, ...receivers].find((one) => one.receiverId === receiverId)?.name ?? receiverId;
  const expectedOf = useExpected();
  const laneShares = useLaneShares();
  const { now, suggested } = report.expected;
  const namesOf = (laneIds: readonly string[]) =>
    laneIds.map((laneId) => laneName(laneId, site, w)).join(', ');
  const isByLane = report.lanes.some(({ expected }) => expected !== undefined);
  // Nothing is promised of these, and whoever signs must see it.
  const notWalked = (site?.lanes ?? [])
    .filter(({ laneId }) => report.lanes.every((lane) => lane.laneId !== laneId))
    .map(({ laneId }) => laneName(laneId, site, w));
  const use = async () => {
    const lanes = report.lanes.map(({ laneId, suggested: chosen }) => ({ laneId, receivers: chosen }));
    const result = await apply.run({ lanes, walkTestId: report.testId });
    if (!result?.ok) return;
    toast({ tone: 'done', text: r.walkApplied });
  };
  return (
    <div className={styles.report} data-print data-testid="walk-report">
      <div className={styles.paperHead}>
        <h1>{r.walkPaperTitle}</h1>
        <p>{siteName}</p>
      </div>
      <p>
        {r.walkBy(dayOf(report.finishedAtMs), format.clock(report.finishedAtMs), report.by)}
        {report.codes > 1 ? ` · ${r.walkCodes(report.codes)}` : ''}
      </p>
      <p className={styles.lead}>
        <b>{r.walkExpected(expectedOf(suggested))}</b>
      </p>
      {isSplit(suggested) ? null : (
        <p>
          {r.walkNow(expectedOf(now))} {r.walkEarlier}
        </p>
      )}
      {report.advice.map(({ what, laneIds }) => (
        <p key={what} className={styles.hint}>
          {w.walkAdvice[what](namesOf(laneIds))}
        </p>
      ))}
      {isSplit(suggested) ? <WalkSharesChart suggested={suggested} now={now} /> : null}
      {report.trace.length > 0 ? <TraceChart report={report} nameOf={nameOf} /> : null}
      <table className={lanesTable.lanes}>
        <thead>
          <tr>
            <th>{r.walkLane}</th>
            <th>{r.walkLevels}</th>
            <th>{r.walkProposal}</th>
            {isByLane ? <th>{r.walkLaneExpected}</th> : null}
          </tr>
        </thead>
        <tbody>
          {report.lanes.map((lane) => (
            <tr key={lane.laneId}>
              <th scope="row">{laneName(lane.laneId, site, w)}</th>
              <td data-column={r.walkLevels}>
                {lane.levels
                  .slice(0, 2)
                  .map(({ receiverId, medianDbm }) => `${nameOf(receiverId)}\u00a0${Math.round(medianDbm)}`)
                  .join(', ')}
              </td>
              <td data-column={r.walkProposal}>
                {isToldApart(report, lane) ? null : <Chip tone="red">{r.walkInseparable}</Chip>}{' '}
                {lane.suggested
                  .map(({ receiverId, enterDbm }) =>
                    enterDbm === null
                      ? r.byComparison(nameOf(receiverId))
                      : r.byLimit(nameOf(receiverId), String(enterDbm)),
                  )
                  .join(', ')}
              </td>
              {isByLane ? (
                <td data-column={r.walkLaneExpected}>
                  {lane.expected === undefined ? '' : laneShares(lane.expected)}
                </td>
              ) : null}
            </tr>
          ))}
        </tbody>
      </table>
      {notWalked.length === 0 ? null : <p>{r.walkNotWalked(notWalked.join(', '))}</p>}
      <div className={styles.actions}>
        <Button icon={<IconPrinter size="1.25rem" />} onClick={() => window.print()}>
          {r.print}
        </Button>
        {isNewest ? (
          <Button look="strong" progress={apply.progress} onClick={() => void use()}>
            {r.walkApply}
          </Button>
        ) : null}
      </div>
      <p className={styles.paperFoot}>{r.walkSigned}</p>
    </div>
  );
}

/** Reports of earlier versions counted a car whose lane was not named, or wrongly, as missed. */
const isSplit = (shares: WalkShares): boolean => shares.wrongLane !== undefined;

/** That no limit tells a lane from the others is no fault where comparing receivers does; earlier reports say no more. */
function isToldApart({ advice }: WalkReport, { laneId, separable, expected }: WalkReport['lanes'][number]) {
  if (expected === undefined) return separable;
  return !advice.some(({ what, laneIds }) => what === 'sound-alike' && laneIds.includes(laneId));
}

/** The gist of it, as said in the list of reports, too. */
function useExpected(): (shares: WalkShares) => string {
  const { w, format } = useWords();
  const percent = (share: number) => format.number(share * 100);
  return (shares) =>
    shares.wrongLane === undefined
      ? w.receivers.walkMissedAndFalse(percent(shares.missed), percent(shares.false))
      : w.receivers.walkRecognised(percent(1 - shares.missed), percent(shares.wrongLane));
}

/** With its year: a report is read again when the site is rebuilt. */
function useFullDay(): (atMs: number) => string {
  const { locale } = useWords();
  const site = useSite();
  const timeZone = site === null ? undefined : zoneShown(site.timeZone);
  const format = useMemo(
    () => new Intl.DateTimeFormat(locale === 'ko' ? 'ko-KR' : 'en-GB', { dateStyle: 'medium', timeZone }),
    [locale, timeZone],
  );
  return (atMs) => format.format(atMs);
}
