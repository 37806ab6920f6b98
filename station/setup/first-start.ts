import { randomInt } from 'node:crypto';
import type { Core } from '../core/types.ts';
import { isTooSimple } from '../staff/index.ts';
import { demoPeople, demoSite } from './demo.ts';

export interface FirstStart {
  demo: boolean;
  /** Overrides the site's undo window, for tests and demonstrations. */
  undoMs: number | null;
}

const demoKey = 'setup.demo-seeded';

/**
 * Makes a station usable that has just been made: the demo's site and people, or a first manager.
 *
 * @returns the first manager's PIN, shown once and kept nowhere; null when there are people already.
 */
export async function firstStart(core: Core, options: FirstStart): Promise<string | null> {
  if (options.demo && core.settings.recall(demoKey) === null) {
    core.settings.seedSite(demoSite);
    core.settings.remember(demoKey, 'yes');
  }
  if (options.undoMs !== null && core.settings.site().undoMs !== options.undoMs) {
    core.settings.seedSite({ undoMs: options.undoMs });
  }
  if (core.staff.people().length > 0) return null;
  if (options.demo) {
    await core.staff.seed(demoPeople);
    return null;
  }
  const pin = randomPin();
  await core.staff.seed([{ displayName: 'Manager', role: 'manager', pin }]);
  return pin;
}

/** Six digits, no two neighbours alike, and never one of the PINs that the staff folder calls too simple (135135). */
export function randomPin(draw: (below: number) => number = randomInt): string {
  const digits: number[] = [];
  while (digits.length < 6) {
    const digit = draw(10);
    const before = digits.at(-1);
    // Neither 11 nor 12 nor 21: repeats and runs are what people try first.
    if (before !== undefined && Math.abs(before - digit) <= 1) continue;
    digits.push(digit);
  }
  const pin = digits.join('');
  return isTooSimple(pin) ? randomPin(draw) : pin;
}
