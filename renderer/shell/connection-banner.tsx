import {
  IconAntennaBarsOff,
  IconClockQuestion,
  IconCloudOff,
  IconPlugConnectedX,
  IconTestPipe,
} from '@tabler/icons-react';
import { knowsZone } from '../../shared/domain/index.ts';
import { useInTraining } from '../screens/training/training-context.ts';
import { useBoard, useConnection, useNowMs, useSite } from '../session/index.ts';
import { formatDuration, useWords } from '../words/index.ts';
import styles from './connection-banner.module.css';
import { radioCondition, serverCondition } from './connection-words.ts';

/** What is down and what to do about it: the worst first, one line, above everything. */
export function ConnectionBanner() {
  const { w } = useWords();
  const connection = useConnection();
  const status = useBoard((state) => state.status);
  const receivers = useBoard((state) => state.receivers);
  const site = useSite();
  // Training says so in larger letters.
  const simulated = useInTraining() === null && (site?.simulated ?? false);
  const radio = status ? radioCondition(status.radio, receivers, site, w) : null;
  const server = status ? serverCondition(status, w) : null;
  return (
    <div aria-live="polite" className={styles.banners}>
      {connection.kind === 'lost' ? (
        <div className={styles.banner} data-level="bad" data-testid="banner-station">
          <IconPlugConnectedX size="1.5rem" />
          <p>
            {w.connection.stationLost} <LostFor sinceMs={connection.sinceMs} />
          </p>
        </div>
      ) : (
        <>
          {radio?.banner ? (
            <div className={styles.banner} data-level={radio.level} data-testid="banner-radio">
              <IconAntennaBarsOff size="1.5rem" />
              <p>{radio.sentence}</p>
            </div>
          ) : null}
          {server?.banner ? (
            <div className={styles.banner} data-level="warn" data-testid="banner-server">
              <IconCloudOff size="1.5rem" />
              <p>{server.sentence}</p>
            </div>
          ) : null}
        </>
      )}
      {site === null || knowsZone(site.timeZone) ? null : (
        <div className={styles.banner} data-level="warn" data-testid="banner-zone">
          <IconClockQuestion size="1.5rem" />
          <p>{w.app.zoneUnknown(site.timeZone)}</p>
        </div>
      )}
      {simulated ? (
        <div className={styles.simulated}>
          <IconTestPipe size="1rem" />
          {w.app.simulated}
        </div>
      ) : null}
    </div>
  );
}

function LostFor({ sinceMs }: { sinceMs: number }) {
  const { w } = useWords();
  useNowMs();
  return (
    <span aria-hidden="true">
      {w.connection.stationLostSince(formatDuration(performance.now() - sinceMs))}
    </span>
  );
}
