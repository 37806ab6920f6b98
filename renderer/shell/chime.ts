/**
 * Soft sounds, made here rather than shipped: an ear knows what they are for without looking. Which one rings for
 * what is chosen in Setup.
 */
import type { SoundChoice, SoundName } from '../session/index.ts';

let context: AudioContext | null = null;

interface Note {
  hz: number;
  /** After the beginning, seconds. */
  atS: number;
  lengthS: number;
  wave: OscillatorType;
}
const soft = (hz: number, atS: number, lengthS = 0.6): Note => ({ hz, atS, lengthS, wave: 'sine' });

const notes: Record<Exclude<SoundName, 'none'>, Note[]> = {
  rising: [soft(659.25, 0), soft(987.77, 0.16)],
  falling: [soft(587.33, 0), soft(440, 0.16)],
  bell: [soft(1046.5, 0, 1.1), soft(2093, 0, 0.5)],
  knock: [0, 0.18, 0.36].map((atS) => ({ hz: 180, atS, lengthS: 0.12, wave: 'triangle' as const })),
};
/** The loudest that does not distort where several notes sound together. */
const loudest = 0.4;

/**
 * Asks for the machine's sound before the first car rings: until it is there the page stands still, for half a tenth of
 * a second. Only after somebody touched the kiosk: before that no page may sound.
 */
export function prepareChime(): void {
  try {
    context ??= new AudioContext();
  } catch {
    // A machine without sound still shows the arrival.
  }
}

export function chime({ sound, volume }: Pick<SoundChoice, 'sound' | 'volume'>): void {
  if (sound === 'none' || volume === 0) return;
  prepareChime();
  if (context === null) return;
  try {
    const startS = context.currentTime + 0.02;
    for (const note of notes[sound]) {
      const atS = startS + note.atS;
      const oscillator = new OscillatorNode(context, { frequency: note.hz, type: note.wave });
      const gain = new GainNode(context, { gain: 0 });
      gain.gain.setValueAtTime(0, atS);
      gain.gain.linearRampToValueAtTime(loudest * volume, atS + 0.015);
      gain.gain.exponentialRampToValueAtTime(0.001, atS + note.lengthS);
      oscillator.connect(gain).connect(context.destination);
      oscillator.start(atS);
      oscillator.stop(atS + note.lengthS + 0.05);
    }
  } catch {
    // A machine without sound still shows the arrival.
  }
}
