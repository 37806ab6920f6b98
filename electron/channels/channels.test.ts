import { describe, expect, it } from 'vitest';
import { FakeIpc } from '../testing/fake-electron.ts';
import { connectChannel } from './connect.ts';
import { channels } from './names.ts';
import { forwardStationPort } from './station-port.ts';
import { stationStatusChannel } from './station-status.ts';

describe('the preload', () => {
  it('asks for a port and sends nothing else, whatever the page passes', () => {
    const ipc = new FakeIpc();
    const connect = connectChannel(ipc) as (...extra: unknown[]) => void;
    connect('other-channel', { evil: true });
    expect(ipc.sent).toEqual([[channels.connect]]);
  });

  it("hands the station's port to the page's own origin and to no other", () => {
    const ipc = new FakeIpc();
    const posted: unknown[][] = [];
    forwardStationPort(ipc, {
      location: { origin: 'app://kiosk' },
      postMessage: (...all: unknown[]) => posted.push(all),
    });
    const port = { name: 'port' };
    ipc.shellSays(channels.stationPort, null, [port]);
    expect(posted).toEqual([[{ type: 'station-port' }, 'app://kiosk', [port]]]);
  });

  it('makes nothing of a message without a port', () => {
    const ipc = new FakeIpc();
    const posted: unknown[] = [];
    forwardStationPort(ipc, {
      location: { origin: 'app://kiosk' },
      postMessage: (message: unknown) => posted.push(message),
    });
    ipc.shellSays(channels.stationPort, null, []);
    expect(posted).toEqual([]);
  });

  it("tells the station's status, also to a listener that comes late, until it stops listening", () => {
    const ipc = new FakeIpc();
    const onStationStatus = stationStatusChannel(ipc);
    ipc.shellSays(channels.stationStatus, { state: 'starting' });
    const heard: unknown[][] = [];
    const stop = onStationStatus((...all: unknown[]) => heard.push(all));
    ipc.shellSays(channels.stationStatus, { state: 'running' });
    stop();
    ipc.shellSays(channels.stationStatus, { state: 'stopped' });
    expect(heard, 'the status alone, never the event').toEqual([
      [{ state: 'starting' }],
      [{ state: 'running' }],
    ]);
  });
});
