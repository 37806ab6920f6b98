import type { BeaconCode } from '../../shared/domain/index.ts';
import type { PresenceTuning } from './delays.ts';

/** One hearing of one code at one receiver. */
export interface Sighting {
  code: BeaconCode;
  receiverId: string;
  /** null = the receiver did not say (127 in HCI). */
  rssiDbm: number | null;
  /** UTC milliseconds at the receiver. */
  atMs: number;
}

export const presenceStates = ['tentative', 'approaching', 'arrived', 'parked', 'departed'] as const;
export type PresenceState = (typeof presenceStates)[number];

/** Why a state was given; one word per rule of the state machine (engine.ts). */
export type PresenceRule =
  | 'first-hearing'
  | 'heard-repeatedly'
  | 'stronger-in-lane'
  | 'strong-level'
  /** The lane's own cars are heard like this at all receivers (lane-signature.ts). */
  | 'like-its-cars'
  | 'lingering'
  | 'fell-silent-in-lane'
  | 'present-at-start'
  | 'moved-lane'
  | 'lane-narrowed'
  | 'silent-after-arrival'
  | 'heard-again'
  | 'heard-leaving'
  | 'fell-silent-leaving'
  | 'heard-elsewhere'
  | 'drove-by'
  /** It fell silent where a lane heard it best, to its last word: perhaps it has stopped (fell-silent.ts). */
  | 'silent-not-gone'
  | 'never-heard-again'
  | 'long-timeout'
  /** Not the car has gone but this code of it: the car goes on under a newer one. */
  | 'code-changed'
  | 'evicted';

/** What one receiver knew of the code at that moment. */
export interface ReceiverLevel {
  receiverId: string;
  /** Smoothed level, dBm; null = heard without a level. */
  smoothedDbm: number | null;
  /** Greatest smoothed level of this visit, dBm. */
  peakDbm: number | null;
  hearings: number;
  lastHeardAtMs: number;
}

export interface PresenceWhy {
  rule: PresenceRule;
  /** Since when the evidence held. */
  sinceMs: number;
  /** Strongest first. */
  levels: ReceiverLevel[];
  /** Lane level minus the best level outside of lanes, dB; null = nothing to compare with. */
  marginDb: number | null;
}

export interface PresenceChange {
  code: BeaconCode;
  state: PresenceState;
  /** The lane; null before arrival, or when it cannot be told (see laneCandidates). */
  laneId: string | null;
  /** Two or more lanes of which it is one, likeliest first ("Pump 3 or 4"). */
  laneCandidates?: string[];
  /** Time of the first hearing of this stay: what "arrived at" means to a person who waits. */
  firstHeardAtMs: number;
  /** When the arrival was judged. */
  arrivedAtMs: number | null;
  lastHeardAtMs: number;
  /** Strongest smoothed level now, dBm. */
  rssiDbm: number | null;
  atMs: number;
  why: PresenceWhy;
}

export interface LaneReceiver {
  receiverId: string;
  /** Level from which a car is in this lane; overrides the comparison with other receivers. */
  enterDbm?: number;
  /** Level below which a car is out of it again. */
  exitDbm?: number;
  /** Added to what this receiver hears, for a deaf or a loud one, dB. */
  offsetDb?: number;
}

export interface LaneSettings {
  laneId: string;
  kind: 'bay' | 'pump';
  /** The receivers that stand at this lane. Several lanes may name the same one. */
  receivers: LaneReceiver[];
}

export interface PresenceSettings {
  /** Receivers that no lane names (entrance, road, shop) are what the lanes are compared with. */
  lanes: LaneSettings[];
  tuning?: PresenceTuning;
}

/** What is kept of a stay over a restart of the station. */
export interface RestoredPresence {
  code: BeaconCode;
  /** Whose code it is (PresenceEngine.sameCar), so that the car's next code goes on with the same stay. */
  carKey?: string;
  state: 'arrived' | 'parked';
  laneId: string | null;
  laneCandidates?: string[];
  firstHeardAtMs: number;
  arrivedAtMs: number;
  lastHeardAtMs: number;
}

export interface PresenceSnapshot {
  present: PresenceChange[];
  /** Codes pushed out or refused since the start because too many strangers were heard. */
  evicted: number;
  refused: number;
}
