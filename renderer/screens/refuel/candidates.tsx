import type { RefuelCandidate, SiteSettings } from '../../../shared/station-contract/index.ts';
import { FuelBadge, laneName, Plate, VehicleLine } from '../../parts/index.ts';
import { useWords } from '../../words/index.ts';
import styles from './candidates.module.css';

/** The cars that answer to the digits, likeliest first; here the whole plate is shown. */
export function Candidates(props: {
  candidates: readonly RefuelCandidate[];
  digits: string;
  site: SiteSettings;
  onChoose(candidate: RefuelCandidate): void;
}) {
  const { w } = useWords();
  if (props.candidates.length === 0) {
    return props.digits.length >= 2 ? <p className={styles.hint}>{w.refuel.noMatchHint}</p> : null;
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
