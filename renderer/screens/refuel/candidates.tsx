import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { RefuelCandidate, SiteSettings } from '../../../shared/station-contract/index.ts';
import { Button, FuelBadge, laneName, Plate, VehicleLine } from '../../parts/index.ts';
import { useWords } from '../../words/index.ts';
import { CheckIn } from '../arrivals/check-in.tsx';
import styles from './candidates.module.css';

/** The cars that answer to the digits, likeliest first; here the whole plate is shown. */
export function Candidates(props: {
  /** Undefined while they are looked for, or too few digits are typed. */
  candidates: readonly RefuelCandidate[] | undefined;
  site: SiteSettings;
  onChoose(candidate: RefuelCandidate): void;
}) {
  const { w } = useWords();
  const [checkingIn, setCheckingIn] = useState(false);
  if (props.candidates === undefined) return null;
  if (props.candidates.length === 0) {
    return (
      <>
        <p className={styles.hint}>{w.refuel.noMatchHint}</p>
        <Button size="big" icon={<IconPlus size="1.375rem" />} onClick={() => setCheckingIn(true)}>
          {w.board.checkIn}
        </Button>
        {checkingIn ? (
          <CheckIn site={props.site} purpose="refuel" onClose={() => setCheckingIn(false)} />
        ) : null}
      </>
    );
  }
  return (
    <>
      <h2 className={styles.title}>{w.refuel.choose}</h2>
      <ul className={styles.list}>
        {props.candidates.map((candidate) => (
          <li key={candidate.visitId}>
            <button
              type="button"
              className={styles.candidate}
              data-testid="refuel-candidate"
              data-visit-id={candidate.visitId}
              onClick={() => props.onChoose(candidate)}
            >
              <Plate plate={candidate.plate} size="medium" />
              <span className={styles.car}>
                <VehicleLine model={candidate.model} color={candidate.color} />
                <span>
                  {candidate.laneId === null ? w.presence.noLane : laneName(candidate.laneId, props.site, w)}
                </span>
              </span>
              <FuelBadge fuel={candidate.fuel} small />
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
