/**
 * A rotating jack's clock runs fast or slow. Every code heard says in which span its offset must lie:
 * a code whose window is [from, to) by the registered counter, heard at t, means t − to < drift ≤ t − from.
 * The tracked drift moves into that span, towards its middle, and codes are taken within one window's length
 * around it. Who was silent for so long that this does not do is synchronised anew by the phone
 * (`POST /v1/jacks/{jackId}/sync`).
 *
 * Drift moves no faster than a bad quartz does: else a recorded code, played again and again, could
 * drag it along and stay good for ever.
 */
import { eq } from 'drizzle-orm';
import type { Work } from '../app.ts';
import { tables } from '../db/index.ts';
import type { JackRow } from '../db/schema.ts';

const { jacks } = tables;

export const driftLimits = {
  /** Of the time since the drift last moved. */
  partsPerMillion: 500,
  /** What the first hearing may correct: counters are handed over in whole seconds, by radio. */
  firstMs: 2_000,
};

export interface HeardWindow {
  fromMs: number;
  toMs: number;
}

/** @returns the drift after a hearing; the one before where nothing speaks against it */
export function driftAfter(
  jack: Pick<JackRow, 'driftMs' | 'driftAtMs' | 'counterAtMs'>,
  window: HeardWindow,
  heardAtMs: number,
): number {
  const sinceMs = heardAtMs - (jack.driftAtMs ?? jack.counterAtMs ?? heardAtMs);
  // Late news says nothing about now.
  if (sinceMs < 0) return jack.driftMs;
  const middleMs = heardAtMs - (window.fromMs + window.toMs) / 2;
  // Within the span, a quarter of the way to its middle: hearings at one end of a window bias it by half of one at most.
  const pulled = Math.trunc(jack.driftMs + (middleMs - jack.driftMs) / 4);
  const nearest = Math.min(Math.max(pulled, heardAtMs - window.toMs + 1), heardAtMs - window.fromMs);
  const allowedMs =
    Math.floor((sinceMs * driftLimits.partsPerMillion) / 1e6) +
    (jack.driftAtMs === null ? driftLimits.firstMs : 0);
  const moved = Math.min(Math.max(nearest - jack.driftMs, -allowedMs), allowedMs);
  // Not worth a write.
  return Math.abs(moved) < (window.toMs - window.fromMs) / 16 ? jack.driftMs : jack.driftMs + moved;
}

/** Keeps what a hearing says about the jack's clock. */
export async function trackDrift(
  { tx }: Work,
  jack: JackRow,
  window: HeardWindow,
  heardAtMs: number,
): Promise<void> {
  const driftMs = driftAfter(jack, window, heardAtMs);
  if (driftMs === jack.driftMs) return;
  await tx.update(jacks).set({ driftMs, driftAtMs: heardAtMs }).where(eq(jacks.id, jack.id));
}
