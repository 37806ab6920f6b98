import { IconCash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { memo } from 'react';
import type { FollowUps as Asked, FollowUp, SiteSettings } from '../../../shared/station-contract/index.ts';
import { Chip, laneName, Plate, Waiting } from '../../parts/index.ts';
import { useKiosk } from '../../session/index.ts';
import { useRoute } from '../../shell/route.ts';
import { type Formats, useWords, type Words } from '../../words/index.ts';
import { nextStep } from './follow-up-step.ts';
import styles from './follow-ups.module.css';

/**
 * Money that is still to go back and cars that left unpaid, as this station and the payment server know them: how
 * much, how long, where the two are at odds, and what to do.
 */
export const FollowUps = memo(function FollowUps({ site }: { site: SiteSettings }) {
  const { w } = useWords();
  const { queries } = useKiosk();
  const asked = useQuery({
    ...queries.dailyLog.followUps.queryOptions({ input: {} }),
    staleTime: 0,
    refetchInterval: 60_000,
  });
  const lines = asked.data?.lines ?? [];
  return (
    <section
      className={styles.panel}
      aria-label={w.followUps.title}
      data-testid="follow-ups"
      data-open={lines.length > 0 || undefined}
    >
      <h2>
        <IconCash size="1.375rem" aria-hidden="true" />
        {w.followUps.title}
      </h2>
      {asked.data === undefined || asked.isError ? <Waiting asked={asked} /> : null}
      {asked.data === undefined ? null : (
        <>
          <Told server={asked.data.server} />
          {lines.length === 0 ? (
            <p>{asked.data.server.told === 'now' ? w.followUps.empty : w.followUps.emptyHere}</p>
          ) : (
            <ul>
              {lines.map((line) => (
                <Line key={`${line.kind} ${line.paymentRequestId}`} line={line} site={site} />
              ))}
            </ul>
          )}
        </>
      )}
    </section>
  );
});

/** Out of reach, the list is as old as what the server said last. */
function Told({ server }: { server: Asked['server'] }) {
  const { w, format } = useWords();
  const { board } = useKiosk();
  if (server.told === 'now') return null;
  return (
    <p role="status" className={styles.old}>
      {server.told === 'never'
        ? w.followUps.toldNever
        : w.followUps.toldBefore(format.ago(board.nowMs() - server.atMs))}
    </p>
  );
}

function Line({ line, site }: { line: FollowUp; site: SiteSettings }) {
  const { w, format } = useWords();
  const { board } = useKiosk();
  const { go } = useRoute();
  const { visitId, plateTail } = line;
  const ageMs = board.nowMs() - line.sinceMs;
  const step = nextStep(line, ageMs);
  const calm = step === 'wait' || step === 'done-there' || step === 'on-its-way';
  return (
    <li data-testid="follow-up" data-kind={line.kind} data-state={line.state} data-step={step}>
      {visitId === null || plateTail === null ? (
        <span className={styles.unknown}>{w.followUps.unknownCar}</span>
      ) : (
        <button
          type="button"
          className={styles.car}
          aria-label={w.log.open(plateTail)}
          onClick={() => go({ screen: 'visit', visitId })}
        >
          <Plate tail={plateTail} size="small" />
        </button>
      )}
      <span className={styles.what}>
        <b>{format.money(line.amount)}</b>
        <span>
          {[
            line.kind === 'release' ? w.followUps.release : w.followUps.driveOff,
            w.logbook.heldFor(format.age(ageMs)),
            line.laneId === null ? null : laneName(line.laneId, site, w),
          ]
            .filter((part) => part !== null)
            .join(' · ')}
        </span>
      </span>
      <Chip tone={calm ? 'amber' : 'red'}>{w.followUpStates[line.state]}</Chip>
      <p>
        {bothSides(line, w, format)} {w.followUpSteps[step]}{' '}
        {step === 'look-at-server' || step === 'call-bank' || step === 'not-here' ? (
          <code>{line.paymentRequestId}</code>
        ) : null}
      </p>
    </li>
  );
}

/** `Here: still held. Server: given back on Fri 20 Nov 14:32.` */
function bothSides(line: FollowUp, w: Words, format: Formats): string {
  const here = w.followUpHere[line.here ?? 'unknown'];
  if (line.state === 'not-compared') return w.followUps.here(here);
  const { doneThereAtMs, asks } = line;
  const more =
    doneThereAtMs !== null
      ? ` (${format.day(doneThereAtMs)} ${format.clock(doneThereAtMs)})`
      : asks !== null && asks > 0
        ? ` (${w.followUps.bankAsked(asks)})`
        : '';
  return `${w.followUps.here(here)} ${w.followUps.there(w.followUpThere[line.there ?? 'unknown'] + more)}`;
}
