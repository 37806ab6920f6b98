import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { Button } from '../../../parts/index.ts';
import { useWords } from '../../../words/index.ts';
import { DiagnosticsCard } from './diagnostics.tsx';
import { FindReceivers } from './find-receivers.tsx';
import { LanesPanel } from './lanes-panel.tsx';
import { LiveCard } from './live-card.tsx';
import { ReceiverList } from './receiver-list.tsx';
import styles from './receivers.module.css';
import { RecordingsCard } from './recordings.tsx';
import { TestBeaconCard } from './test-beacon.tsx';
import { LiveContext, useLive, useLiveSource } from './use-live.ts';
import { WalkTestCard } from './walk-test.tsx';
import { WhyCard } from './why-card.tsx';

/** The installer's four views of the radio; they share what is heard and the code that was chosen. */
export function RadioSetup({ part }: { part: 'receivers' | 'lanes' | 'walk' | 'recordings' }) {
  const live = useLiveSource();
  return (
    <LiveContext value={live}>
      <Views part={part} />
    </LiveContext>
  );
}

function Views({ part }: { part: 'receivers' | 'lanes' | 'walk' | 'recordings' }) {
  const { w } = useWords();
  const [chosen, setChosen] = useState<string | null>(null);
  const [followed, setFollowed] = useState<string | null>(null);
  const [finding, setFinding] = useState(false);
  const { summary } = useLive();
  // Without a choice the loudest is followed for as long as it is heard, though another may get louder.
  const loudest = summary.codes[0]?.code ?? null;
  const stillHeard = summary.codes.some((heard) => heard.code === followed);
  if (!stillHeard && followed !== loudest) setFollowed(loudest);
  const code = chosen ?? followed;
  if (part === 'lanes') return <LanesPanel code={code} onCode={setChosen} />;
  if (part === 'walk') {
    return (
      <div className={styles.stack}>
        <WalkTestCard code={code} />
        <WhyCard code={code} />
        <LiveCard code={code} onCode={setChosen} />
      </div>
    );
  }
  if (part === 'recordings') {
    return (
      <div className={styles.stack}>
        <RecordingsCard />
        <DiagnosticsCard />
      </div>
    );
  }
  return (
    <div className={styles.columns}>
      <div className={styles.side}>
        <ReceiverList />
        <div className={styles.foot}>
          <Button size="big" grow icon={<IconSearch size="1.5rem" />} onClick={() => setFinding(true)}>
            {w.receivers.find}
          </Button>
        </div>
      </div>
      <div className={styles.main}>
        <LiveCard code={code} onCode={setChosen} />
        <div className={styles.two}>
          <WhyCard code={code} />
          <TestBeaconCard code={code} />
        </div>
      </div>
      {finding ? <FindReceivers onDone={() => setFinding(false)} /> : null}
    </div>
  );
}
