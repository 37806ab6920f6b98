import { beforeEach, describe, expect, it } from 'vitest';
import { StationPorts } from './station-ports.ts';
import type { FakePort } from './testing/fake-electron.ts';

let stationRuns: boolean;
let atStation: string[];
let atWindow: string[];
let ports: StationPorts<FakePort>;

beforeEach(() => {
  stationRuns = true;
  atStation = [];
  atWindow = [];
  let made = 0;
  ports = new StationPorts<FakePort>({
    createChannel() {
      made++;
      return { port1: { name: `${made}a` }, port2: { name: `${made}b` } };
    },
    giveStation(port) {
      if (stationRuns) atStation.push(port.name);
      return stationRuns;
    },
    giveWindow: (port) => atWindow.push(port.name),
  });
});

describe('a window and the station', () => {
  it('get the two ends of one channel', () => {
    ports.windowAsks();
    expect([atStation, atWindow]).toEqual([['1a'], ['1b']]);
  });

  it('get a new channel each time the window asks', () => {
    ports.windowAsks();
    ports.windowAsks();
    expect([atStation, atWindow]).toEqual([
      ['1a', '2a'],
      ['1b', '2b'],
    ]);
  });

  it('find each other as soon as a station is there', () => {
    stationRuns = false;
    ports.windowAsks();
    expect(atWindow).toEqual([]);
    stationRuns = true;
    ports.stationStarts();
    expect(atWindow).toHaveLength(1);
    expect(atStation).toHaveLength(1);
  });

  it('are joined anew, unasked, when the station was started again', () => {
    ports.windowAsks();
    ports.stationStarts();
    expect(atWindow).toEqual(['1b', '2b']);
  });

  it('are not joined before the window wants it, nor after its page is gone', () => {
    ports.stationStarts();
    ports.windowAsks();
    ports.windowGone();
    ports.stationStarts();
    expect(atWindow).toEqual(['1b']);
  });
});
