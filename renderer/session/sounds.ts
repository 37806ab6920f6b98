/** Which sound rings for what at this kiosk, how loud, and whether it goes on until somebody takes the car. */
export const soundNames = ['rising', 'falling', 'bell', 'knock', 'none'] as const;
export type SoundName = (typeof soundNames)[number];

/** A car in a bay, a car at a pump, money that came in. */
export const soundOccasions = ['bay', 'pump', 'paid'] as const;
export type SoundOccasion = (typeof soundOccasions)[number];

export interface SoundChoice {
  sound: SoundName;
  /** 0 to 1. */
  volume: number;
  /** Again and again until the car is claimed; means nothing for money. */
  repeat: boolean;
}
export type Sounds = Record<SoundOccasion, SoundChoice>;

export const defaultSounds: Sounds = {
  // A single chime is missed by whoever stands at the coffee machine.
  bay: { sound: 'rising', volume: 0.6, repeat: true },
  pump: { sound: 'falling', volume: 0.6, repeat: true },
  paid: { sound: 'bell', volume: 0.4, repeat: false },
};

/** What was kept on this machine, as far as it makes sense. */
export function soundsOf(kept: unknown): Sounds {
  const of = (occasion: SoundOccasion): SoundChoice => {
    const choice = (kept as Partial<Sounds> | null | undefined)?.[occasion];
    const fallback = defaultSounds[occasion];
    const { sound, volume, repeat } = choice ?? fallback;
    return {
      sound: soundNames.includes(sound) ? sound : fallback.sound,
      volume: typeof volume === 'number' && volume >= 0 && volume <= 1 ? volume : fallback.volume,
      repeat: typeof repeat === 'boolean' ? repeat : fallback.repeat,
    };
  };
  return { bay: of('bay'), pump: of('pump'), paid: of('paid') };
}
