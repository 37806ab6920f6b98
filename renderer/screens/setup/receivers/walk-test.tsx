import { IconWalk } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { WalkState } from '../../../../shared/station-contract/index.ts';
import { Button, Chip, Dialog, FormActions, laneName, Waiting } from '../../../parts/index.ts';
import { useCommand, useKiosk, useNowMs, useSite } from '../../../session/index.ts';
import { useWhen, useWords } from '../../../words/index.ts';
import { codeTail } from './live-store.ts';
import styles from './receivers.module.css';
import { WalkReports } from './walk-reports.tsx';

/** The car must stand this long after the tap for its levels to count. */
const standMs = 6_000;
/** Fewer hearings than this while the car stood there: the tap came too early, or nobody hears it. */
const fewHearings = 5;

/** Drive to each lane, tap it, stand for a moment; at the end limits are proposed with what they promise. */
export function WalkTestCard({ code }: { code: string | null }) {
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
  const ended = state.data?.ended ?? null;
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
      {state.isError ? <Waiting asked={state} /> : null}
      {running !== null ? <Running running={running} onChanged={again} /> : null}
      {running === null && ended !== null ? <Ended ended={ended} /> : null}
      {running === null && last === null ? <p>{r.walkExplain}</p> : null}
      {running === null && last !== null ? <WalkReports last={last} /> : null}
    </section>
  );
}

/** The screen of whoever did not end it, or came back to it, must not just lie empty. */
function Ended({ ended }: { ended: NonNullable<WalkState['ended']> }) {
  const { w } = useWords();
  const when = useWhen();
  const begun = when(ended.startedAtMs);
  return (
    <p className={`${styles.hint} ${styles.screenOnly}`} role="status" data-testid="walk-ended">
      {ended.how === 'restart'
        ? w.receivers.walkLost(begun, ended.by)
        : w.receivers.walkCancelled(begun, ended.by, ended.cancelledBy ?? ended.by)}
    </p>
  );
}

function Running({ running, onChanged }: { running: NonNullable<WalkState['running']>; onChanged(): void }) {
  const { w, format } = useWords();
  const when = useWhen();
  const r = w.receivers;
  const site = useSite();
  const nowMs = useNowMs();
  const { client } = useKiosk();
  const mark = useCommand(client.walkTest.mark);
  const finish = useCommand(client.walkTest.finish);
  const cancel = useCommand(client.walkTest.cancel);
  const takeBack = useCommand(client.walkTest.takeBack);
  const [asking, setAsking] = useState(false);
  const lastMark = running.marks.at(-1);
  const standing = lastMark !== undefined && nowMs - lastMark.atMs < standMs ? lastMark : null;
  // Said once the car has stood for its time, of the last tap only: earlier ones cannot be helped now.
  const tooFew =
    lastMark !== undefined && standing === null && lastMark.hearings < fewHearings ? lastMark : undefined;
  const done = async (command: Promise<unknown>) => {
    await command;
    onChanged();
  };
  return (
    <>
      <p role="status" className={styles.lead}>
        {standing !== null
          ? r.walkStand(laneName(standing.laneId, site, w))
          : running.full
            ? r.walkFull
            : running.marks.length === 0
              ? r.walkGoFirst
              : r.walkGoOn}
      </p>
      {standing !== null ? (
        <progress
          max={standMs}
          value={Math.max(0, Math.min(standMs, nowMs - standing.atMs))}
          aria-label={r.walkStand(laneName(standing.laneId, site, w))}
        />
      ) : null}
      <p>
        {r.walkBegun(when(running.startedAtMs), running.by)} {r.walkHeard(format.number(running.hearings))}
        {running.codes > 1 ? ` ${r.walkCodes(running.codes)}` : ''}
      </p>
      <fieldset className={styles.marks} aria-label={r.walkMark}>
        {(site?.lanes ?? []).map(({ laneId }) => {
          const marks = running.marks.filter((one) => one.laneId === laneId);
          const isStanding = standing?.laneId === laneId;
          return (
            <Button
              key={laneId}
              size="big"
              look={isStanding ? 'strong' : undefined}
              progress="idle"
              onClick={() => void done(mark.run({ laneId }))}
            >
              {r.walkHere(laneName(laneId, site, w), marks.length)}
            </Button>
          );
        })}
      </fieldset>
      {tooFew === undefined ? null : (
        <p className={styles.hint} role="alert">
          {r.walkFew(laneName(tooFew.laneId, site, w))}
        </p>
      )}
      <div className={styles.actions}>
        <Button
          progress={cancel.progress}
          onClick={() => (running.marks.length === 0 ? void done(cancel.run({})) : setAsking(true))}
        >
          {r.walkCancel}
        </Button>
        {lastMark === undefined ? null : (
          <Button progress={takeBack.progress} onClick={() => void done(takeBack.run({}))}>
            {r.walkTakeBack(laneName(lastMark.laneId, site, w))}
          </Button>
        )}
        <Button
          look="strong"
          disabled={running.marks.length === 0 || standing !== null}
          progress={finish.progress}
          onClick={() => void done(finish.run({}))}
        >
          {r.walkFinish}
        </Button>
      </div>
      {asking ? (
        <Dialog title={r.walkGiveUp} onClose={() => setAsking(false)}>
          <p>{r.walkGiveUpExplain(running.marks.length)}</p>
          <FormActions>
            <Button
              size="big"
              look="danger"
              progress={cancel.progress}
              onClick={() => void done(cancel.run({}))}
            >
              {r.walkGiveUpYes}
            </Button>
          </FormActions>
        </Dialog>
      ) : null}
    </>
  );
}
