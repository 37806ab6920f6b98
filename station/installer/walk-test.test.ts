import { afterEach, describe, expect, it } from 'vitest';
import { codeNumber, key, refusedFor } from '../core/test-lot.ts';
import { InstallerWorld } from './installer.testing.ts';

const jack = codeNumber(1);
const worlds: InstallerWorld[] = [];
async function world(...args: ConstructorParameters<typeof InstallerWorld>): Promise<InstallerWorld> {
  const made = new InstallerWorld(...args);
  worlds.push(made);
  await made.start();
  return made;
}
afterEach(async () => {
  for (const one of worlds.splice(0)) await one.end();
});

const atBay = { 'bay-1': -52, 'pump-1': -75, entrance: -78 };
const atPump = { 'bay-1': -76, 'pump-1': -50, entrance: -77 };
const between = { 'bay-1': -78, 'pump-1': -78, entrance: -60 };

/** Drives in, stands in each lane, and marks it when it has stood for two seconds. */
function drive(one: InstallerWorld, stops: [laneId: string, levels: Record<string, number>][]): void {
  for (const [laneId, levels] of stops) {
    one.stand(jack, 12, between);
    one.stand(jack, 3, levels);
    const marked = one.installer.markWalk({ ...key(), laneId });
    if (!marked.ok) throw new Error(JSON.stringify(marked.error));
    one.stand(jack, 7, levels);
  }
}

