/** Radio between jacks and receivers. The one door of this folder. */
export { Air, type AirReceiver, type Heard, type Transmission } from './air.ts';
export {
  bodyLossDb,
  directivityLossDb,
  type RadioListener,
  type RadioSource,
  wallsBetween,
} from './attenuation.ts';
export { Fading, ricianGainDb } from './fading.ts';
export { angleOff, crosses, distance2, distance3, type Place3, type Point, type Wall } from './geometry.ts';
export { Link } from './link.ts';
export { pathLossDb } from './path-loss.ts';
export { type Mounting, mountings, mountingUrn, type RadioModel, radioModel } from './radio-model.ts';
export { Random } from './random.ts';
export { airTimeMs, meanOverlaps, packetSuccess } from './reception.ts';
export { Shadowing } from './shadowing.ts';
