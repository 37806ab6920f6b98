import { IconPrinter, IconWalk } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { WalkReport, WalkState } from '../../../../shared/station-contract/index.ts';
import { Button, Chip, laneName, useToast } from '../../../parts/index.ts';
import { useBoard, useCommand, useKiosk, useNowMs, useSite } from '../../../session/index.ts';
import { useWords } from '../../../words/index.ts';
import { codeTail } from './live-store.ts';
import styles from './receivers.module.css';
import { TraceChart } from './trace-chart.tsx';

/** The car must stand this long after the tap for its levels to count. */
const standMs = 6_000;
/** More errors than this: the walk says more about how it was walked than about the lanes. */
const poorShare = 0.1;

/** Drive to each lane, tap it, stand for a moment; at the end limits are proposed with what they promise. */
export function WalkTestCard({ code, onLanesChanged }: { code: string | null; onLanesChanged(): void }) {
  const { w } = useWords();
  const r = w.receivers;
  const { queries, client } = useKiosk();
  const state = useQuery({ ...queries.walkTest.state.queryOptions({ input: {} }), refetchInterval: 1_000 });
  const start = useCommand(client.walkTest.start);
  const again = () => void state.refetch();
  const begin = async () => {
    if (code === null) return;
    await start.run({ code });
    again();
  };
  const running = state.data?.running ?? null;
  const last = state.data?.last ?? null;
  return (
    <section className={styles.card} aria-label={r.walkTitle} data-testid="walk-test">
      <div className={styles.cardHead}>
        <h2>{r.walkTitle}</h2>
        {running === null ? (
          <Button
            look="strong"
            icon={<IconWalk size="1.375rem" />}
            progress={start.progress}
            disabled={code === null}
            onClick={() => void begin()}
          >
            {code === null ? r.beaconChoose : last === null ? r.walkStart : r.walkAgain}
          </Button>
        ) : (
          <Chip tone="blue">{r.walkRunning(codeTail(running.code))}</Chip>
        )}
      </div>
      {state.isError ? <p role="alert">{w.app.notLoaded}</p> : null}
      {running !== null ? <Running running={running} onChanged={again} /> : null}
      {running === null && last === null ? <p>{r.walkExplain}</p> : null}
      {running === null && last !== null ? <Report report={last} onApplied={onLanesChanged} /> : null}
    </section>
  );
}

function Running({ running, onChanged }: { running: NonNullable<WalkState['running']>; onChanged(): void }) {
  const { w, format } = useWords();
  const r = w.receivers;
  const site = useSite();
  const nowMs = useNowMs();
  const { client } = useKiosk();
  const mark = useCommand(client.walkTest.mark);
  const finish = useCommand(client.walkTest.finish);
  const cancel = useCommand(client.walkTest.cancel);
  const lastMark = running.marks.at(-1);
  const standing = lastMark !== undefined && nowMs - lastMark.atMs < standMs ? lastMark : null;
  const done = async (command: Promise<unknown>) => {
    await command;
    onChanged();
  };
  return (
    <>
      <p role="status">
        {standing !== null
          ? r.walkStand(laneName(standing.laneId, site, w))
          : running.full
            ? r.walkFull
            : r.walkGoOn(format.number(running.hearings))}
      </p>
      <fieldset className={styles.marks} aria-label={r.walkMark}>
        {(site?.lanes ?? []).map(({ laneId }) => {
          const marks = running.marks.filter((one) => one.laneId === laneId);
          return (
            <Button key={laneId} progress="idle" onClick={() => void done(mark.run({ laneId }))}>
              {r.walkHere(laneName(laneId, site, w), marks.length)}
            </Button>
          );
        })}
      </fieldset>
      <div className={styles.actions}>
        <Button progress={cancel.progress} onClick={() => void done(cancel.run({}))}>
          {r.walkCancel}
        </Button>
        <Button look="strong" progress={finish.progress} onClick={() => void done(finish.run({}))}>
          {r.walkFinish}
        </Button>
      </div>
    </>
  );
}

function Report({ report, onApplied }: { report: WalkReport; onApplied(): void }) {
  const { w, format } = useWords();
  const r = w.receivers;
  const site = useSite();
  const toast = useToast();
  const receivers = useBoard((board) => board.receivers);
  const { client } = useKiosk();
  const apply = useCommand(client.lanes.set);
  const nameOf = (receiverId: string) =>
    receivers.find((one) => one.receiverId === receiverId)?.name ?? receiverId;
  const percent = (share: number) => format.number(share * 100);
  const { now, suggested } = report.expected;
  const use = async () => {
    const lanes = report.lanes.map(({ laneId, suggested: chosen }) => ({ laneId, receivers: chosen }));
    const result = await apply.run({ lanes });
    if (!result?.ok) return;
    toast({ tone: 'done', text: r.walkApplied });
    onApplied();
  };
  return (
    <div className={styles.report} data-print>
      <p>{r.walkBy(format.day(report.finishedAtMs), format.clock(report.finishedAtMs), report.by)}</p>
      <p className={styles.lead}>
        <b>{r.walkExpected(percent(suggested.missed), percent(suggested.false))}</b>
      </p>
      <p>{r.walkNow(percent(now.missed), percent(now.false))}</p>
      {suggested.missed + suggested.false > poorShare ? <p className={styles.hint}>{r.walkPoor}</p> : null}
      {report.trace.length > 0 ? <TraceChart report={report} nameOf={nameOf} /> : null}
      <table>
        <thead>
          <tr>
            <th>{r.walkLane}</th>
            <th>{r.walkLevels}</th>
            <th>{r.walkProposal}</th>
          </tr>
        </thead>
        <tbody>
          {report.lanes.map((lane) => (
            <tr key={lane.laneId}>
              <th scope="row">{laneName(lane.laneId, site, w)}</th>
              <td>
                {lane.levels
                  .slice(0, 2)
                  .map(({ receiverId, medianDbm }) => `${nameOf(receiverId)} ${Math.round(medianDbm)}`)
                  .join(', ')}
              </td>
              <td>
                {lane.separable ? null : <Chip tone="red">{r.walkInseparable}</Chip>}{' '}
                {lane.suggested
                  .map(({ receiverId, enterDbm }) =>
                    enterDbm === null
                      ? r.byComparison(nameOf(receiverId))
                      : r.byLimit(nameOf(receiverId), String(enterDbm)),
                  )
                  .join(', ')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className={styles.actions}>
        <Button icon={<IconPrinter size="1.25rem" />} onClick={() => window.print()}>
          {r.print}
        </Button>
        <Button look="strong" progress={apply.progress} onClick={() => void use()}>
          {r.walkApply}
        </Button>
      </div>
    </div>
  );
}
