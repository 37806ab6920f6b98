import { angleOff, crosses, type Place3, type Wall } from './geometry.ts';
import type { Mounting, RadioModel } from './radio-model.ts';

/** What of a car and its jack matters for radio. */
export interface RadioSource {
  at: Place3;
  /** Radians; where the bonnet points. */
  heading: number;
  mounting: Mounting;
  /** This car's difference from the mean body loss, dB. */
  bodyOffsetDb: number;
}

export interface RadioListener {
  at: Place3;
  /** Where its antenna looks, radians; null hears all around. */
  looks: number | null;
}

/** Glass in front, doors at the sides, seats and people behind: smooth between the three. */
export function bodyLossDb(model: RadioModel, source: RadioSource, to: Place3): number {
  const { front, side, rear } = model.bodyLossDb;
  const forward = Math.cos(angleOff(source.heading, source.at, to));
  const loss = forward >= 0 ? side + (front - side) * forward : side + (rear - side) * -forward;
  return Math.max(0, loss + source.bodyOffsetDb) + model.mountingLossDb[source.mounting];
}

/** 0 dB where the receiver looks, `frontToBackDb` behind it, a cardioid between. */
export function directivityLossDb(model: RadioModel, listener: RadioListener, from: Place3): number {
  if (listener.looks === null) return 0;
  return (model.frontToBackDb * (1 - Math.cos(angleOff(listener.looks, listener.at, from)))) / 2;
}

/** Number of walls and dispensers between the two. */
export function wallsBetween(source: RadioSource, listener: RadioListener, walls: readonly Wall[]): number {
  let count = 0;
  for (const wall of walls) if (crosses(source.at, listener.at, wall)) count++;
  return count;
}
