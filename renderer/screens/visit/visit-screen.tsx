import { IconGasStation } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { SiteSettings, VisitView } from '../../../shared/station-contract/index.ts';
import {
  Button,
  claimName,
  FuelBadge,
  Plate,
  VehicleLine,
  visitLaneName,
  Waiting,
  WaitTimer,
} from '../../parts/index.ts';
import { useKiosk, useSite, useVisit } from '../../session/index.ts';
import { Header } from '../../shell/header.tsx';
import { useRoute } from '../../shell/route.ts';
import { failureOf } from '../../station/index.ts';
import { useWhen, useWords } from '../../words/index.ts';
import { ChargeOutcome } from '../charge/index.ts';
import { useFinder } from '../find/index.ts';
import { RefuelOutcome } from '../refuel/refuel-outcome.tsx';
import { PickupPanel } from './pickup-panel.tsx';
import { Story } from './story.tsx';
import styles from './visit-screen.module.css';

/** One car's stay: who it is, its jobs, and what happened so far. */
export function VisitScreen({ visitId }: { visitId: string }) {
  const { w } = useWords();
  const { queries } = useKiosk();
  const { go } = useRoute();
  const site = useSite();
  const live = useVisit(visitId);
  const details = useQuery(queries.visits.get.queryOptions({ input: { visitId }, staleTime: 0 }));
  const { refetch } = details;
  // The story grows with every change of the visit.
  useEffect(() => {
    if (live !== undefined) void refetch();
  }, [live, refetch]);
  const visit = live ?? details.data?.visit;
  const finder = useFinder();
  const back = () => go({ screen: 'arrivals' });
  return (
    <>
      <Header title={visit && site ? visitLaneName(visit, site, w) : w.visit.title} onBack={back} />
      {finder.dialog}
      <div className={styles.columns}>
        {visit === undefined || site === null ? (
          isGone(details.error) ? (
            <div className={styles.gone}>
              <h2>{w.visit.gone}</h2>
              <p>{w.visit.goneHint}</p>
              <Button onClick={back}>{w.refuel.toBoard}</Button>
            </div>
          ) : (
            <Waiting whole asked={details} />
          )
        ) : (
          <>
            <div className={styles.jobs}>
              <CarPanel visit={visit} site={site} plate={details.data?.plate ?? null} />
              {(visit.pickups ?? (visit.pickup === null ? [] : [visit.pickup])).map((pickup) => (
                <PickupPanel key={pickup.pickupId} visit={{ ...visit, pickup }} pickup={pickup} site={site} />
              ))}
              <RefuelPart visit={visit} site={site} />
              {(visit.charges ?? []).map((charge) => (
                <ChargeOutcome key={charge.chargeId} charge={charge} tail={visit.plateTail} />
              ))}
              {visit.pickup === null && visit.refuel === null && !visit.mayRefuel && !visit.charges ? (
                <p className={styles.hint}>{w.visit.noJob}</p>
              ) : null}
            </div>
            <section className={styles.story} aria-label={w.visit.story}>
              <h2>{w.visit.story}</h2>
              {details.data === undefined ? (
                <Waiting asked={details} />
              ) : (
                <Story entries={details.data.story} />
              )}
            </section>
          </>
        )}
      </div>
    </>
  );
}

/** The station answered, and knows no such visit: it was erased, or never was. */
const isGone = (error: Error | null): boolean => {
  const failure = error === null ? null : failureOf(error);
  return failure?.kind === 'refused' && failure.reason === 'visit-not-found';
};

function CarPanel({ visit, site, plate }: { visit: VisitView; site: SiteSettings; plate: string | null }) {
  const { w } = useWords();
  const when = useWhen();
  const facts = [
    { jack: w.visit.knownByJack, phone: w.visit.knownByPhone, staff: w.visit.knownByStaff }[visit.knownBy],
    visit.codeBehaviour ? { rotating: w.visit.rotating, static: w.visit.static }[visit.codeBehaviour] : null,
    visit.arrivedAtMs === null ? null : w.presence.arrivedAt(when(visit.arrivedAtMs)),
    visit.presence === 'parked' ? w.presence.quiet : null,
  ].filter((fact) => fact !== null);
  return (
    <section className={styles.car} aria-label={w.visit.car}>
      {plate === null ? <Plate tail={visit.plateTail} /> : <Plate plate={plate} />}
      <div className={styles.about}>
        <VehicleLine model={visit.vehicle.model} color={visit.vehicle.color} />
        <span>{facts.join(' · ')}</span>
        {visit.claimedBy ? <span>{w.card.servedBy(claimName(visit.claimedBy))}</span> : null}
      </div>
      {visit.vehicle.fuel && (visit.mayRefuel || visit.refuel) ? (
        <FuelBadge fuel={visit.vehicle.fuel} small />
      ) : null}
      <WaitTimer visit={visit} site={site} />
    </section>
  );
}

function RefuelPart({ visit, site }: { visit: VisitView; site: SiteSettings }) {
  const { w } = useWords();
  const { go } = useRoute();
  if (visit.refuel !== null && visit.refuel.state !== 'refueling') {
    return <RefuelOutcome visit={visit} refuel={visit.refuel} site={site} />;
  }
  if (visit.closed !== null || (!visit.mayRefuel && visit.refuel === null)) return null;
  return (
    <section className={styles.panel} aria-label={w.visit.refuel}>
      <Button
        size="big"
        look="strong"
        icon={<IconGasStation size="1.625rem" />}
        onClick={() => go({ screen: 'refuel', visitId: visit.visitId })}
      >
        {visit.refuel === null ? w.visit.startRefuel : w.action.complete}
      </Button>
    </section>
  );
}
