import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ReplayEvent } from '../../shared/station-contract/index.ts';
import { aCar, codeNumber, key, refusedFor } from '../core/test-lot.ts';
import { InstallerWorld, settled } from './installer.testing.ts';

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
const started = async (one: InstallerWorld, scrambleAddresses = true) => {
  const answer = await one.installer.startRecording(one.lot.installer, { ...key(), scrambleAddresses });
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.value.recording;
};
const stopped = async (one: InstallerWorld) => {
  const answer = await one.installer.stopRecording(one.lot.installer, key());
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.value.recording;
};

/** Every word of a replay that goes as fast as it can. */
async function replayed(one: InstallerWorld, recordingId: string): Promise<ReplayEvent[]> {
  const replay = await one.installer.replay(recordingId, null, undefined);
  if (!replay.ok) throw new Error(JSON.stringify(replay.error));
  return all(replay.value);
}

async function all<T>(events: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const event of events) found.push(event);
  return found;
}

describe('a recording', () => {
  it('holds what each receiver heard, and replays to the same judgement without touching a visit', async () => {
    const one = await world();
    await started(one);
    one.stand(jack, 10, { 'bay-1': -50, entrance: -76 });
    const recording = await stopped(one);
    expect(recording.files.map(({ receiverId, records }) => [receiverId, records])).toEqual([
      ['bay-1', 50],
      ['pump-1', 0],
      ['entrance', 50],
    ]);
    const events = await replayed(one, recording.recordingId);
    // One radio, scrambled alike in both files.
    expect(events.at(-1)).toMatchObject({
      state: 'done',
      reports: 100,
      devices: 1,
      codes: 1,
      complete: true,
    });
    const changes = events.flatMap((event) => (event.state === 'failed' ? [] : event.changes));
    expect(changes.at(-1)).toMatchObject({ code: jack, state: 'arrived', laneId: 'bay-1' });
    // What the board would have shown at its end, and nothing of it on the board.
    expect(events.at(-1)).toMatchObject({ here: [{ code: jack, state: 'arrived', laneId: 'bay-1' }] });
    expect(one.lot.core.visits.board()).toEqual([]);
  });

  it('takes in a receiver that is added meanwhile, from then on and scrambled alike', async () => {
    const one = await world(['bay-1', 'entrance']);
    await started(one);
    one.stand(jack, 4, { 'bay-1': -50 });
    one.radio.add(one.twins.named('pump-1'));
    await expect
      .poll(
        async () => {
          one.lot.clock.advance(1_000);
          return (await one.installer.recordings()).recordings[0]?.files.length;
        },
        { timeout: 3_000 },
      )
      .toBe(3);
    one.stand(jack, 4, { 'bay-1': -50, 'pump-1': -60 });
    const recording = await stopped(one);
    expect(recording.files.map(({ receiverId, records }) => [receiverId, records])).toEqual([
      ['bay-1', 40],
      ['entrance', 0],
      ['pump-1', 20],
    ]);
    const last = (await replayed(one, recording.recordingId)).at(-1);
    expect(last).toMatchObject({ state: 'done', reports: 60, devices: 1 });
  });

  it('replays as fast as it was heard, or so many times as fast, tells how far it is, and can be stopped', async () => {
    const one = await world();
    await started(one);
    one.stand(jack, 20, { 'bay-1': -50, entrance: -76 });
    const recording = await stopped(one);
    const stop = new AbortController();
    const replay = await one.installer.replay(recording.recordingId, 10, stop.signal);
    if (!replay.ok) throw new Error(JSON.stringify(replay.error));
    // The replay waits for the clock again and again; what it waits for besides is the disk, which may be busy.
    const schedule = vi.spyOn(one.lot.clock, 'schedule');
    const waits = () => schedule.mock.calls.filter(([delayMs]) => delayMs <= 25).length;
    const beganAtMs = one.lot.clock.nowMs();
    const events: ReplayEvent[] = [];
    let ended = false;
    const listening = (async () => {
      for await (const event of replay.value) events.push(event);
      ended = true;
    })();
    for (let waited = 0; events.length < 4; ) {
      while (waits() === waited) await settled();
      waited = waits();
      one.lot.clock.advance(25);
    }
    // Ten seconds of the recording in one of the installer's.
    const last = events.at(-1);
    if (last?.state !== 'playing') throw new Error('it is over already');
    expect(last.durationMs).toBe(20_000);
    expect(last.offsetMs / (one.lot.clock.nowMs() - beganAtMs)).toBeCloseTo(10, 0);
    stop.abort();
    await settled();
    one.lot.clock.advance(1_000);
    await listening;
    expect(ended).toBe(true);
    expect(events.at(-1)?.state).toBe('playing');
  });

  it('follows a rotating jack through its codes, as the live board did', async () => {
    const one = await world();
    const car = aCar({ codeBehaviour: 'rotating' });
    const codes = [1, 2].map((n) => codeNumber(n, 'eddystone-eid'));
    one.lot.expect({ car, codes });
    await started(one);
    for (const code of codes) one.stand(code, 8, { 'bay-1': -50, entrance: -76 });
    const recording = await stopped(one);
    const last = (await replayed(one, recording.recordingId)).at(-1);
    expect(last).toMatchObject({ state: 'done', codes: 2, here: [{ code: codes[1], laneId: 'bay-1' }] });
  });

  it('says so when a file of it cannot be read', async () => {
    const one = await world(['bay-1']);
    await started(one);
    one.stand(jack, 3, { 'bay-1': -50 });
    const { recordingId } = await stopped(one);
    writeFileSync(join(one.lot.dir, 'recordings', recordingId, 'r0.btsnoop'), 'not a recording at all');
    expect(await replayed(one, recordingId)).toEqual([{ state: 'failed', reason: 'recording-not-readable' }]);
  });

  it('is handed out in pieces that make a whole btsnoop file', async () => {
    const one = await world();
    await started(one, false);
    one.stand(jack, 4, { 'bay-1': -50 });
    const { recordingId, files } = await stopped(one);
    const read = await one.installer.readRecording({ recordingId, receiverId: 'bay-1', offset: 0 });
    if (!read.ok) throw new Error(JSON.stringify(read.error));
    const bytes = Buffer.from(read.value.base64, 'base64');
    expect(bytes.subarray(0, 8).toString('latin1')).toBe('btsnoop\0');
    expect(bytes.length).toBe(files[0]?.bytes);
    expect(read.value.nextOffset).toBeNull();
    for (const [id, receiverId] of [
      ['20200101-000000', 'bay-1'],
      [recordingId, '../../station.db'],
    ] as const) {
      const no = await one.installer.readRecording({ recordingId: id, receiverId, offset: 0 });
      expect(refusedFor(no)).toBe('recording-not-found');
    }
  });

  it('ends by itself when it is full, says so, and the next can begin', async () => {
    const one = await world(['bay-1'], { maxRecordingBytes: 2_000 });
    await started(one);
    one.stand(jack, 20, { 'bay-1': -50 });
    await expect
      .poll(async () => (await one.installer.recordings()).recordings[0]?.ended, { timeout: 3_000 })
      .toBe('full');
    await started(one);
    expect((await one.installer.recordings()).recordings).toHaveLength(2);
  });

  it('is refused in words when the disk will not have it, and the radio goes on', async () => {
    const one = await world();
    // A file where the folder should be: as final as a full disk, also for root.
    writeFileSync(join(one.lot.dir, 'recordings'), '');
    const answer = await one.installer.startRecording(one.lot.installer, {
      ...key(),
      scrambleAddresses: true,
    });
    expect(refusedFor(answer)).toBe('disk-refused');
    one.stand(jack, 8, { 'bay-1': -50, entrance: -76 });
    expect(one.installer.why({ code: jack })?.state).toBe('arrived');
    rmSync(join(one.lot.dir, 'recordings'));
    await started(one);
  });

  it('cut off by a power cut is said to be interrupted, and replays up to there', async () => {
    const one = await world();
    await started(one);
    one.stand(jack, 3, { 'bay-1': -50 });
    await settled();
    // The next run of the station finds it unfinished.
    const next = one.newInstaller();
    const [found] = (await next.recordings()).recordings;
    expect(found).toMatchObject({ ended: 'interrupted' });
    const replay = await next.replay(found?.recordingId ?? '', null, undefined);
    if (!replay.ok) throw new Error(JSON.stringify(replay.error));
    const events = await all(replay.value);
    expect(events.at(-1)).toMatchObject({ state: 'done', codes: 1 });
  });

  it('makes room: the ten newest are kept', async () => {
    const one = await world(['bay-1']);
    for (let i = 0; i < 12; i++) {
      await started(one);
      one.lot.clock.advance(1_000);
      await stopped(one);
    }
    expect(readdirSync(join(one.lot.dir, 'recordings'))).toHaveLength(10);
  });

  it('takes an older one away, not the one that has just begun, also where the clock was set back before it', async () => {
    const one = await world(['bay-1']);
    for (let i = 0; i < 10; i++) {
      await started(one);
      one.lot.clock.advance(1_000);
      await stopped(one);
    }
    one.lot.clock.set(one.lot.clock.nowMs() - 3_600_000);
    const { recordingId } = await started(one);
    expect(readdirSync(join(one.lot.dir, 'recordings'))).toHaveLength(10);
    expect(readdirSync(join(one.lot.dir, 'recordings'))).toContain(recordingId);
    await stopped(one);
    expect((await one.installer.recordings()).recordings).toHaveLength(10);
  });

  it('takes no older one away for one that could not begin, and leaves nothing of it', async () => {
    const one = await world(['bay-1']);
    for (let i = 0; i < 10; i++) {
      await started(one);
      one.lot.clock.advance(1_000);
      await stopped(one);
    }
    const kept = () => readdirSync(join(one.lot.dir, 'recordings')).sort();
    const before = kept();
    for (let i = 0; i < 3; i++) {
      one.lot.clock.advance(1_000);
      // The records will not have it: as on a full disk.
      const input = { ...key(), scrambleAddresses: true };
      expect((await one.installer.startRecording(one.lot.cashier, input)).ok).toBe(false);
    }
    expect(kept()).toEqual(before);
  });

  it('begins once however often the tap arrives, and the journal says who recorded', async () => {
    const one = await world();
    const input = { ...key(), scrambleAddresses: true };
    const first = await one.installer.startRecording(one.lot.installer, input);
    expect(await one.installer.startRecording(one.lot.installer, input)).toEqual(first);
    const recording = await stopped(one);
    const { entries } = one.lot.core.log.journal({ beforeSequence: null, limit: 2 });
    expect(entries.map(({ kind, person }) => [kind, person?.displayName])).toEqual([
      ['recording-stopped', 'Ian'],
      ['recording-started', 'Ian'],
    ]);
    expect(entries[0]?.details).toMatchObject({ recordingId: recording.recordingId });
  });

  it('runs one at a time, and nothing can be stopped that does not run', async () => {
    const one = await world();
    expect(refusedFor(await one.installer.stopRecording(one.lot.installer, key()))).toBe(
      'recording-not-running',
    );
    await started(one);
    const again = await one.installer.startRecording(one.lot.installer, {
      ...key(),
      scrambleAddresses: true,
    });
    expect(refusedFor(again)).toBe('recording-running');
  });
});

