import { IconAlertTriangle, IconClock, IconEngineOff } from '@tabler/icons-react';
import type { SiteSettings, VisitView } from '../../shared/station-contract/index.ts';
import { freshMs, waitTone } from '../board/index.ts';
import { useNowMs } from '../session/index.ts';
import { formatDuration, useWords } from '../words/index.ts';
import styles from './wait-timer.module.css';

/** How long a car has been here, in the colour, icon and words of how urgent that is. */
export function WaitTimer({ visit, site }: { visit: VisitView; site: SiteSettings }) {
  const nowMs = useNowMs();
  const { w, format } = useWords();
  if (visit.arrivedAtMs === null) return null;
  const untilMs = visit.closed?.atMs ?? nowMs;
  const waitedMs = Math.max(0, untilMs - visit.arrivedAtMs);
  const tone = waitTone(visit, site, nowMs);
  const time = formatDuration(waitedMs);
  const quiet = visit.presence === 'parked' && visit.closed === null;
  return (
    <span
      className={styles.timer}
      data-tone={tone}
      data-testid="wait-timer"
      role="timer"
      aria-label={w.timer.name}
      aria-live="off"
    >
      {tone === 'red' ? <IconAlertTriangle size="1.25rem" aria-hidden="true" /> : null}
      {tone === 'amber' ? <IconClock size="1.25rem" aria-hidden="true" /> : null}
      {/* Of one that waits too long that is what matters; that its engine is off stands on the card. */}
      {quiet && tone !== 'red' && tone !== 'amber' ? (
        <IconEngineOff size="1.375rem" aria-hidden="true" />
      ) : null}
      <span className="visually-hidden">
        {w.timer.waited(time)}
        {quiet ? `, ${w.presence.quiet}` : null}
      </span>
      <span aria-hidden="true">{time}</span>
      {tone === 'red' ? <small>{w.timer.over(format.limit(site.redAfterMs))}</small> : null}
      {tone === 'amber' ? <small>{w.timer.over(format.limit(site.amberAfterMs))}</small> : null}
      {tone === 'parked' ? <small>{w.timer.parked}</small> : null}
      {tone === 'fresh' && waitedMs < freshMs ? <small>{w.timer.justIn}</small> : null}
    </span>
  );
}
