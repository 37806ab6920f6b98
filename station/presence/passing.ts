/**
 * Which lanes do other lanes' cars pass, and how close do they come to an arrival there? A lane learns it from
 * the cars that gathered evidence for it and then went on, and asks for as much more that only a few of them
 * would have been called arrived.
 */
import type { PresenceDelays } from './delays.ts';

export interface LanePass {
  /** Passing cars that were called arrived. */
  calls: number;
  /** How much more evidence than usual the lane asks for, dB·s. */
  evidence: number;
}

/** @param called it was called arrived in the lane that it only passed */
export function passed(pass: LanePass, called: boolean, delays: PresenceDelays): void {
  if (called) pass.calls += 1;
  const step = Math.max(delays.passStepEvidence, delays.passFirstEvidence / Math.max(1, pass.calls));
  const by = called ? step : -delays.passStepEvidence * delays.passShare;
  pass.evidence = Math.min(delays.passMaxEvidence, Math.max(0, pass.evidence + by));
}
