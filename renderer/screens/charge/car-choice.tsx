import { IconCar, IconUserQuestion } from '@tabler/icons-react';
import type { ComponentProps } from 'react';
import type { ChargeCandidate, SiteSettings } from '../../../shared/station-contract/index.ts';
import { Chip, laneName, Plate, VehicleLine, Waiting } from '../../parts/index.ts';
import { useRadioTrusted } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';
import list from '../refuel/candidates.module.css';
import styles from './charge.module.css';

/** The cars that are here; in this place the whole plate is shown, for one of them is being chosen. */
export function CarChoice(props: {
  candidates: readonly ChargeCandidate[];
  digits: string;
  asked: ComponentProps<typeof Waiting>['asked'] & { data: unknown };
  site: SiteSettings;
  onChoose(candidate: ChargeCandidate): void;
}) {
  const { w } = useWords();
  const nobody = useRadioTrusted() ? w.charge.nobodyHere : w.charge.nobodyKnownHere;
  return (
    <>
      <h2 className={list.title}>{w.charge.chooseCar}</h2>
      {props.asked.data === undefined ? (
        <Waiting asked={props.asked} />
      ) : props.candidates.length === 0 ? (
        <p className={styles.empty}>
          <IconCar size="1.75rem" aria-hidden="true" />
          {props.digits === '' ? nobody : w.refuel.noMatchHint}
        </p>
      ) : (
        <ul className={list.list}>
          {props.candidates.map((candidate) => (
            <li key={candidate.visitId}>
              <button
                type="button"
                className={list.candidate}
                data-testid="charge-candidate"
                data-visit-id={candidate.visitId}
                onClick={() => props.onChoose(candidate)}
              >
                <Plate plate={candidate.plate} size="medium" />
                <span className={list.car}>
                  <VehicleLine model={candidate.model} color={candidate.color} />
                  <span>
                    {candidate.laneId === null
                      ? w.presence.noLane
                      : laneName(candidate.laneId, props.site, w)}
                  </span>
                </span>
                {candidate.jackKnown ? null : (
                  <Chip tone="amber" icon={<IconUserQuestion size="1.125rem" aria-hidden="true" />}>
                    {w.charge.notKnown}
                  </Chip>
                )}
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
