/** Enrolled devices: who may show a PIN pad at all. The one door of this folder. */
export { JoinCodes, joinLimits } from './join-codes.ts';
export { type JoinFailure, joinDevice } from './joining.ts';
export { Kiosks } from './kiosks.ts';
