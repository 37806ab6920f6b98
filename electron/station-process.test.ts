import { beforeEach, describe, expect, it } from 'vitest';
import { StationProcess, stationDelays } from './station-process.ts';
import type { StationProcessStatus } from './station-status.ts';
import { type FakePort, FakeStationChild, FakeTimers } from './testing/fake-electron.ts';

let timers: FakeTimers;
let children: FakeStationChild[];
let statuses: StationProcessStatus[];
let pins: string[];
let station: StationProcess<FakePort>;

beforeEach(() => {
  timers = new FakeTimers();
  children = [];
  statuses = [];
  pins = [];
  station = new StationProcess<FakePort>({
    fork() {
      const child = new FakeStationChild();
      children.push(child);
      return child;
    },
    timers,
    onStatus: (status) => statuses.push(status),
    onFirstManagerPin: (pin) => pins.push(pin),
  });
});

const latest = () => {
  const child = children.at(-1);
  if (child === undefined) throw new Error('no station was started');
  return child;
};
const states = () => statuses.map(({ state }) => state);

describe("the station's process", () => {
  it('is running once the station says that it is ready', () => {
    station.start();
    expect(states()).toEqual(['starting']);
    latest().says({ type: 'ready', firstManagerPin: null });
    expect(states()).toEqual(['starting', 'running']);
    expect(pins).toEqual([]);
  });

  it('is started once, however often that is asked', () => {
    station.start();
    station.start();
    expect(children).toHaveLength(1);
  });

  it('tells the PIN of the very first manager', () => {
    station.start();
    latest().says({ type: 'ready', firstManagerPin: '483920' });
    expect(pins).toEqual(['483920']);
  });

  it('is started again after it died, a little later each time', () => {
    station.start();
    for (const waitMs of [250, 500, 1000, 2000]) {
      const before = children.length;
      latest().ends();
      expect(station.status).toMatchObject({ state: 'waiting', retryInMs: waitMs });
      timers.pass(waitMs - 1);
      expect(children).toHaveLength(before);
      timers.pass(1);
      expect(children).toHaveLength(before + 1);
    }
  });

  it('never waits longer than half a minute for its next start', () => {
    station.start();
    for (let failures = 0; failures < 20; failures++) {
      latest().ends();
      timers.pass(stationDelays.maxRetryMs);
    }
    expect(children).toHaveLength(21);
  });

  it('is forgiven earlier failures after a minute of running', () => {
    station.start();
    for (let failures = 0; failures < 5; failures++) {
      latest().ends();
      timers.pass(stationDelays.maxRetryMs);
    }
    latest().says({ type: 'ready', firstManagerPin: null });
    timers.pass(stationDelays.steadyAfterMs);
    latest().ends();
    expect(station.status).toMatchObject({ state: 'waiting', failures: 1, retryInMs: 250 });
  });

  it('passes on why it could not start', () => {
    station.start();
    latest().says({ type: 'failed', code: 'in-use', message: 'Another station uses this folder.' });
    latest().ends();
    expect(station.status).toMatchObject({
      failure: { code: 'in-use', message: 'Another station uses this folder.' },
    });
  });

  it('is ended and started again when it never gets ready', () => {
    station.start();
    timers.pass(stationDelays.startMs);
    expect(children[0]?.killed).toBe(true);
    timers.pass(stationDelays.firstRetryMs);
    expect(children).toHaveLength(2);
  });

  it('is not heard any more once another one took its place', () => {
    station.start();
    const first = latest();
    first.ends();
    timers.pass(stationDelays.firstRetryMs);
    first.says({ type: 'ready', firstManagerPin: '1' });
    first.ends();
    expect(states()).toEqual(['starting', 'waiting', 'starting']);
    expect(pins).toEqual([]);
  });

  it('takes ports while it starts, and none when there is no station', () => {
    expect(station.connect({ name: 'early' })).toBe(false);
    station.start();
    expect(station.connect({ name: 'window' })).toBe(true);
    expect(latest().received).toEqual([{ message: { type: 'connect' }, ports: [{ name: 'window' }] }]);
    latest().ends();
    expect(station.connect({ name: 'between' })).toBe(false);
  });

  it('is asked to end in order, and is not started again', async () => {
    station.start();
    latest().says({ type: 'ready', firstManagerPin: null });
    const stopped = station.stop();
    expect(latest().received.at(-1)?.message).toEqual({ type: 'stop' });
    expect(station.connect({ name: 'late' })).toBe(false);
    latest().ends(0);
    await stopped;
    timers.pass(10 * stationDelays.maxRetryMs);
    expect(children).toHaveLength(1);
    expect(states().at(-1)).toBe('stopped');
  });

  it('is ended by force when it does not end in order', async () => {
    station.start();
    const stopped = station.stop();
    timers.pass(stationDelays.stopMs);
    expect(latest().killed).toBe(true);
    await stopped;
  });

  it('is not started by a wait that was running when it was stopped', async () => {
    station.start();
    latest().ends();
    await station.stop();
    timers.pass(stationDelays.maxRetryMs);
    expect(children).toHaveLength(1);
  });
});
