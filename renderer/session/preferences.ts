import { defaultSounds, type Sounds, soundsOf } from './sounds.ts';

/** What this kiosk remembers about how it is looked at: kept on the machine, not at the station. */
export interface Preferences {
  /** null: nobody has chosen yet, the site's default holds. */
  locale: 'en' | 'ko' | null;
  muted: boolean;
  sounds: Sounds;
}

const storageKey = 'kiosk.preferences';

function read(): Preferences {
  const fallback: Preferences = { locale: null, muted: false, sounds: defaultSounds };
  try {
    const stored = JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<Preferences>;
    return {
      locale: stored.locale === 'en' || stored.locale === 'ko' ? stored.locale : null,
      muted: stored.muted === true,
      sounds: soundsOf(stored.sounds),
    };
  } catch {
    return fallback;
  }
}

export class PreferencesStore {
  #value = read();
  #listeners = new Set<() => void>();

  readonly get = (): Preferences => this.#value;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  change(changes: Partial<Preferences>): void {
    this.#value = { ...this.#value, ...changes };
    try {
      localStorage.setItem(storageKey, JSON.stringify(this.#value));
    } catch {
      // A full or forbidden storage costs the memory of a preference, nothing else.
    }
    for (const listener of [...this.#listeners]) listener();
  }
}
