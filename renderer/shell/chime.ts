/**
 * Two soft notes, made here rather than shipped: rising for a pickup bay, falling for a pump, so
 * that an ear knows which without looking.
 */
import type { LaneKind } from '../../shared/schemas/index.ts';

let context: AudioContext | null = null;

const notesHz: Record<LaneKind, [number, number]> = { bay: [659.25, 987.77], pump: [587.33, 440] };

export function chime(kind: LaneKind): void {
  try {
    context ??= new AudioContext();
    const startS = context.currentTime + 0.02;
    notesHz[kind].forEach((frequency, place) => {
      if (context === null) return;
      const atS = startS + place * 0.16;
      const oscillator = new OscillatorNode(context, { frequency, type: 'sine' });
      const volume = new GainNode(context, { gain: 0 });
      volume.gain.setValueAtTime(0, atS);
      volume.gain.linearRampToValueAtTime(0.22, atS + 0.015);
      volume.gain.exponentialRampToValueAtTime(0.001, atS + 0.6);
      oscillator.connect(volume).connect(context.destination);
      oscillator.start(atS);
      oscillator.stop(atS + 0.65);
    });
  } catch {
    // A machine without sound still shows the arrival.
  }
}
