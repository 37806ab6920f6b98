/** What happens to the site as such: the line to the server, time, power, attention, settings. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { newId } from '../../../shared/domain/index.ts';
import { checkBooks } from './books.testing.ts';
import { type Step, step } from './day.testing.ts';

const hourMs = 3_600_000;

const send = step(
  'send',
  fc.tuple(
    fc.integer({ min: 1, max: 5 }),
    fc.constantFrom<'sent' | 'answer-lost' | 'lost' | 'attention'>(
      ...(['sent', 'sent', 'sent', 'answer-lost', 'lost', 'attention'] as const),
    ),
  ),
  (day, [count, outcome]) => day.send(count, outcome),
);

const time = step('time', fc.constantFrom(100, 5_000, 31_000, 130_000, 16 * 60_000, 7 * hourMs), (day, ms) =>
  day.lot.clock.advance(ms),
);

const clockCorrected = step(
  'clockCorrected',
  fc.constantFrom(-hourMs, hourMs, 24 * hourMs, -24 * hourMs),
  (day, byMs) => {
    const open = () =>
      day.lot.core.visits
        .board()
        .filter((v) => v.closed === null)
        .map((v) => v.visitId);
    const before = open();
    day.lot.clock.set(day.lot.clock.nowMs() + byMs);
    day.lot.clock.advance(1);
    // A correction ends nobody's stay.
    expect(open()).toEqual(before);
  },
);

const restart = step('restart', fc.constant(null), (day) => day.restart());

/** The clock was set back while the station did not run. */
const restartLater = step('restartLater', fc.constantFrom(-hourMs, 5_000, 10 * 60_000), (day, byMs) =>
  day.lot.restart(() => {
    if (byMs > 0) day.lot.clock.skip(byMs);
    else {
      day.lot.clock.set(day.lot.clock.nowMs() + byMs);
    }
  }),
);

/** A kiosk sends an old tap again. */
const repeat = step('repeat', fc.nat(200), async (day, n) => {
  await day.accepted[n % Math.max(1, day.accepted.length)]?.();
});

const attention = step(
  'attention',
  fc.tuple(fc.nat(5), fc.constantFrom<'send-again' | 'set-aside'>('send-again', 'set-aside')),
  async (day, [n, how]) => {
    const all = day.lot.core.log.attention();
    const outboxId = all[n % Math.max(1, all.length)]?.outboxId ?? newId();
    const resolved = { outboxId, how, reason: '' };
    await day.tap((key, { log }) => log.resolveAttention(day.lot.manager, { ...key, ...resolved }));
  },
);

const siteSettings = step(
  'settings',
  fc.tuple(
    fc.constantFrom<'lanes' | 'prices' | 'undo' | 'day'>('lanes', 'prices', 'undo', 'day'),
    fc.boolean(),
  ),
  async (day, [what, more]) => {
    const { lanes, grades } = day.lot.core.settings.site();
    const changes = {
      lanes: {
        lanes: more
          ? [...lanes.filter((l) => l.laneId !== 'pump-2'), pump2]
          : lanes.filter((l) => l.laneId !== 'pump-2'),
      },
      prices: { grades: grades.map((g) => ({ ...g, unitPriceMilli: more ? 1_600_000 : 1_534_000 })) },
      undo: { undoMs: more ? 60_000 : 30_000 },
      day: { businessDayStartHour: more ? 5 : 0 },
    }[what];
    await day.tap((key, { settings }) => settings.updateSite(day.lot.manager, { ...key, changes }));
  },
);
const pump2 = { laneId: 'pump-2', kind: 'pump', number: 2, name: null } as const;

const books = step('books', fc.constant(null), (day) => checkBooks(day));

export const siteSteps: fc.WeightedArbitrary<Step>[] = [
  { weight: 7, arbitrary: send },
  { weight: 4, arbitrary: time },
  { weight: 1, arbitrary: clockCorrected },
  { weight: 2, arbitrary: restart },
  { weight: 1, arbitrary: restartLater },
  { weight: 1, arbitrary: repeat },
  { weight: 2, arbitrary: attention },
  { weight: 1, arbitrary: siteSettings },
  { weight: 2, arbitrary: books },
];
