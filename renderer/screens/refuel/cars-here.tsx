import { IconGasStation } from '@tabler/icons-react';
import type { SiteSettings, VisitView } from '../../../shared/station-contract/index.ts';
import { FuelBadge, Notice, Plate, VehicleLine, visitLaneName } from '../../parts/index.ts';
import { useBoard } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';
import styles from './candidates.module.css';

const atMost = 8;

/** Before any digit: the cars at hand, for whoever stands beside one of them. Those being refueled first. */
export function CarsHere(props: { site: SiteSettings; onChoose(visitId: string): void }) {
  const { w } = useWords();
  const visits = useBoard((state) => state.visits);
  const cars = [...visits.values()].filter(mayBeRefueled).sort(servedFirst).slice(0, atMost);
  if (cars.length === 0) {
    return (
      <Notice icon={<IconGasStation size="1.5rem" aria-hidden="true" />}>
        <p>{w.refuel.nobodyHere}</p>
      </Notice>
    );
  }
  return (
    <>
      <h2 className={styles.title}>{w.refuel.orTap}</h2>
      <ul className={styles.list}>
        {cars.map((visit) => (
          <li key={visit.visitId}>
            <button
              type="button"
              className={styles.candidate}
              data-testid="refuel-car-here"
              onClick={() => props.onChoose(visit.visitId)}
            >
              <Plate tail={visit.plateTail} size="medium" />
              <span className={styles.car}>
                <VehicleLine model={visit.vehicle.model} color={visit.vehicle.color} />
                <span>
                  {visitLaneName(visit, props.site, w)}
                  {visit.refuel ? ` · ${w.card.refueling}` : null}
                </span>
              </span>
              <FuelBadge fuel={visit.vehicle.fuel} small />
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function mayBeRefueled(visit: VisitView): boolean {
  if (visit.closed !== null || (visit.presence !== 'arrived' && visit.presence !== 'parked')) return false;
  return visit.refuel === null ? visit.mayRefuel : visit.refuel.state === 'refueling';
}

function servedFirst(a: VisitView, b: VisitView): number {
  const begun = (visit: VisitView) => (visit.refuel === null ? 1 : 0);
  return begun(a) - begun(b) || (a.arrivedAtMs ?? 0) - (b.arrivedAtMs ?? 0);
}
