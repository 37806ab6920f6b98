import { IconGasStation, IconShoppingBag } from '@tabler/icons-react';
import { memo } from 'react';
import type { VisitView } from '../../../shared/station-contract/index.ts';
import { Plate } from '../../parts/index.ts';
import { useVisit } from '../../session/index.ts';
import { useRoute } from '../../shell/route.ts';
import { useWords, type Words } from '../../words/index.ts';
import { PickupChip } from './job-lines.tsx';
import styles from './on-the-way.module.css';

/** A car that has been heard but is not here yet. */
export const OnTheWay = memo(function OnTheWay({ visitId }: { visitId: string }) {
  const visit = useVisit(visitId);
  return visit === undefined ? null : <Line visit={visit} />;
});

function Line({ visit }: { visit: VisitView }) {
  const { w, format } = useWords();
  const { go } = useRoute();
  const percent = Math.round(visit.nearness * 100);
  const tentative = visit.presence === 'tentative';
  const { pickup } = visit;
  return (
    <li
      className={styles.line}
      data-testid="visit-card"
      data-visit-id={visit.visitId}
      data-presence={visit.presence}
      data-plate-tail={visit.plateTail}
      data-pickup-state={pickup?.state}
      data-refuel-state={visit.refuel?.state}
    >
      <button
        type="button"
        className={styles.open}
        aria-label={w.card.open(visit.plateTail)}
        onClick={() => go({ screen: 'visit', visitId: visit.visitId })}
      />
      <div className={styles.first}>
        <Plate tail={visit.plateTail} size="small" />
        <span className={styles.near}>{nearWord(visit, w)}</span>
      </div>
      <div className={styles.second}>
        {pickup ? (
          <>
            <IconShoppingBag size="1.125rem" aria-hidden="true" />
            <span>
              #{pickup.number} · {w.card.items(pickup.items.reduce((sum, item) => sum + item.quantity, 0))}
              {pickup.promisedAtMs === null
                ? null
                : ` · ${w.presence.due(format.clock(pickup.promisedAtMs))}`}
            </span>
            {pickup.state === 'ready' ? <PickupChip pickup={pickup} /> : null}
          </>
        ) : null}
        {visit.mayRefuel ? (
          <>
            <IconGasStation size="1.125rem" aria-hidden="true" />
            <span>{visit.vehicle.fuel ? w.fuels[visit.vehicle.fuel] : w.card.wantsFuel}</span>
          </>
        ) : null}
        {tentative ? <span>{w.presence.heardOnce}</span> : null}
      </div>
      <div className={styles.bar} data-tentative={tentative || undefined}>
        <span style={{ transform: `scaleX(${visit.nearness})` }} />
        <span className="visually-hidden">{w.presence.nearness(percent)}</span>
      </div>
    </li>
  );
}

function nearWord(visit: VisitView, w: Words): string {
  if (visit.presence === 'tentative') return w.presence.tentative;
  if (visit.nearness >= 0.75) return w.presence.almostHere;
  return visit.nearness >= 0.35 ? w.presence.approaching : w.presence.heard;
}
