import {
  IconAlertTriangle,
  IconCheck,
  IconCircleCheck,
  IconCircleX,
  IconClock,
  IconDroplet,
  IconHourglass,
  IconKey,
  IconPackage,
  IconQuestionMark,
  IconUpload,
} from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { throwIllegalValue } from '../../../shared/domain/index.ts';
import type {
  PickupView,
  RefuelState,
  RefuelView,
  SiteSettings,
  VisitView,
} from '../../../shared/station-contract/index.ts';
import { Chip } from '../../parts/index.ts';
import { useWords, type Words } from '../../words/index.ts';
import styles from './job-lines.module.css';

const chipIcon = { size: '1rem', stroke: 2.4, 'aria-hidden': true } as const;

/** The preorder in one line: number, how many, its state, what was paid. */
export function PickupLine({ pickup, orders = 1 }: { pickup: PickupView; orders?: number }) {
  const { w, format } = useWords();
  const pieces = pickup.items.filter((item) => item.available).reduce((sum, item) => sum + item.quantity, 0);
  return (
    <div className={styles.line}>
      <IconPackage size="1.375rem" aria-hidden="true" />
      <div className={styles.what}>
        <span>
          #{pickup.number} · {w.card.items(pieces)}
        </span>
        {orders > 1 ? <Chip tone="blue">{w.card.orders(orders)}</Chip> : null}
        <PickupChip pickup={pickup} />
        <SyncChip sync={pickup.sync} />
      </div>
      <span className={styles.amount}>{format.money(pickup.paid)}</span>
    </div>
  );
}

/** Is it still to be handed over? */
export const isOpen = ({ state }: PickupView): boolean => state === 'preparing' || state === 'ready';

export function PickupChip({ pickup }: { pickup: PickupView }) {
  const { w } = useWords();
  switch (pickup.state) {
    case 'preparing':
      return (
        <Chip tone="amber" icon={<IconClock {...chipIcon} />}>
          {w.card.preparing}
        </Chip>
      );
    case 'ready':
      return (
        <Chip tone="green" icon={<IconCheck {...chipIcon} />}>
          {w.card.ready}
        </Chip>
      );
    case 'handed-over':
      return (
        <Chip tone="green" icon={<IconCircleCheck {...chipIcon} />}>
          {w.card.handedOver}
        </Chip>
      );
    case 'cancelled':
      return (
        <Chip tone="red" icon={<IconCircleX {...chipIcon} />}>
          {w.card.cancelled}
        </Chip>
      );
    default:
      return throwIllegalValue(pickup.state);
  }
}

/** The refuel in one line: fuel, who is at it or what is reserved, its state, the amount. */
export function RefuelLine({ visit, site }: { visit: VisitView; site: SiteSettings }) {
  const { w, format, locale } = useWords();
  const { refuel, reservation, vehicle } = visit;
  const grade = site.grades.find((candidate) => candidate.gradeId === refuel?.gradeId);
  const gradeName = grade ? ((locale === 'ko' ? grade.nameKo : null) ?? grade.name) : null;
  const parts: string[] = [];
  if (gradeName) parts.push(gradeName);
  else if (vehicle.fuel) parts.push(w.fuels[vehicle.fuel]);
  // The chip says that it is being refueled; how many litres it were stands in the details.
  if (refuel?.state === 'refueling') parts.push(refuel.startedBy.displayName);
  const held = reservation?.state === 'held' && (refuel === null || refuel.state === 'refueling');
  if (reservation && held && refuel === null) parts.push(w.card.upTo(format.money(reservation.maximum)));
  if (refuel === null && !held) parts.push(w.card.wantsFuel);
  return (
    <div className={styles.line}>
      <IconDroplet size="1.375rem" aria-hidden="true" />
      <div className={styles.what}>
        <span>{parts.join(' · ')}</span>
        {refuel ? <RefuelChip refuel={refuel} w={w} /> : null}
        {held && refuel === null ? (
          <Chip tone="blue" icon={<IconKey {...chipIcon} />}>
            {w.card.reserved}
          </Chip>
        ) : null}
        {refuel ? <SyncChip sync={refuel.sync} /> : null}
      </div>
      {refuel?.amount ? <span className={styles.amount}>{format.money(refuel.amount)}</span> : null}
    </div>
  );
}

export function RefuelChip({ refuel, w }: { refuel: RefuelView; w: Words }) {
  const look = refuelChips(w)[refuel.state];
  return (
    <Chip tone={look.tone} icon={look.icon}>
      {look.word}
    </Chip>
  );
}

function refuelChips(
  w: Words,
): Record<
  RefuelState,
  { tone: 'green' | 'amber' | 'blue' | 'red' | 'plain'; word: string; icon: React.ReactNode }
> {
  return {
    refueling: { tone: 'amber', word: w.card.refueling, icon: <IconHourglass {...chipIcon} /> },
    'awaiting-approval': {
      tone: 'blue',
      word: w.card.awaitingApproval,
      icon: <IconHourglass {...chipIcon} />,
    },
    paid: { tone: 'green', word: w.card.paid, icon: <IconCircleCheck {...chipIcon} /> },
    declined: { tone: 'red', word: w.card.declined, icon: <IconCircleX {...chipIcon} /> },
    expired: { tone: 'red', word: w.card.expired, icon: <IconClock {...chipIcon} /> },
    unknown: { tone: 'red', word: w.card.unknown, icon: <IconQuestionMark {...chipIcon} /> },
    'settled-otherwise': { tone: 'green', word: w.card.settledOtherwise, icon: <IconCheck {...chipIcon} /> },
    cancelled: { tone: 'plain', word: w.card.cancelled, icon: <IconCircleX {...chipIcon} /> },
    'drive-off': { tone: 'red', word: w.card.driveOff, icon: <IconAlertTriangle {...chipIcon} /> },
  };
}

/** Only said when it matters: not sent for a while, or refused by the server. */
export function SyncChip({ sync }: { sync: PickupView['sync'] }) {
  const { w } = useWords();
  const long = useLasting(sync === 'waiting', queuedAfterMs);
  if (sync === 'attention') {
    return (
      <Chip tone="red" icon={<IconAlertTriangle {...chipIcon} />}>
        {w.card.attention}
      </Chip>
    );
  }
  if (!long) return null;
  return (
    <Chip tone="plain" icon={<IconUpload {...chipIcon} />}>
      {w.card.queued}
    </Chip>
  );
}

/** A mark is on its way for a moment after every tap; that is not worth a word. */
const queuedAfterMs = 2_000;

function useLasting(condition: boolean, forMs: number): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!condition) {
      setLasting(false);
      return;
    }
    const timer = setTimeout(() => setLasting(true), forMs);
    return () => clearTimeout(timer);
  }, [condition, forMs]);
  return lasting;
}
