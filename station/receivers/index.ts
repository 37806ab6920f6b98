/** From the receivers to the core. The one door of this folder. */
export { createReceivers } from './create-receivers.ts';
export { type LaneReceivers, laneSettings, parseLaneReceivers } from './lane-map.ts';
export { type NamedSpec, parseNamedSpecs } from './named-spec.ts';
export { Radio, type RadioOptions, type RadioReceiver, type ReportTap } from './radio.ts';
export type { RadioStatus } from './radio-status.ts';
export { SupervisedLink } from './supervised-link.ts';
export { beaconSilentAfterMs } from './test-beacon.ts';
