import type { AddressInfo } from 'node:net';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { newId, systemClock } from '../../shared/domain/index.ts';
import type { BoardEvent, ReceiverView, StationContract } from '../../shared/station-contract/index.ts';
import type { Backups } from '../backup/index.ts';
import type { Core } from '../core/types.ts';
import type { Installer } from '../installer/index.ts';
import { JoinCodes } from '../kiosks/index.ts';
import type { LogEventId } from '../setup/index.ts';
import type { Trainings } from '../training/index.ts';
import { BoardStream } from './board-stream.ts';
import type { NetworkSwitch } from './kiosk-routes.ts';
import { createStationRouter } from './router.ts';
import { serveStation } from './serve.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** The served router with a core that knows a session and nothing else: everything more throws. */
async function world() {
  const logged: { event: LogEventId; fields: Record<string, unknown> | undefined }[] = [];
  const core = {
    staff: {
      session: () => ({
        person: { staffId: newId(), displayName: 'Minji K.', role: 'manager' },
        kioskId: null,
        expiresAtMs: 8_000_000_000_000,
      }),
    },
    visits: {
      search: () => {
        throw new Error('SQLITE_CORRUPT: database disk image is malformed at /home/kiosk/secret');
      },
    },
  } as unknown as Core;
  const current: { receivers: ReceiverView[] } = { receivers: [] };
  const board = new BoardStream({
    clock: systemClock,
    epoch: 'run1',
    snapshot: () => ({
      visits: [],
      receivers: current.receivers,
      status: {
        radio: { state: 'no-receiver' },
        server: { state: 'not-enrolled' },
        outbox: { waiting: 0, attention: 0, oldestWaitingAtMs: null },
      },
      site: {
        siteId: null,
        name: 'Test',
        nameKo: null,
        currency: 'KRW',
        timeZone: 'Asia/Seoul',
        businessDayStartHour: 5,
        defaultLocale: 'en',
        lanes: [],
        grades: [],
        amberAfterMs: 60_000,
        redAfterMs: 120_000,
        undoMs: 0,
        autoLockMs: 60_000,
        simulated: false,
      },
    }),
  });
  const serving = serveStation({
    router: createStationRouter({
      core,
      clock: systemClock,
      board,
      // Not called here.
      installer: {} as Installer,
      backups: {} as Backups,
      trainings: {} as Trainings,
      forTraining: false,
      receivers: () => [],
      statement: () =>
        Promise.resolve({ ok: false as const, error: { code: 'NOT_KEPT' as const, detail: '' } }),
      followUps: async () => ({ reached: false, told: null }),
      enrol: async () => ({ ok: false, error: { code: 'NOT_KEPT', detail: 'disk full' } }),
      network: {} as NetworkSwitch,
      joinCodes: new JoinCodes(systemClock),
      onSignInLimited: () => {},
    }),
    clock: systemClock,
    log: (event, fields) => logged.push({ event, fields }),
  });
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => serving.serveWebSocket(socket));
  await new Promise((resolve) => server.once('listening', resolve));
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await new Promise((resolve) => socket.once('open', resolve));
  closers.push(() => {
    socket.terminate();
    server.close();
  });
  const kiosk: ContractRouterClient<StationContract> = createORPCClient(
    new RPCLink({
      websocket: socket as unknown as globalThis.WebSocket,
      headers: { authorization: `Bearer ${'t'.repeat(32)}` },
    }),
  );
  return { board, current, kiosk, socket, server, logged };
}

describe('a served station', () => {
  it('keeps what went wrong inside to itself: the caller gets a number, the log the rest', async () => {
    const { kiosk, logged } = await world();
    const error = await kiosk.visits.search({ text: '1' }).catch((thrown: unknown) => thrown);
    const { errorId } = (error as { data: { errorId: string } }).data;
    expect(error).toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
    expect(JSON.stringify(error) + String(error)).not.toContain('SQLITE');
    expect(logged).toEqual([
      {
        event: 'api.error',
        fields: expect.objectContaining({
          errorId,
          procedure: 'visits.search',
          errorMessage: expect.stringContaining('SQLITE_CORRUPT'),
        }),
      },
    ]);
  });

  it('answers a command that could not be kept as the contract says', async () => {
    const { kiosk, logged } = await world();
    const enrol = kiosk.setup.enrol({
      idempotencyKey: newId(),
      serverUrl: 'https://pay.example',
      pairingCode: 'ABCD',
    });
    await expect(enrol).rejects.toMatchObject({
      code: 'NOT_KEPT',
      defined: true,
      data: { detail: 'disk full' },
    });
    expect(logged).toEqual([]);
  });

  it('queues nothing for a kiosk that does not read: it gets the latest state when it reads again', async () => {
    const { kiosk, board, current, socket, server } = await world();
    const events: BoardEvent[] = [];
    const stream = await kiosk.board.watch({});
    const last = (async () => {
      for await (const event of stream) {
        events.push(event);
        // As an event, or in the snapshot for one whom the ring has passed by.
        if ('receivers' in event && event.receivers[0]?.reportsPerSecond === 3_000) return;
      }
    })();
    while (events.length === 0) await new Promise((resolve) => setImmediate(resolve));
    socket.pause();
    const [served] = server.clients;
    for (let i = 1; i <= 3_000; i++) {
      current.receivers = Array.from({ length: 40 }, (_, n) => receiver(n, i));
      board.publish({ type: 'receivers', receivers: current.receivers });
      await new Promise((resolve) => setImmediate(resolve));
      expect(served?.bufferedAmount ?? 0).toBeLessThan(4 * 1024 * 1024);
    }
    socket.resume();
    await last;
    // Some fit into the system's socket buffers; the rest was overtaken.
    expect(events.length).toBeLessThan(2_000);
  });
});

function receiver(n: number, reportsPerSecond: number): ReceiverView {
  return {
    receiverId: `receiver-${n}`,
    name: `A receiver with quite a long name ${n}`,
    kind: 'hci-uart',
    spec: 'hci-uart:/dev/serial/by-id/usb-some-long-name-of-a-receiver',
    health: { state: 'healthy', sinceMs: 0 },
    reportsPerSecond,
    discardedBytes: 0,
    lastReportAtMs: null,
  };
}