describe('the diagnostics bundle', () => {
  it('says what is wrong and holds no plate, code, PIN or credential, whatever got into the log', async () => {
    const one = await world();
    const credential = 'siteCredential0123456789abcdefghijk';
    one.lot.core.settings.keepEnrolment(
      null,
      {
        serverUrl: 'https://user:secretpass@pay.example.com:8443/x',
        credential,
        site: {
          siteId: '01890000-0000-7000-8000-000000000001',
          name: 'S',
          nameKo: null,
          currency: 'KRW',
          timeZone: 'Asia/Seoul',
        } as never,
      },
      null,
    );
    const lines = [
      '{"level":30,"event":"receiver.health","receiverId":"bay-1","state":"failed"}',
      `{"errorMessage":"car 서울12가3456 ${jack} Bearer abcdefghijklmnopqrstuvwxyz ${credential}"}`,
      '{"errorMessage":"https://me:hush@host/ 123가4567"}',
    ];
    writeFileSync(join(one.lot.dir, 'station.log'), `${lines.join('\n')}\n`);
    one.twins.fail('bay-1');
    const bundle = await one.installer.diagnostics();
    expect(bundle).toMatchObject({
      versions: { product: '1.2.3' },
      settings: { serverHost: 'pay.example.com:8443', enrolled: true },
      status: { radio: { state: 'impaired', receivers: ['bay-1'] } },
    });
    expect(bundle.healthHistory.at(-1)).toMatchObject({
      receiverId: 'bay-1',
      state: 'failed',
      reason: 'port-lost',
    });
    expect(bundle.logLines[0]).toBe(lines[0]);
    const text = JSON.stringify(bundle);
    for (const secret of [
      '12가3456',
      '123가4567',
      jack,
      credential,
      'secretpass',
      'hush',
      'abcdefghijklmnop',
    ]) {
      expect(text, secret).not.toContain(secret.replace('eddystone-uid:', ''));
    }
  });

  it('is there without a log, and ends at its last lines with a long one', async () => {
    const one = await world();
    expect((await one.installer.diagnostics()).logLines).toEqual([]);
    const line = (n: number) => `{"event":"outbox.postponed","n":${n}}`;
    const all = Array.from({ length: 20_000 }, (_, n) => line(n)).join('\n');
    writeFileSync(join(one.lot.dir, 'station.log'), `${all}\n`);
    const { logLines } = await one.installer.diagnostics();
    expect(logLines).toHaveLength(200);
    expect(logLines.at(-1)).toBe(line(19_999));
  });
});
