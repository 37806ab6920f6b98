/** Presence: sightings in, {@link PresenceChange}s out. The one door of this folder. */
export { type PresenceDelays, type PresenceTuning, presenceDelays } from './delays.ts';
export { PresenceEngine } from './engine.ts';
export { type LearnedPresence, parseLearned } from './learned.ts';
export {
  type LaneReceiver,
  type LaneSettings,
  type PresenceChange,
  type PresenceRule,
  type PresenceSettings,
  type PresenceSnapshot,
  type PresenceState,
  type PresenceWhy,
  presenceStates,
  type ReceiverLevel,
  type RestoredPresence,
  type Sighting,
} from './types.ts';
