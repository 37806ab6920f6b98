import { afterEach, describe, expect, it } from 'vitest';
import { aCar, codeNumber, key, refusedFor } from '../core/test-lot.ts';
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
    expect(installer.startWalk(one.lot.installer, { ...key(), code: jack }).ok).toBe(true);
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
    expect(report.expected.suggested.wrongLane).toBeLessThanOrEqual(0.05);
    expect(report.lanes.map(({ expected }) => expected?.wrongLane)).toEqual([0, 0]);
    expect(report.advice).toEqual([]);
    // The same tap once more gives the same report, though the test is over.
    expect(await installer.finishWalk(lot.installer, input)).toEqual(finished);
    expect(refusedFor(await installer.finishWalk(lot.installer, key()))).toBe('walk-test-not-running');
    lot.restart();
    expect(one.newInstaller().walkState()).toEqual({ running: null, ended: null, last: report });
  });

  it('is kept with every one before it, each with its day and its person, and each can be opened', async () => {
    const one = await world();
    const { lot } = one;
    const walk = async (actor: typeof lot.installer) => {
      one.stand(jack, 2, between);
      expect(one.installer.startWalk(one.lot.installer, { ...key(), code: jack }).ok).toBe(true);
      drive(one, [['bay-1', atBay]]);
      const finished = await one.installer.finishWalk(actor, key());
      if (!finished.ok) throw new Error(JSON.stringify(finished.error));
      return finished.value.report;
    };
    const first = await walk(lot.installer);
    lot.clock.advance(24 * 3_600_000);
    const second = await walk(lot.manager);
    lot.restart();
    const later = one.newInstaller();
    expect(later.walkReports().map(({ testId, by, finishedAtMs }) => [testId, by, finishedAtMs])).toEqual([
      [second.testId, second.by, second.finishedAtMs],
      [first.testId, first.by, first.finishedAtMs],
    ]);
    expect(first.by).not.toBe(second.by);
    expect(second.finishedAtMs - first.finishedAtMs).toBeGreaterThan(24 * 3_600_000);
    expect(later.walkReport(first.testId)).toEqual({ ok: true, value: { report: first } });
    expect(refusedFor(later.walkReport(key().idempotencyKey))).toBe('walk-report-not-found');
  });

  it('of an earlier version, which kept only one and told no misses from wrong names, is still there as it was', async () => {
    const one = await world();
    const { lot } = one;
    one.stand(jack, 2, between);
    one.installer.startWalk(one.lot.installer, { ...key(), code: jack });
    drive(one, [['bay-1', atBay]]);
    const finished = await one.installer.finishWalk(lot.installer, key());
    if (!finished.ok) throw new Error(JSON.stringify(finished.error));
    const { codes: _newer, advice: _newest, ...old } = finished.value.report;
    const lumped = { missed: 0.167, false: 0.05 };
    const earlier = {
      ...old,
      testId: key().idempotencyKey,
      lanes: old.lanes.map(({ expected: _, ...lane }) => lane),
      expected: { trials: 20, now: lumped, suggested: lumped },
    };
    lot.core.settings.remember('walk-test.last', JSON.stringify(earlier));
    expect(one.installer.walkReports().map(({ testId }) => testId)).toEqual([
      finished.value.report.testId,
      earlier.testId,
    ]);
    expect(one.installer.walkReports()[1]?.expected).toEqual(lumped);
    expect(one.installer.walkReport(earlier.testId)).toEqual({
      ok: true,
      value: { report: { ...earlier, codes: 1, advice: [] } },
    });
  });

  describe('of a jack whose code rotates', () => {
    const codes = [11, 12, 13, 14].map((n) => codeNumber(n, 'eddystone-eid'));
    const [firstCode = jack] = codes;
    const car = aCar({ codeBehaviour: 'rotating' });

    /** The walk of the first test, but every 15 s the jack has another code. */
    function driveRotating(one: InstallerWorld): void {
      let step = 0;
      const stand = (seconds: number, levels: Record<string, number>) => {
        for (let second = 0; second < seconds; second++) {
          one.stand(codes[Math.min(3, Math.floor(step++ / 15))] ?? jack, 1, levels);
        }
      };
      for (const [laneId, levels] of [
        ['bay-1', atBay],
        ['pump-1', atPump],
      ] as const) {
        stand(12, between);
        stand(3, levels);
        expect(one.installer.markWalk({ ...key(), laneId }).ok).toBe(true);
        stand(7, levels);
      }
    }

    it.each(['before the walk', 'only when it has ended'] as const)(
      'follows it through its codes when the site knows whose they are %s',
      async (known) => {
        const one = await world();
        const tell = () => one.lot.expect({ car, codes });
        if (known === 'before the walk') tell();
        one.stand(firstCode, 2, between);
        one.installer.startWalk(one.lot.installer, { ...key(), code: firstCode });
        driveRotating(one);
        if (known === 'only when it has ended') {
          expect(one.installer.walkState().running?.codes).toBe(1);
          tell();
        }
        expect(one.installer.walkState().running).toMatchObject({ codes: 3, full: false });
        const finished = await one.installer.finishWalk(one.lot.installer, key());
        if (!finished.ok) throw new Error(JSON.stringify(finished.error));
        const { report } = finished.value;
        // Nothing of the 44 seconds at three receivers, five times a second, is missing.
        expect(report).toMatchObject({ codes: 3, hearings: 44 * 3 * 5 });
        expect(report.trace.map(({ points }) => points.length)).toEqual([44, 44, 44]);
        expect(report.lanes.map(({ laneId, separable }) => [laneId, separable])).toEqual([
          ['bay-1', true],
          ['pump-1', true],
        ]);
        expect(report.expected.suggested.missed).toBeLessThanOrEqual(0.05);
      },
    );

    it("takes nothing of another car's jack, nor of strangers, and does not grow with them", async () => {
      const one = await world();
      const other = { car: aCar({ codeBehaviour: 'rotating' }), codes: [codeNumber(50, 'eddystone-eid')] };
      one.lot.expect({ car, codes }, other);
      one.stand(firstCode, 2, between);
      one.installer.startWalk(one.lot.installer, { ...key(), code: firstCode });
      for (let n = 0; n < 2_000; n++) one.hear('bay-1', codeNumber(1_000 + n), -60);
      one.stand(codeNumber(50, 'eddystone-eid'), 10, atBay);
      one.stand(firstCode, 2, atBay);
      expect(one.installer.walkState().running).toMatchObject({ codes: 1, hearings: 2 * 3 * 5 });
    });
  });

  it('finds nothing else to keep when it was finished before', async () => {
    const one = await world();
    const { installer, lot } = one;
    expect(refusedFor(await installer.finishWalk(lot.installer, key()))).toBe('walk-test-not-running');
    expect(installer.walkReports()).toEqual([]);
  });

  it('proposes the receiver that tells the lane when another was set, and expects fewer wrong names of it', async () => {
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
    installer.startWalk(one.lot.installer, { ...key(), code: jack });
    drive(one, [
      ['bay-1', atBay],
      ['pump-1', atPump],
    ]);
    const finished = await installer.finishWalk(lot.installer, key());
    if (!finished.ok) throw new Error(JSON.stringify(finished.error));
    const { lanes, expected } = finished.value.report;
    expect(lanes.map(({ suggested }) => suggested[0]?.receiverId)).toEqual(['bay-1', 'pump-1']);
    // The cars would be seen, each in the other lane.
    expect(expected.now.wrongLane).toBeGreaterThan(0.9);
    expect(expected.now.missed).toBe(0);
    expect(expected.suggested.wrongLane).toBeLessThanOrEqual(0.05);
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
    installer.startWalk(one.lot.installer, { ...key(), code: jack });
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
    installer.startWalk(one.lot.installer, { ...key(), code: jack });
    drive(one, [['bay-1', { 'bay-1': -80, 'pump-1': -88, entrance: -86 }]]);
    const finished = await installer.finishWalk(lot.installer, key());
    if (!finished.ok) throw new Error(JSON.stringify(finished.error));
    expect(finished.value.report.lanes[0]?.suggested).toEqual([
      { receiverId: 'bay-1', enterDbm: null, exitDbm: null },
    ]);
  });

  describe('says what is wrong with a lot, and what to do:', () => {
    async function reportOf(stops: [laneId: string, levels: Record<string, number>][]) {
      const one = await world();
      one.stand(jack, 2, between);
      one.installer.startWalk(one.lot.installer, { ...key(), code: jack });
      drive(one, stops);
      const finished = await one.installer.finishWalk(one.lot.installer, key());
      if (!finished.ok) throw new Error(JSON.stringify(finished.error));
      return finished.value.report;
    }
    const bothBad = ['bay-1', 'pump-1'];

    it('lanes that sound alike are not told apart; after one stop in each it is worth a second one', async () => {
      const { lanes, expected, advice } = await reportOf([
        ['bay-1', atBay],
        ['pump-1', atBay],
      ]);
      expect(lanes.map(({ separable }) => separable)).toEqual([false, false]);
      // All are seen; hardly one is named rightly and alone.
      expect(expected.suggested.missed).toBeLessThanOrEqual(0.05);
      expect((expected.suggested.wrongLane ?? 0) + (expected.suggested.unsure ?? 0)).toBeGreaterThan(0.45);
      expect(advice).toMatchObject([{ what: 'walk-again', laneIds: expect.arrayContaining(['pump-1']) }]);
    });

    it('after several stops a receiver must be moved', async () => {
      const { advice } = await reportOf([
        ['bay-1', atBay],
        ['pump-1', atBay],
        ['bay-1', atBay],
        ['pump-1', atBay],
      ]);
      expect(advice).toMatchObject([{ what: 'move-receiver', laneIds: expect.arrayContaining(['pump-1']) }]);
    });

    it('lanes of which each is taken for the other sound alike, after one stop, too', async () => {
      // A little louder in its own lane than in the other: less than two cars differ.
      const alike = (bay: number, pump: number) => ({ 'bay-1': bay, 'pump-1': pump, entrance: -78 });
      const { advice, lanes } = await reportOf([
        ['bay-1', alike(-58, -58.5)],
        ['pump-1', alike(-58.5, -58)],
      ]);
      for (const { expected } of lanes) expect(expected?.missed).toBeLessThanOrEqual(0.05);
      expect(advice).toEqual([{ what: 'sound-alike', laneIds: bothBad }]);
    });

    it('a lane whose own receiver is deaf is named, with its receiver', async () => {
      const { 'pump-1': _deaf, ...others } = atPump;
      const { advice } = await reportOf([
        ['bay-1', atBay],
        ['pump-1', others],
      ]);
      expect(advice).toEqual([{ what: 'receiver-not-heard', laneIds: ['pump-1'] }]);
    });

    it('a lane that nobody hears', async () => {
      const { advice, expected } = await reportOf([
        ['bay-1', atBay],
        ['pump-1', {}],
      ]);
      expect(expected.suggested.missed).toBeGreaterThan(0.4);
      expect(advice).toEqual([{ what: 'jack-not-heard', laneIds: ['pump-1'] }]);
    });

    it('cars that stand nowhere as loud as outside are not recognised', async () => {
      const { advice, expected } = await reportOf([
        ['bay-1', between],
        ['pump-1', between],
      ]);
      expect(expected.suggested.missed).toBeGreaterThan(0.9);
      expect(advice).toEqual([{ what: 'too-faint', laneIds: bothBad }]);
    });
  });

  it('is refused for a code that nobody hears, twice at once, and without a mark; cancelled it leaves nothing', async () => {
    const one = await world();
    const { installer, lot } = one;
    expect(refusedFor(installer.startWalk(one.lot.installer, { ...key(), code: jack }))).toBe(
      'code-not-heard',
    );
    expect(refusedFor(installer.markWalk({ ...key(), laneId: 'bay-1' }))).toBe('walk-test-not-running');
    one.stand(jack, 2, between);
    expect(installer.startWalk(one.lot.installer, { ...key(), code: jack }).ok).toBe(true);
    expect(refusedFor(installer.startWalk(one.lot.installer, { ...key(), code: jack }))).toBe(
      'walk-test-running',
    );
    expect(refusedFor(await installer.finishWalk(lot.installer, key()))).toBe('walk-test-without-marks');
    expect(refusedFor(installer.markWalk({ ...key(), laneId: 'bay-9' }))).toBe('lane-not-found');
    expect(installer.cancelWalk(one.lot.installer, key())).toMatchObject({
      ok: true,
      value: { running: null, last: null },
    });
  });

  it('given up while it is judged leaves nothing, and the next one goes on', async () => {
    const one = await world();
    const { installer, lot } = one;
    one.stand(jack, 2, between);
    installer.startWalk(one.lot.installer, { ...key(), code: jack });
    drive(one, [['bay-1', atBay]]);
    const judging = installer.finishWalk(lot.installer, key());
    // Somebody at another kiosk gives it up and begins anew.
    installer.cancelWalk(one.lot.installer, key());
    expect(installer.startWalk(one.lot.installer, { ...key(), code: jack }).ok).toBe(true);
    expect(refusedFor(await judging)).toBe('walk-test-not-running');
    expect(installer.walkState()).toMatchObject({ running: { marks: [] }, last: null });
  });

  it('finished at two kiosks at once is one report', async () => {
    const one = await world();
    const { installer, lot } = one;
    one.stand(jack, 2, between);
    installer.startWalk(one.lot.installer, { ...key(), code: jack });
    drive(one, [['bay-1', atBay]]);
    const finished = await Promise.all([
      installer.finishWalk(lot.installer, key()),
      installer.finishWalk(lot.installer, key()),
    ]);
    expect(finished.map(({ ok }) => ok)).toEqual([true, false]);
    expect(installer.walkReports()).toHaveLength(1);
  });

  it('proposes no receiver that was taken out meanwhile', async () => {
    const one = await world(['bay-1', 'pump-1', 'entrance', 'spare']);
    const { installer, lot, radio } = one;
    installer.setLanes(lot.installer, {
      ...key(),
      lanes: [{ laneId: 'bay-1', receivers: [{ receiverId: 'pump-1', enterDbm: null, exitDbm: null }] }],
    });
    one.stand(jack, 2, between);
    installer.startWalk(one.lot.installer, { ...key(), code: jack });
    drive(one, [
      ['bay-1', { ...atBay, 'bay-1': -60, spare: -50 }],
      ['pump-1', { ...atPump, spare: -80 }],
    ]);
    await radio.remove('spare');
    const finished = await installer.finishWalk(lot.installer, key());
    if (!finished.ok) throw new Error(JSON.stringify(finished.error));
    const { lanes, receivers, trace } = finished.value.report;
    // It is drawn under its name all the same, whatever becomes of it.
    expect(trace.map(({ receiverId }) => receiverId)).toContain('spare');
    expect(receivers).toContainEqual({ receiverId: 'spare', name: 'spare' });
    const applied = installer.setLanes(lot.installer, {
      ...key(),
      lanes: lanes.map(({ laneId, suggested }) => ({ laneId, receivers: suggested })),
    });
    expect(applied.ok || refusedFor(applied)).toBe(true);
  });

  it('takes a mark once however often the tap arrives', async () => {
    const one = await world();
    one.stand(jack, 2, between);
    one.installer.startWalk(one.lot.installer, { ...key(), code: jack });
    const input = { ...key(), laneId: 'bay-1' };
    const first = one.installer.markWalk(input);
    one.stand(jack, 1, atBay);
    expect(one.installer.markWalk(input)).toEqual(first);
    expect(one.installer.walkState().running?.marks).toHaveLength(1);
  });

  it('takes the tap of a wrong lane as corrected by the next one, or taken back', async () => {
    const one = await world();
    const { installer, lot } = one;
    one.stand(jack, 2, between);
    installer.startWalk(lot.installer, { ...key(), code: jack });
    expect(refusedFor(installer.takeMarkBack(key()))).toBe('walk-test-without-marks');
    const marked = () => installer.walkState().running?.marks.map(({ laneId }) => laneId);
    one.stand(jack, 12, between);
    one.stand(jack, 3, atBay);
    installer.markWalk({ ...key(), laneId: 'pump-1' });
    one.stand(jack, 1, atBay);
    // Seen at once: the right one is tapped instead, and twice, for good measure.
    installer.markWalk({ ...key(), laneId: 'bay-1' });
    one.stand(jack, 1, atBay);
    installer.markWalk({ ...key(), laneId: 'bay-1' });
    one.stand(jack, 7, atBay);
    expect(marked()).toEqual(['bay-1']);
    drive(one, [['pump-1', atPump]]);
    // Seen late: tapped on the way, and taken back.
    one.stand(jack, 5, between);
    installer.markWalk({ ...key(), laneId: 'bay-1' });
    one.stand(jack, 7, between);
    const undo = key();
    installer.takeMarkBack(undo);
    expect(installer.takeMarkBack(undo).ok, 'sent twice').toBe(true);
    expect(marked()).toEqual(['bay-1', 'pump-1']);
    const finished = await installer.finishWalk(lot.installer, key());
    if (!finished.ok) throw new Error(JSON.stringify(finished.error));
    const { lanes, expected } = finished.value.report;
    expect(lanes.map(({ laneId, separable }) => [laneId, separable])).toEqual([
      ['bay-1', true],
      ['pump-1', true],
    ]);
    expect(expected.suggested.missed).toBeLessThanOrEqual(0.05);
  });

  it('that ended without a report says why: to the other installer, and after a restart of the station', async () => {
    const one = await world();
    const { installer, lot } = one;
    one.stand(jack, 2, between);
    installer.startWalk(lot.installer, { ...key(), code: jack });
    const startedAtMs = lot.clock.nowMs();
    expect(installer.walkState().running).toMatchObject({ by: 'Ian', startedAtMs });
    drive(one, [['bay-1', atBay]]);
    lot.restart();
    const later = one.newInstaller();
    expect(later.walkState()).toMatchObject({
      running: null,
      ended: { how: 'restart', by: 'Ian', startedAtMs, cancelledBy: null },
    });
    one.stand(jack, 2, between);
    later.startWalk(lot.installer, { ...key(), code: jack });
    expect(later.walkState().ended).toBeNull();
    const cancel = key();
    later.cancelWalk(lot.manager, cancel);
    const { ended } = later.walkState();
    expect(ended).toMatchObject({ how: 'cancelled', by: 'Ian', cancelledBy: lot.manager.person.displayName });
    // Sent once more it does not end the next one.
    later.startWalk(lot.installer, { ...key(), code: jack });
    later.cancelWalk(lot.manager, cancel);
    expect(later.walkState().running).not.toBeNull();
    later.cancelWalk(lot.installer, key());
    lot.restart();
    expect(one.newInstaller().walkState().ended, 'given up, not lost').toBeNull();
  });

  it('keeps a trace of bounded length', async () => {
    const one = await world(['bay-1']);
    one.stand(jack, 2, { 'bay-1': -60 });
    one.installer.startWalk(one.lot.installer, { ...key(), code: jack });
    for (let i = 0; i < 30_000; i++) one.hear('bay-1', jack, -60);
    expect(one.installer.walkState().running).toMatchObject({ hearings: 24_000, full: true });
  });
});
