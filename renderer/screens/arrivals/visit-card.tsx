import {
  IconAlertTriangle,
  IconGasStation,
  IconMapPin,
  IconShoppingBag,
  IconUser,
} from '@tabler/icons-react';
import { memo, useRef } from 'react';
import type { SiteSettings, VisitView } from '../../../shared/station-contract/index.ts';
import { hasTrouble, primaryAction, waitTone } from '../../board/index.ts';
import { claimName, laneKindOf, Plate, VehicleLine, visitLaneName, WaitTimer } from '../../parts/index.ts';
import { useMay, useNowMs, useSession, useSite, useVisitOnCard } from '../../session/index.ts';
import { useRoute } from '../../shell/route.ts';
import { useWhen, useWords } from '../../words/index.ts';
import { ChargeLine } from '../charge/charge-line.tsx';
import { CardMenu } from './card-menu.tsx';
import { isOpen, PickupLine, RefuelLine } from './job-lines.tsx';
import { NamedCard } from './named-card.tsx';
import { PrimaryButton } from './primary-button.tsx';
import { useNear } from './use-near.ts';
import styles from './visit-card.module.css';

/**
 * One car that is here. Drawn again only when that car changes; out of sight nothing on it ticks, and until it
 * comes into sight for the first time it is no more than its lane, its plate and the way to its details.
 */
export const VisitCard = memo(function VisitCard(props: { visitId: string; nearAtFirst: boolean }) {
  const visit = useVisitOnCard(props.visitId);
  const site = useSite();
  if (visit === undefined || site === null) return null;
  return <Card visit={visit} site={site} nearAtFirst={props.nearAtFirst} />;
});

interface CardProps {
  visit: VisitView;
  site: SiteSettings;
}

function Card({ visit, site, nearAtFirst }: CardProps & { nearAtFirst: boolean }) {
  const { w } = useWords();
  const { go } = useRoute();
  const item = useRef<HTMLLIElement>(null);
  const near = useNear(item, nearAtFirst);
  // It stays whole from then on: a dialog may be open on it, or a command under way.
  const whole = useRef(near);
  whole.current ||= near;
  const kind = laneKindOf(visit.laneId ?? visit.laneCandidates[0] ?? null, site);
  return (
    <NamedCard
      visit={visit}
      ticking={near}
      ref={item}
      className={styles.card}
      data-whole={whole.current || undefined}
      data-closed={visit.closed?.how}
    >
      {near ? <CardEdge visit={visit} site={site} /> : null}
      <button
        type="button"
        className={styles.open}
        aria-label={w.card.open(visit.plateTail)}
        onClick={() => go({ screen: 'visit', visitId: visit.visitId })}
      />
      <div className={styles.top}>
        <h2 className={styles.lane}>
          {kind === 'pump' ? <IconGasStation size="1.75rem" aria-hidden="true" /> : null}
          {kind === 'bay' ? <IconShoppingBag size="1.75rem" aria-hidden="true" /> : null}
          {kind === null ? <IconMapPin size="1.75rem" aria-hidden="true" /> : null}
          <span>{visitLaneName(visit, site, w)}</span>
        </h2>
        {near ? <WaitTimer visit={visit} site={site} /> : null}
      </div>
      <div className={styles.who}>
        <Plate tail={visit.plateTail} />
        <div className={styles.car}>
          <VehicleLine model={visit.vehicle.model} color={visit.vehicle.color} />
          <PresenceLine visit={visit} />
        </div>
      </div>
      {whole.current ? <Jobs visit={visit} site={site} /> : null}
    </NamedCard>
  );
}

/** What is to be done for the car, and the buttons to do it. */
function Jobs({ visit, site }: CardProps) {
  const { w } = useWords();
  const session = useSession();
  const me = session.kind === 'signed-in' ? session.person.staffId : null;
  const other = visit.claimedBy !== null && visit.claimedBy.staffId !== me ? visit.claimedBy : null;
  // Whoever is refueling is named in that line already.
  const server = other?.staffId === visit.refuel?.startedBy.staffId ? null : other;
  const action = primaryAction(visit);
  const mayServe = useMay('serve-cars');
  return (
    <>
      {server ? (
        <p className={styles.claimed}>
          <IconUser size="1.125rem" aria-hidden="true" />
          {w.card.servedBy(claimName(server))}
        </p>
      ) : null}
      {visit.closed?.how === 'left-without-service' || visit.closed?.how === 'drive-off' ? (
        <p className={styles.left}>
          <IconAlertTriangle size="1.25rem" aria-hidden="true" />
          {visit.closed.how === 'drive-off' ? w.card.driveOff : w.card.leftWithout}
        </p>
      ) : null}
      {visit.pickup ? (
        <PickupLine pickup={visit.pickup} orders={visit.pickups?.filter(isOpen).length} />
      ) : null}
      {visit.refuel || visit.mayRefuel ? <RefuelLine visit={visit} site={site} /> : null}
      <ChargeLine visit={visit} />
      {visit.pickup === null && visit.refuel === null && !visit.mayRefuel && !visit.charges ? (
        <p className={styles.nothing}>{w.card.nothingToDo}</p>
      ) : null}
      {mayServe ? (
        <div className={styles.actions}>
          <PrimaryButton visit={visit} action={action} />
          <CardMenu visit={visit} site={site} />
        </div>
      ) : null}
    </>
  );
}

function PresenceLine({ visit }: { visit: VisitView }) {
  const { w } = useWords();
  const when = useWhen();
  const parts: string[] = [];
  if (visit.arrivedAtMs !== null) {
    const time = when(visit.arrivedAtMs);
    parts.push(visit.knownBy === 'staff' ? w.presence.checkedInAt(time) : w.presence.arrivedAt(time));
  }
  if (visit.arrivedAtMs !== null && visit.knownBy === 'phone') parts.push(w.presence.saidByPhone);
  if (visit.presence === 'departed') parts.push(w.presence.left);
  // It is no car that left.
  if (visit.presence === 'parked' && visit.closed === null) parts.push(w.presence.quiet);
  // A comma ends a line as well; a dot between would hang there.
  return <span className={styles.since}>{parts.join(', ')}</span>;
}

/** The card's coloured edge; by itself, so that the card is not drawn again with every second. */
function CardEdge({ visit, site }: { visit: VisitView; site: SiteSettings }) {
  const nowMs = useNowMs();
  const tone = waitTone(visit, site, nowMs);
  const edge =
    hasTrouble(visit) || visit.closed?.how === 'drive-off'
      ? 'red'
      : tone === 'red' || tone === 'fresh'
        ? tone
        : 'none';
  return <span className={styles.edge} data-edge={edge} data-testid="card-edge" aria-hidden="true" />;
}
