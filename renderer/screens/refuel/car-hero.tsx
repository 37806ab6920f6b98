import { useQuery } from '@tanstack/react-query';
import type { RefuelCandidate, SiteSettings, VisitView } from '../../../shared/station-contract/index.ts';
import { FuelBadge, Plate, VehicleLine, visitLaneName } from '../../parts/index.ts';
import { useKiosk } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';
import styles from './car-hero.module.css';

/** The chosen car, so large that the wrong one is noticed. */
export function CarHero(props: { visit: VisitView; candidate: RefuelCandidate | null; site: SiteSettings }) {
  const { visit, candidate, site } = props;
  const { w } = useWords();
  const { queries } = useKiosk();
  // Tapped on the board: the whole plate is not known yet, and here it is needed.
  const details = useQuery({
    ...queries.visits.get.queryOptions({ input: { visitId: visit.visitId } }),
    enabled: candidate === null,
  });
  const plate = candidate?.plate ?? details.data?.plate;
  const heard =
    visit.laneId === null && visit.laneCandidates.length === 0
      ? null
      : w.refuel.heardAt(visitLaneName(visit, site, w));
  const facts = [
    visit.rssiDbm === null ? null : w.refuel.dbm(Math.round(visit.rssiDbm)),
    visit.codeBehaviour ? { rotating: w.visit.rotating, static: w.visit.static }[visit.codeBehaviour] : null,
  ].filter((fact) => fact !== null);
  return (
    <div className={styles.hero} data-testid="refuel-car" data-visit-id={visit.visitId}>
      {plate === undefined ? <Plate tail={visit.plateTail} /> : <Plate plate={plate} />}
      <div className={styles.car}>
        <VehicleLine model={visit.vehicle.model} color={visit.vehicle.color} />
        <span>
          {heard}
          <span className={styles.radio}>{(heard === null ? '' : ' · ') + facts.join(' · ')}</span>
        </span>
      </div>
      <FuelBadge fuel={visit.vehicle.fuel} caption={w.refuel.registeredFuel} />
    </div>
  );
}
