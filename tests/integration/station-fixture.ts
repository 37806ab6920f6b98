/** A station in this process, on real files and a real loopback port, and kiosks that call it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';
import type { BoardEvent, Role, StationContract, VisitView } from '../../shared/station-contract/index.ts';
import { type Station, type StationOptions, startStation } from '../../station/index.ts';

export type Kiosk = ContractRouterClient<StationContract>;

const pins: Record<Role, string> = { cashier: '1201', attendant: '1302', manager: '1403', installer: '1504' };

export class StationFixture {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'station-'));
  readonly #options: Partial<StationOptions>;
  #station: Station | null = null;
  #sockets: WebSocket[] = [];

  private constructor(options: Partial<StationOptions>) {
    this.#options = options;
  }

  static async start(options: Partial<StationOptions> = {}): Promise<StationFixture> {
    const fixture = new StationFixture(options);
    await fixture.startAgain();
    return fixture;
  }

  get station(): Station {
    if (this.#station === null) throw new Error('the station is not running');
    return this.#station;
  }

  /** On the same records. */
  async startAgain(options: Partial<StationOptions> = {}): Promise<void> {
    const started = await startStation({
      dataDir: this.dataDir,
      web: { host: '127.0.0.1', port: 0 },
      receivers: [],
      demo: true,
      serverUrl: null,
      pairingCode: null,
      undoMs: 0,
      logLevel: (process.env.STATION_LOG ?? 'silent') as 'silent',
      ...this.#options,
      ...options,
    });
    if (!started.ok) throw new Error(started.error.message);
    this.#station = started.value;
  }

  async halt(): Promise<void> {
    for (const socket of this.#sockets.splice(0)) socket.terminate();
    await this.#station?.stop();
    this.#station = null;
  }

  async end(): Promise<void> {
    await this.halt();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** A connection that gives `token()` with each call. */
  async connect(token: () => string | null): Promise<Kiosk> {
    const socket = await this.socket();
    const link = new RPCLink({
      websocket: socket as unknown as globalThis.WebSocket,
      headers: () => {
        const value = token();
        return value === null ? {} : { authorization: `Bearer ${value}` };
      },
    });
    return createORPCClient(link);
  }

  async socket(): Promise<WebSocket> {
    const socket = new WebSocket(`${this.station.url?.replace('http', 'ws')}/rpc`);
    this.#sockets.push(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return socket;
  }

  async signIn(role: Role): Promise<Kiosk & { token: string }> {
    let token: string | null = null;
    const kiosk = await this.connect(() => token);
    const { people } = await kiosk.session.options({});
    const person = people.find((one) => one.role === role);
    if (person === undefined) throw new Error(`nobody is a ${role}`);
    const signedIn = await kiosk.session.signIn({ staffId: person.staffId, pin: pins[role] });
    token = signedIn.token;
    // Part by part: what an async function returns is asked for `then`, which the client would call.
    const { session, board, visits, pickups, refuels, carts, charges, log, setup, staff } = kiosk;
    const { receivers, lanes, walkTest, recording, testBeacon, diagnostics } = kiosk;
    const { privacy, dailyLog, shifts, training, kiosks, menu } = kiosk;
    const installer = { receivers, lanes, walkTest, recording, testBeacon, diagnostics };
    return {
      session,
      board,
      visits,
      pickups,
      refuels,
      carts,
      charges,
      menu,
      log,
      setup,
      staff,
      ...installer,
      kiosks,
      privacy,
      dailyLog,
      shifts,
      training,
      token,
    };
  }
}

/** The board as a kiosk keeps it: what the event stream said, and how to wait for something on it. */
export class WatchedBoard {
  readonly visits = new Map<string, VisitView>();
  status: Extract<BoardEvent, { type: 'status' }>['status'] | null = null;
  /** The states each visit went through, by visit. */
  readonly history: VisitView[] = [];
  error: unknown = null;
  #wake: () => void = () => {};

  static async open(kiosk: Kiosk): Promise<WatchedBoard> {
    const board = new WatchedBoard();
    const events = await kiosk.board.watch({});
    board.#read(events).catch((error: unknown) => {
      board.error = error;
      board.#wake();
    });
    await board.until(() => board.status !== null, 'a snapshot');
    return board;
  }

  async #read(events: AsyncIterable<BoardEvent>): Promise<void> {
    for await (const event of events) {
      if (event.type === 'snapshot') {
        this.visits.clear();
        for (const visit of event.visits) this.visits.set(visit.visitId, visit);
        this.status = event.status;
      }
      if (event.type === 'visit') {
        this.visits.set(event.visit.visitId, event.visit);
        this.history.push(event.visit);
      }
      if (event.type === 'levels') {
        for (const level of event.levels) {
          const visit = this.visits.get(level.visitId);
          if (visit !== undefined) this.visits.set(level.visitId, { ...visit, ...level });
        }
      }
      if (event.type === 'visit-gone') this.visits.delete(event.visitId);
      if (event.type === 'status') this.status = event.status;
      this.#wake();
    }
  }

  /** The first visit that fits, as soon as there is one. */
  async visit(fits: (visit: VisitView) => boolean, what: string, withinMs?: number): Promise<VisitView> {
    const find = () => [...this.visits.values()].find(fits);
    await this.until(() => find() !== undefined, what, withinMs);
    return find() as VisitView;
  }

  async until(holds: () => boolean, what: string, withinMs = 10_000): Promise<void> {
    const giveUp = delay(withinMs, 'late' as const);
    while (!holds()) {
      if (this.error !== null) throw this.error;
      const woken = new Promise<'woken'>((resolve) => {
        this.#wake = () => resolve('woken');
      });
      if ((await Promise.race([woken, giveUp])) === 'late') {
        throw new Error(
          `waited ${withinMs} ms for ${what}; the board: ${JSON.stringify([...this.visits.values()])} ${JSON.stringify(this.status)}`,
        );
      }
    }
  }

  /** No longer looks. The stream ends with its connection: aborting it on a dying one is an error of the client. */
  close(): void {
    this.#wake = () => {};
  }
}
