import { Waiting } from '../../../parts/index.ts';
import { useWords } from '../../../words/index.ts';
import { DeviceList } from './device-list.tsx';
import styles from './kiosks.module.css';
import { NetworkPanel } from './network-panel.tsx';
import { useKiosks } from './use-kiosks.ts';

/** Setup's part about several kiosks at one site. */
export function KiosksPanel() {
  const { w } = useWords();
  const k = w.kiosks;
  const list = useKiosks();
  const again = () => void list.refetch();
  return (
    <div className={styles.parts}>
      <section className={styles.panel} aria-label={k.title}>
        <h2>{k.title}</h2>
        <p>{k.explain}</p>
        {list.data === undefined ? <Waiting asked={list} /> : null}
      </section>
      {list.data === undefined ? null : (
        <>
          <NetworkPanel
            network={list.data.network}
            setAtStart={list.data.setAtStart}
            isFirst={list.data.here === null}
            onChanged={again}
          />
          <DeviceList kiosks={list.data.kiosks} here={list.data.here} onChanged={again} />
        </>
      )}
    </div>
  );
}
