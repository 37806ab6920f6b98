import { useState } from 'react';
import { Loading, Segmented } from '../../parts/index.ts';
import { useMay, useSite } from '../../session/index.ts';
import { Header } from '../../shell/header.tsx';
import { useWords } from '../../words/index.ts';
import { BackupPanel } from './backup-panel.tsx';
import { Enrolment } from './enrolment.tsx';
import { KiosksPanel } from './kiosks/index.ts';
import { PrivacyPanel } from './privacy-panel.tsx';
import { RadioSetup } from './receivers/index.ts';
import styles from './setup.module.css';
import { SitePanel } from './site-panel.tsx';
import { SoundsPanel } from './sounds-panel.tsx';
import { Verdict } from './verdict.tsx';

/** What the installer sees: is it the radio, the station or the server? */
export function Setup() {
  const { w } = useWords();
  const site = useSite();
  const mayBackUp = useMay('backup');
  const [part, setPart] = useState<
    | 'receivers'
    | 'lanes'
    | 'walk'
    | 'recordings'
    | 'site'
    | 'kiosks'
    | 'backup'
    | 'sounds'
    | 'privacy'
    | 'server'
  >('receivers');
  return (
    <>
      <Header title={w.setup.title} below>
        <Segmented
          label={w.setup.title}
          value={part}
          onChange={setPart}
          segments={[
            { value: 'receivers', label: w.setup.receivers },
            { value: 'lanes', label: w.setup.lanes },
            { value: 'walk', label: w.receivers.walkTitle },
            { value: 'recordings', label: w.setup.recordings },
            { value: 'site', label: w.setup.site },
            { value: 'sounds', label: w.sounds.tab },
            { value: 'kiosks', label: w.kiosks.tab },
            ...(mayBackUp ? [{ value: 'backup' as const, label: w.backup.tab }] : []),
            ...(mayBackUp ? [{ value: 'privacy' as const, label: w.privacy.tab }] : []),
            { value: 'server', label: w.setup.server },
          ]}
        />
      </Header>
      <div className={styles.page}>
        {part === 'receivers' || part === 'server' ? <Verdict /> : null}
        {part === 'receivers' || part === 'lanes' || part === 'walk' || part === 'recordings' ? (
          <RadioSetup part={part} />
        ) : null}
        {part === 'site' ? site === null ? <Loading /> : <SitePanel site={site} /> : null}
        {part === 'kiosks' ? <KiosksPanel /> : null}
        {part === 'sounds' ? <SoundsPanel /> : null}
        {part === 'privacy' && mayBackUp ? <PrivacyPanel /> : null}
        {part === 'backup' && mayBackUp ? <BackupPanel /> : null}
        {part === 'server' ? <Enrolment /> : null}
      </div>
    </>
  );
}
