import { IconClockExclamation, IconDeviceMobile, IconGasStation, IconShoppingBag } from '@tabler/icons-react';
import { memo } from 'react';
import type { VisitView } from '../../../shared/station-contract/index.ts';
import { etaOf, expectedAtMs, isSilent } from '../../board/index.ts';
import { Plate } from '../../parts/index.ts';
import { useNowMs, useVisit } from '../../session/index.ts';
import { useRoute } from '../../shell/route.ts';
import { useWhen, useWords } from '../../words/index.ts';
import { etaWords, nearWord } from './coming-words.ts';
import { PickupChip } from './job-lines.tsx';
import { NamedCard } from './named-card.tsx';
import styles from './on-the-way.module.css';

/** A car that is not here yet: heard, or on the way as its driver said on the phone. */
export const OnTheWay = memo(function OnTheWay({ visitId }: { visitId: string }) {
  const visit = useVisit(visitId);
  return visit === undefined ? null : <Line visit={visit} />;
});

function Line({ visit }: { visit: VisitView }) {
  const { w } = useWords();
  const when = useWhen();
  const { go } = useRoute();
  const percent = Math.round(visit.nearness * 100);
  const tentative = visit.presence === 'tentative';
  const { pickup } = visit;
  const expectedMs = expectedAtMs(visit);
  return (
    <NamedCard visit={visit} className={styles.line}>
      <button
        type="button"
        className={styles.open}
        aria-label={w.card.open(visit.plateTail)}
        onClick={() => go({ screen: 'visit', visitId: visit.visitId })}
      />
      <div className={styles.first}>
        <Plate tail={visit.plateTail} size="small" />
        {expectedMs === null ? <Near visit={visit} /> : <Minutes expectedMs={expectedMs} />}
      </div>
      <div className={styles.second}>
        {pickup ? (
          <>
            <IconShoppingBag size="1.125rem" aria-hidden="true" />
            <span>
              #{pickup.number} · {w.card.items(pickup.items.reduce((sum, item) => sum + item.quantity, 0))}
              {pickup.promisedAtMs === null ? null : ` · ${w.presence.due(when(pickup.promisedAtMs))}`}
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
        {visit.knownBy === 'phone' ? (
          <span className={styles.said}>
            <IconDeviceMobile size="1.125rem" aria-hidden="true" />
            {w.presence.saidByPhone}
          </span>
        ) : null}
        <SilentNote visit={visit} />
      </div>
      {visit.knownBy === 'phone' ? null : (
        <div className={styles.bar} data-tentative={tentative || undefined}>
          <span style={{ transform: `scaleX(${visit.nearness})` }} />
          <span className="visually-hidden">{w.presence.nearness(percent)}</span>
        </div>
      )}
    </NamedCard>
  );
}

/** Counts down once a second by itself; late is said as late. */
function Minutes({ expectedMs }: { expectedMs: number }) {
  const { w } = useWords();
  const eta = etaOf(expectedMs, useNowMs());
  return (
    <span
      className={styles.near}
      data-testid="eta"
      data-eta={eta.kind}
      role="timer"
      aria-label={w.timer.arrivesIn}
      aria-live="off"
    >
      {eta.kind === 'late' ? <IconClockExclamation size="1.125rem" aria-hidden="true" /> : null}
      {etaWords(eta, w)}
    </span>
  );
}

function Near({ visit }: { visit: VisitView }) {
  const { w } = useWords();
  const silent = isSilent(visit, useNowMs());
  return <span className={styles.near}>{silent ? w.presence.silent : nearWord(visit, w)}</span>;
}

/** Silence is not departure: the driver may have stopped and switched the engine off. */
function SilentNote({ visit }: { visit: VisitView }) {
  const { w } = useWords();
  return isSilent(visit, useNowMs()) ? <span>{w.presence.silentNotGone}</span> : null;
}
