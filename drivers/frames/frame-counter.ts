/** Decodes and counts: how much of what is in the air is ours, per kind, and how much is ignored. */
import { type BeaconKind, beaconKinds } from '../../shared/domain/index.ts';
import { type BeaconFrame, decodeBeaconFrame } from './beacon-frame.ts';

export interface FrameCounts {
  byKind: Record<BeaconKind, number>;
  /** Advertisements with no frame of ours (or an unreadable one). */
  ignored: number;
}

export class FrameCounter {
  readonly #byKind: Record<BeaconKind, number> = {
    'eddystone-uid': 0,
    'eddystone-eid': 0,
    ibeacon: 0,
    altbeacon: 0,
  };
  #ignored = 0;

  decode(data: Uint8Array): BeaconFrame | null {
    const frame = decodeBeaconFrame(data);
    if (frame === null) this.#ignored++;
    else this.#byKind[frame.kind]++;
    return frame;
  }

  counts(): FrameCounts {
    return { byKind: { ...this.#byKind }, ignored: this.#ignored };
  }

  get total(): number {
    return beaconKinds.reduce((sum, kind) => sum + this.#byKind[kind], this.#ignored);
  }
}
