import { expect, it } from 'vitest';
import { codeNumber, key } from '../core/test-lot.ts';
import { InstallerWorld } from './installer.testing.ts';

it('a walk test is judged once, however often a kiosk asks for it meanwhile, and others have their turn after each stop', async () => {
  const one = new InstallerWorld();
  await one.start();
  const { installer, lot } = one;
  const jack = codeNumber(1);
  const levels = { 'bay-1': -52, 'pump-1': -75, entrance: -78 };
  one.stand(jack, 2, levels);
  installer.startWalk(lot.installer, { ...key(), code: jack });
  for (let stop = 0; stop < 3; stop++) {
    one.stand(jack, 10, levels);
    expect(installer.markWalk({ ...key(), laneId: 'bay-1' }).ok).toBe(true);
  }
  let [turns, isJudging] = [0, true];
  const turn = () => {
    turns += 1;
    if (isJudging) setImmediate(turn);
  };
  const input = key();
  const judging = installer.finishWalk(lot.installer, input);
  turn();
  expect(installer.finishWalk(lot.installer, input)).toBe(judging);
  const finished = await judging;
  isJudging = false;
  if (!finished.ok) throw new Error(JSON.stringify(finished.error));
  const { expected, marks } = finished.value.report;
  expect(turns).toBeGreaterThan(2 * expected.trials * marks.length);
  await one.end();
});

it('a tap at the wrong lane does not give it the receiver of one that was not walked, and says who does not hear', async () => {
  const one = new InstallerWorld();
  await one.start();
  const { installer, lot } = one;
  const jack = codeNumber(1);
  // It stands in bay 1, which is tapped as pump 1.
  const levels = { 'bay-1': -52, entrance: -78 };
  one.stand(jack, 2, levels);
  installer.startWalk(lot.installer, { ...key(), code: jack });
  one.stand(jack, 10, levels);
  expect(installer.markWalk({ ...key(), laneId: 'pump-1' }).ok).toBe(true);
  one.stand(jack, 10, levels);
  const finished = await installer.finishWalk(lot.installer, key());
  if (!finished.ok) throw new Error(JSON.stringify(finished.error));
  const { lanes, advice } = finished.value.report;
  expect(lanes.map(({ suggested }) => suggested.map(({ receiverId }) => receiverId))).toEqual([['pump-1']]);
  expect(advice).toEqual([{ what: 'receiver-not-heard', laneIds: ['pump-1'] }]);
  await one.end();
});
