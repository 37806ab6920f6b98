/**
 * A whole site for an end-to-end test: the real payment server, the real station, and the simulated
 * lot whose receivers speak HCI bytes to it. Every program is the one an operator starts.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { buildRenderer } from '../../tools/launch/build-renderer.ts';
import {
  launchServer,
  launchSimulator,
  launchStation,
  type ServerHandle,
  type SimulatorHandle,
  type StationHandle,
} from '../../tools/launch/programs.ts';
import { withStore } from './store-template.ts';

export const demoPeople = {
  cashier: { name: 'Minji K.', pin: '1201' },
  attendant: { name: 'Seojun P.', pin: '1302' },
  manager: { name: 'Jiwoo L.', pin: '1403' },
  installer: { name: 'Hana C.', pin: '1504' },
} as const;

export interface WorldOptions {
  /** The undo window of a hand-over; its end is when the server is told. */
  undoMs?: number;
  seed?: number;
  /** Other kiosks of the site, over TLS at a free port. */
  network?: boolean;
  /** More words for the payment server's command line. */
  serverArgs?: string[];
}

interface WhereaboutsOfCar {
  plate: string;
  laneId: string | null;
  whereabouts: 'away' | 'moving' | 'standing';
}

export class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'kiosk-world-'));
  readonly #options: WorldOptions;
  #server: ServerHandle | null = null;
  #simulator: SimulatorHandle | null = null;
  #station: StationHandle | null = null;

  private constructor(options: WorldOptions) {
    this.#options = options;
  }

  static async start(options: WorldOptions = {}): Promise<World> {
    const world = new World(options);
    try {
      await buildRenderer();
      await world.startServer();
      const { server } = world;
      if (server.demo === null) throw new Error('the server named no demo site');
      world.#simulator = await launchSimulator({
        serverUrl: server.url,
        siteId: server.demo.siteId,
        scenario: 'none',
        args: ['--seed', String(options.seed ?? 7)],
      });
      await world.startStation();
      return world;
    } catch (error) {
      await world.stop();
      throw error;
    }
  }

  get server(): ServerHandle {
    if (this.#server === null) throw new Error('the payment server is not running');
    return this.#server;
  }
  get simulator(): SimulatorHandle {
    if (this.#simulator === null) throw new Error('the simulator is not running');
    return this.#simulator;
  }
  get station(): StationHandle {
    if (this.#station === null) throw new Error('the station is not running');
    return this.#station;
  }
  get url(): string {
    return this.station.url;
  }
  get serverDataDir(): string {
    return join(this.folder, 'server');
  }
  get stationDataDir(): string {
    return join(this.folder, 'station');
  }

  /** Starts the payment server, after a stop on the port it had. */
  async startServer(): Promise<void> {
    const port = this.#server === null ? 0 : Number(new URL(this.#server.url).port);
    this.#server = await launchServer({
      dataDir: await withStore(this.serverDataDir),
      port,
      demo: true,
      args: this.#options.serverArgs,
    });
  }
  async stopServer(): Promise<void> {
    await this.server.program.stop();
  }

  async startStation(): Promise<void> {
    const port = this.#station === null ? 0 : Number(new URL(this.#station.url).port);
    this.#station = await launchStation({
      dataDir: this.stationDataDir,
      port,
      receivers: this.simulator.receivers,
      serverUrl: this.server.url,
      pairingCode: this.server.demo?.pairingCode,
      demo: true,
      args: [
        '--undo-ms',
        String(this.#options.undoMs ?? 5000),
        ...(this.#options.network ? ['--network-port', '0'] : []),
      ],
    });
  }
  /** A power cut for the station: no handler of it runs. */
  async killStation(): Promise<void> {
    this.station.program.kill('SIGKILL');
    await this.station.program.exited;
  }

  /**
   * Tells the simulated lot what to do and returns its answer. A new car's jack sits on the dash unless said
   * otherwise: of weaker places one car in a hundred is not recognised, and that is measured by the benches.
   */
  async lot<T = Record<string, unknown>>(asked: { do: string } & Record<string, unknown>): Promise<T> {
    const command = asked.do === 'newVehicle' ? { mounting: 'dash', ...asked } : asked;
    const response = await fetch(new URL('/commands', this.simulator.controlUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(command),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the lot refused ${command.do}: ${response.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as T;
  }

  /** A car with a jack, whose driver approves at once, comes to stand in a lane; perhaps with a paid order. */
  async drivesIn(
    plate: string,
    laneId: string,
    { fuel = 'gasoline', items = 0 }: { fuel?: 'gasoline' | 'diesel'; items?: number } = {},
  ): Promise<{ preorderId: string; number: string }> {
    const phone = { answer: 'approve', delayMs: 300 };
    await this.lot({ do: 'newVehicle', plate, model: 'Kona', color: 'white', fuel, jack: 'static', phone });
    const order =
      items > 0
        ? await this.lot<{ preorderId: string; number: string }>({ do: 'preorder', plate, items })
        : null;
    await this.lot({ do: 'vehicleParks', plate, laneId, fast: true });
    return order ?? { preorderId: '', number: '' };
  }

  /** Resolves when the car has come to a stand there: what its driver knows, whatever the receivers make of it. */
  async standsIn(plate: string, laneId: string): Promise<void> {
    const mark = async () => {
      const response = await fetch(new URL('/state', this.simulator.controlUrl));
      const { vehicles } = (await response.json()) as { vehicles: WhereaboutsOfCar[] };
      const car = vehicles.find((one) => one.plate === plate);
      return car?.whereabouts === 'standing' ? car.laneId : car?.whereabouts;
    };
    await expect.poll(mark, { timeout: 30_000 }).toBe(laneId);
  }

  async stop(): Promise<void> {
    await this.#station?.program.stop();
    await this.#simulator?.program.stop();
    await this.#server?.program.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