describe('a walk test', () => {
  it('finds that lanes which are set well need nothing else, and keeps its report', async () => {
    const one = await world();
    const { installer, lot } = one;
    one.stand(jack, 2, between);
    expect(installer.startWalk({ ...key(), code: jack }).ok).toBe(true);
    drive(one, [
      ['bay-1', atBay],
      ['pump-1', atPump],
      ['bay-1', atBay],
    ]);
    const input = key();
    const finished = await installer.finishWalk(lot.installer, input);
    if (!finished.ok) throw new Error(JSON.stringify(finished.error));
    const { report } = finished.value;
    expect(report.by).toBe('Ian');
    expect(report.marks.map(({ laneId }) => laneId)).toEqual(['bay-1', 'pump-1', 'bay-1']);
    // A point for each of the 66 seconds at each receiver.
    expect(report.trace.map(({ receiverId, points }) => [receiverId, points.length])).toEqual([
      ['bay-1', 66],
      ['pump-1', 66],
      ['entrance', 66],
    ]);
    expect(report.lanes.map(({ laneId, marks, separable }) => [laneId, marks, separable])).toEqual([
      ['bay-1', 2, true],
      ['pump-1', 1, true],
    ]);
    expect(report.lanes[0]?.suggested.map(({ receiverId }) => receiverId)).toEqual(['bay-1']);
    expect(report.expected.suggested.missed).toBeLessThanOrEqual(0.05);
    expect(report.expected.suggested.false).toBeLessThanOrEqual(0.05);
    // The same tap once more gives the same report, though the test is over.
    expect(await installer.finishWalk(lot.installer, input)).toEqual(finished);
    expect(refusedFor(await installer.finishWalk(lot.installer, key()))).toBe('walk-test-not-running');
    lot.restart();
    expect(one.newInstaller().walkState()).toEqual({ running: null, last: report });
  });

  it('proposes the receiver that tells the lane when another was set, and expects fewer misses of it', async () => {
    const one = await world();
    const { installer, lot } = one;
    // Swapped cables: each lane is set to the other's receiver.
    installer.setLanes(lot.installer, {
      ...key(),
      lanes: [
        { laneId: 'bay-1', receivers: [{ receiverId: 'pump-1', enterDbm: null, exitDbm: null }] },
        { laneId: 'pump-1', receivers: [{ receiverId: 'bay-1', enterDbm: null, exitDbm: null }] },
      ],
    });
    one.stand(jack, 2, between);
    installer.startWalk({ ...key(), code: jack });
    drive(one, [
      ['bay-1', atBay],
      ['pump-1', atPump],
    ]);
    const finished = await installer.finishWalk(lot.installer, key());
    if (!finished.ok) throw new Error(JSON.stringify(finished.error));
    const { lanes, expected } = finished.value.report;
    expect(lanes.map(({ suggested }) => suggested[0]?.receiverId)).toEqual(['bay-1', 'pump-1']);
    expect(expected.now.missed).toBeGreaterThan(0.9);
    expect(expected.suggested.missed).toBeLessThanOrEqual(0.05);
    const applied = installer.setLanes(lot.installer, {
      ...key(),
      lanes: lanes.map(({ laneId, suggested }) => ({ laneId, receivers: suggested })),
    });
    expect(applied.ok).toBe(true);
  });

  it('proposes nothing that does worse than what is set, however poor the walk was', async () => {
    const one = await world();
    const { installer, lot } = one;
    one.stand(jack, 2, between);
    installer.startWalk({ ...key(), code: jack });
    // Marked while the car was still on its way, louder at the entrance than anywhere.
    drive(one, [
      ['bay-1', between],
      ['pump-1', between],
    ]);
    const finished = await installer.finishWalk(lot.installer, key());
    if (!finished.ok) throw new Error(JSON.stringify(finished.error));
    const { lanes, expected } = finished.value.report;
    expect(expected.suggested).toEqual(expected.now);
    expect(lanes.map(({ suggested }) => suggested.map(({ receiverId }) => receiverId))).toEqual([
      ['bay-1'],
      ['pump-1'],
    ]);
  });

  it('proposes no limit from one lane alone', async () => {
    const one = await world();
    const { installer, lot } = one;
    one.stand(jack, 2, between);
    installer.startWalk({ ...key(), code: jack });
    drive(one, [['bay-1', { 'bay-1': -80, 'pump-1': -88, entrance: -86 }]]);
    const finished = await installer.finishWalk(lot.installer, key());
    if (!finished.ok) throw new Error(JSON.stringify(finished.error));
    expect(finished.value.report.lanes[0]?.suggested).toEqual([
      { receiverId: 'bay-1', enterDbm: null, exitDbm: null },
    ]);
  });

  it('says when lanes cannot be told apart', async () => {
    const one = await world();
    const { installer, lot } = one;
    one.stand(jack, 2, between);
    installer.startWalk({ ...key(), code: jack });
    drive(one, [
      ['bay-1', atBay],
      ['pump-1', atBay],
    ]);
    const finished = await installer.finishWalk(lot.installer, key());
    if (!finished.ok) throw new Error(JSON.stringify(finished.error));
    expect(finished.value.report.lanes.map(({ separable }) => separable)).toEqual([false, false]);
  });

  it('is refused for a code that nobody hears, twice at once, and without a mark; cancelled it leaves nothing', async () => {
    const one = await world();
    const { installer, lot } = one;
    expect(refusedFor(installer.startWalk({ ...key(), code: jack }))).toBe('code-not-heard');
    expect(refusedFor(installer.markWalk({ ...key(), laneId: 'bay-1' }))).toBe('walk-test-not-running');
    one.stand(jack, 2, between);
    expect(installer.startWalk({ ...key(), code: jack }).ok).toBe(true);
    expect(refusedFor(installer.startWalk({ ...key(), code: jack }))).toBe('walk-test-running');
    expect(refusedFor(await installer.finishWalk(lot.installer, key()))).toBe('walk-test-without-marks');
    expect(refusedFor(installer.markWalk({ ...key(), laneId: 'bay-9' }))).toBe('lane-not-found');
    expect(installer.cancelWalk()).toMatchObject({ ok: true, value: { running: null, last: null } });
  });

  it('takes a mark once however often the tap arrives', async () => {
    const one = await world();
    one.stand(jack, 2, between);
    one.installer.startWalk({ ...key(), code: jack });
    const input = { ...key(), laneId: 'bay-1' };
    const first = one.installer.markWalk(input);
    one.stand(jack, 1, atBay);
    expect(one.installer.markWalk(input)).toEqual(first);
    expect(one.installer.walkState().running?.marks).toHaveLength(1);
  });

  it('keeps a trace of bounded length', async () => {
    const one = await world(['bay-1']);
    one.stand(jack, 2, { 'bay-1': -60 });
    one.installer.startWalk({ ...key(), code: jack });
    for (let i = 0; i < 30_000; i++) one.hear('bay-1', jack, -60);
    expect(one.installer.walkState().running).toMatchObject({ hearings: 24_000, full: true });
  });
});
