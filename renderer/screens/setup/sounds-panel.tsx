import { IconPlayerPlay, IconVolume } from '@tabler/icons-react';
import { useId } from 'react';
import { Button, Choices } from '../../parts/index.ts';
import {
  type SoundChoice,
  type SoundOccasion,
  soundNames,
  soundOccasions,
  useKiosk,
  usePreferences,
} from '../../session/index.ts';
import { chime } from '../../shell/chime.ts';
import { useWords } from '../../words/index.ts';
import styles from './sounds-panel.module.css';

/** What rings at this kiosk, and how loud. Kept on this machine: the counter and the yard differ. */
export function SoundsPanel() {
  const { w } = useWords();
  const { muted } = usePreferences();
  return (
    <section className={styles.panel} aria-label={w.sounds.title}>
      <h2>{w.sounds.title}</h2>
      <p>{w.sounds.explain}</p>
      {muted ? <p role="status">{w.sounds.muted}</p> : null}
      {soundOccasions.map((occasion) => (
        <Occasion key={occasion} occasion={occasion} />
      ))}
    </section>
  );
}

function Occasion({ occasion }: { occasion: SoundOccasion }) {
  const { w } = useWords();
  const { preferences } = useKiosk();
  const { sounds } = usePreferences();
  const id = useId();
  const choice = sounds[occasion];
  const change = (changes: Partial<SoundChoice>) => {
    const next = { ...choice, ...changes };
    preferences.change({ sounds: { ...sounds, [occasion]: next } });
    return next;
  };
  const name = w.soundOccasions[occasion];
  return (
    <fieldset className={styles.occasion} data-testid={`sound-${occasion}`}>
      <legend>{name}</legend>
      <Choices
        label={w.sounds.which}
        value={choice.sound}
        onChange={(sound) => chime(change({ sound }))}
        choices={soundNames.map((sound) => ({ value: sound, label: w.soundNames[sound] }))}
      />
      <div className={styles.row}>
        <label htmlFor={id}>
          <IconVolume size="1.375rem" aria-hidden="true" /> {w.sounds.volume}
        </label>
        <input
          id={id}
          type="range"
          min={0}
          max={100}
          step={10}
          value={Math.round(choice.volume * 100)}
          onChange={(event) => change({ volume: Number(event.currentTarget.value) / 100 })}
        />
        <output>{Math.round(choice.volume * 100)}%</output>
        <Button
          icon={<IconPlayerPlay size="1.25rem" aria-hidden="true" />}
          aria-label={w.sounds.tryIt(name)}
          onClick={() => chime(choice)}
        >
          {w.sounds.play}
        </Button>
      </div>
      {occasion === 'paid' ? null : (
        <label className={styles.repeat}>
          <input
            type="checkbox"
            checked={choice.repeat}
            onChange={(event) => change({ repeat: event.currentTarget.checked })}
          />
          {w.sounds.repeat}
        </label>
      )}
    </fieldset>
  );
}
