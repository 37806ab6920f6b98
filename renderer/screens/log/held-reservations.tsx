import { IconCash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { HeldReservation, SiteSettings } from '../../../shared/station-contract/index.ts';
import { Chip, laneName, Plate } from '../../parts/index.ts';
import { useKiosk } from '../../session/index.ts';
import { useRoute } from '../../shell/route.ts';
import { useWords, type Words } from '../../words/index.ts';
import styles from './held-reservations.module.css';

/** The server lets go of what nobody needs within three hours; what is held longer needs a person. */
const serverLetsGoAfterMs = 3 * 3_600_000;
/** A bank that has not confirmed by then will not do it by itself. */
const bankConfirmsWithinMs = 24 * 3_600_000;

/**
 * Drivers' money that is still held although nothing is left to pay from it: how much, how long, and what to do.
 * Nothing is shown where there is none.
 */
export function HeldReservations({ site }: { site: SiteSettings }) {
  const { w, format } = useWords();
  const { queries, board } = useKiosk();
  const { go } = useRoute();
  const asked = useQuery({
    ...queries.dailyLog.reservations.queryOptions({ input: {} }),
    staleTime: 0,
    refetchInterval: 60_000,
  });
  const held = asked.data?.reservations ?? [];
  if (held.length === 0) return null;
  const nowMs = board.nowMs();
  return (
    <section className={styles.panel} aria-label={w.logbook.reservations}>
      <h2>
        <IconCash size="1.375rem" aria-hidden="true" />
        {w.logbook.reservations}
      </h2>
      <ul>
        {held.map((one) => {
          const ageMs = nowMs - (one.closedAtMs ?? one.askedAtMs);
          const step = nextStep(one, ageMs);
          return (
            <li key={one.paymentRequestId} data-testid="held-reservation" data-step={step}>
              <button
                type="button"
                className={styles.car}
                aria-label={w.log.open(one.plateTail)}
                onClick={() => go({ screen: 'visit', visitId: one.visitId })}
              >
                <Plate tail={one.plateTail} size="small" />
              </button>
              <span className={styles.what}>
                <b>{format.money(one.maximum)}</b>
                <span>
                  {w.logbook.heldFor(format.age(ageMs))}
                  {one.laneId === null ? '' : ` · ${laneName(one.laneId, site, w)}`}
                </span>
              </span>
              <Chip tone={step === 'wait' ? 'amber' : 'red'}>
                {one.state === 'held' ? w.logbook.stillHeld : w.logbook.releasing}
              </Chip>
              <p>
                {stepWords(step, w)} {step === 'wait' ? null : <code>{one.paymentRequestId}</code>}
              </p>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

type Step = 'wait' | 'look-at-server' | 'call-bank';

function nextStep({ state }: HeldReservation, ageMs: number): Step {
  if (state === 'held') return ageMs < serverLetsGoAfterMs ? 'wait' : 'look-at-server';
  return ageMs < bankConfirmsWithinMs ? 'wait' : 'call-bank';
}

function stepWords(step: Step, w: Words): string {
  switch (step) {
    case 'wait':
      return w.logbook.heldWait;
    case 'look-at-server':
      return w.logbook.heldAtServer;
    case 'call-bank':
      return w.logbook.heldAtBank;
  }
}
