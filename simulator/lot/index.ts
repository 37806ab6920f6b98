/** The lot: cars, lanes, receivers and the verbs that move them. The one door of this folder. */
export { type LotCommand, type LotCommandInput, lotCommand } from './commands.ts';
export { Drive } from './drive.ts';
export { Lot, type LotEvent, type LotOptions } from './lot.ts';
export { LotError, type LotErrorCode, lotErrorCodes } from './lot-error.ts';
export { laneOf, type Place, type PlaceLane, place } from './place.ts';
export { type OnHeard, RadioLot } from './radio-lot.ts';
export { Vehicle } from './vehicle.ts';
