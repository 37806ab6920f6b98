/**
 * Random days at a site: whatever staff, cars, server and power do, in whatever order, the records
 * stay in order. Every step that is refused must have changed nothing.
 */
import fc from 'fast-check';
import { it } from 'vitest';
import { carSteps } from './random-days/car-steps.testing.ts';
import { Day } from './random-days/day.testing.ts';
import { checkGoods, goodsSteps } from './random-days/goods-steps.testing.ts';
import { jobSteps } from './random-days/job-steps.testing.ts';
import { shiftSteps } from './random-days/shift-steps.testing.ts';
import { siteSteps } from './random-days/site-steps.testing.ts';

const step = fc.oneof(...carSteps, ...jobSteps, ...siteSteps, ...goodsSteps, ...shiftSteps);
/** More of them, and longer ones: `RANDOM_DAYS=1000 npx vitest run station/core/core.model.test.ts`. */
const wanted = process.env.RANDOM_DAYS;
const howMany = wanted === undefined ? { numRuns: 8 } : { numRuns: Number(wanted) };
const howLong = wanted === undefined ? { maxLength: 50 } : { maxLength: 160, size: 'max' as const };

it('keeps its records in order through any day', {
  timeout: wanted === undefined ? 120_000 : 3_600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, ...howLong }), async (steps) => {
      const day = new Day();
      try {
        for (const run of steps) {
          day.lot.clock.advance(1);
          await run(day);
          day.check();
        }
        checkGoods(day);
      } catch (error) {
        day.lot.close();
        throw error;
      }
      await day.end();
    }),
    howMany,
  );
});
