import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { RecordingView, ReplayCar, ReplayEvent } from '../../../../shared/station-contract/index.ts';
import { Button, Chip, Dialog, laneName, Segmented } from '../../../parts/index.ts';
import { useKiosk, useSite } from '../../../session/index.ts';
import { formatDuration, useWords, type Words } from '../../../words/index.ts';
import { codeTail } from './live-store.ts';
import styles from './receivers.module.css';
import own from './replay.module.css';

type Playing = Exclude<ReplayEvent, { state: 'failed' }>;
type Change = Playing['changes'][number];
type Speed = 'most' | '10' | '1';

interface Shown {
  state: 'opening' | 'playing' | 'stopped' | 'done' | 'failed';
  last: Playing | null;
  changes: readonly Change[];
}
const nothingYet: Shown = { state: 'opening', last: null, changes: [] };

/** What the board would have shown of a recording, with the lanes and limits of now. Apart from live work. */
export function Replay({ recording, onClose }: { recording: RecordingView; onClose(): void }) {
  const { w } = useWords();
  const r = w.receivers;
  const [speed, setSpeed] = useState<Speed>('most');
  const [attempt, setAttempt] = useState(0);
  return (
    <Dialog title={r.replayTitle} onClose={onClose} size="48rem">
      <p className={styles.apart}>
        <Chip tone="amber">{r.replayMark}</Chip>
        <span>{r.replayExplain}</span>
      </p>
      <Segmented
        label={r.replaySpeed}
        value={speed}
        onChange={(next) => {
          setSpeed(next);
          setAttempt(attempt + 1);
        }}
        segments={[
          { value: 'most', label: r.replayMost },
          { value: '10', label: r.replayTimes(10) },
          { value: '1', label: r.replayTimes(1) },
        ]}
      />
      <Play
        key={attempt}
        recordingId={recording.recordingId}
        speed={speed === 'most' ? null : Number(speed)}
        onAgain={() => setAttempt(attempt + 1)}
      />
    </Dialog>
  );
}

/** One run; another speed, or once more, is another one. */
function Play({
  recordingId,
  speed,
  onAgain,
}: {
  recordingId: string;
  speed: number | null;
  onAgain(): void;
}) {
  const { w, format } = useWords();
  const r = w.receivers;
  const { client } = useKiosk();
  const [stopping] = useState(() => new AbortController());
  const [shown, setShown] = useState<Shown>(nothingYet);
  useEffect(() => {
    // A run of its own: in development effects run twice, and a stopped one cannot go on.
    const gone = new AbortController();
    const signal = AbortSignal.any([gone.signal, stopping.signal]);
    setShown(nothingYet);
    const play = async () => {
      try {
        for await (const event of await client.recording.replay({ recordingId, speed }, { signal })) {
          if (gone.signal.aborted) return;
          if (event.state === 'failed') setShown((before) => ({ ...before, state: 'failed' }));
          else {
            setShown((before) => ({
              state: event.state,
              last: event,
              changes: [...before.changes, ...event.changes],
            }));
          }
        }
      } catch {
        if (!signal.aborted) setShown((before) => ({ ...before, state: 'failed' }));
      }
      if (stopping.signal.aborted && !gone.signal.aborted) {
        setShown((before) => (before.state === 'playing' ? { ...before, state: 'stopped' } : before));
      }
    };
    void play();
    return () => gone.abort();
  }, [client, recordingId, speed, stopping]);
  const { state, last, changes } = shown;
  const isRunning = state === 'opening' || state === 'playing';
  const durationMs = last?.state === 'playing' ? last.durationMs : null;
  return (
    <div className={own.replay} data-testid="replay" data-state={state}>
      <div className={own.bar}>
        <progress
          aria-label={r.replayTitle}
          {...(state === 'done'
            ? { max: 1, value: 1 }
            : durationMs === null || last === null
              ? {}
              : { max: Math.max(1, durationMs), value: Math.min(durationMs, last.offsetMs) })}
        />
        {isRunning ? (
          <Button icon={<IconPlayerStop size="1.25rem" />} onClick={() => stopping.abort()}>
            {r.recordStop}
          </Button>
        ) : (
          <Button icon={<IconPlayerPlay size="1.25rem" />} onClick={onAgain}>
            {r.replayAgain}
          </Button>
        )}
      </div>
      <p role="status" className={styles.lead}>
        {last === null
          ? w.app.loading
          : `${state === 'stopped' ? `${r.replayStopped} ` : ''}${r.replayFacts(
              formatDuration(last.offsetMs),
              format.number(last.reports),
              format.number(last.devices),
              format.number(last.codes),
            )}`}
      </p>
      {state === 'failed' ? <p role="alert">{w.refusals['recording-not-readable']}</p> : null}
      {last === null ? null : <BoardThen here={last.here} offsetMs={last.offsetMs} />}
      <Story changes={changes} ended={state === 'done'} complete={last?.state !== 'done' || last.complete} />
    </div>
  );
}

/** Who would stand on the board at this moment. */
function BoardThen({ here, offsetMs }: { here: readonly ReplayCar[]; offsetMs: number }) {
  const { w } = useWords();
  const r = w.receivers;
  const site = useSite();
  const order = ['arrived', 'parked', 'approaching', 'tentative', 'departed'];
  const cars = [...here].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  return (
    <section aria-label={r.replayBoard}>
      <h3>{r.replayBoard}</h3>
      {cars.length === 0 ? <p>{r.replayBoardEmpty}</p> : null}
      <ul className={own.boardThen}>
        {cars.map((car) => {
          const lanes = car.laneId === null ? car.laneCandidates : [car.laneId];
          return (
            <li key={car.code} data-state={car.state}>
              <b>{lanes.length === 0 ? '–' : lanes.map((laneId) => laneName(laneId, site, w)).join(' / ')}</b>
              <span>{r.jack(codeTail(car.code))}</span>
              <span>{stateWords(car.state, w)}</span>
              <span>{formatDuration(Math.max(0, offsetMs - car.sinceOffsetMs))}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Story({
  changes,
  ended,
  complete,
}: {
  changes: readonly Change[];
  ended: boolean;
  complete: boolean;
}) {
  const { w } = useWords();
  const r = w.receivers;
  const site = useSite();
  if (changes.length === 0) return ended ? <p>{r.replayNothing}</p> : null;
  return (
    <section className={styles.report} aria-label={r.replayStory}>
      <h3>{r.replayStory}</h3>
      {complete ? null : <p>{r.replayCut(changes.length)}</p>}
      <table>
        <tbody>
          {changes.map((change) => (
            <tr key={`${change.offsetMs} ${change.code} ${change.state} ${change.rule}`}>
              <th scope="row">{formatDuration(change.offsetMs)}</th>
              <td>{r.jack(codeTail(change.code))}</td>
              <td>
                {change.laneId === null
                  ? stateWords(change.state, w)
                  : r.stateIn(stateWords(change.state, w), laneName(change.laneId, site, w))}
              </td>
              <td>{w.presenceRules[change.rule] ?? change.rule}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const stateWords = (state: string, w: Words): string => w.presenceStates[state] ?? state;
