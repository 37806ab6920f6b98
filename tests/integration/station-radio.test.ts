/**
 * From bytes on a serial device of the operating system to a car on the board, and what becomes of
 * the cars when the receiver's cable comes out. The controller at the other end is not ours: `socat`
 * makes the cable, a Python script speaks HCI.
 *
 *   station ── serialport ── PTY ═══ socat ═══ PTY ── hci-uart-writer.py
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Clock, newId, systemClock } from '../../shared/domain/index.ts';
import type { VisitView } from '../../shared/station-contract/index.ts';
import { StationFixture } from './station-fixture.ts';

const hasTools = ['socat', 'python3'].every((tool) => spawnSync('which', [tool]).status === 0);
const writerScript = new URL('./hci-uart-writer.py', import.meta.url).pathname;

/** Real time that can be moved on: hours of parking must not take hours of test. */
class SkippingClock implements Clock {
  #skippedMs = 0;
  nowMs(): number {
    return Math.round(systemClock.nowMs() + this.#skippedMs);
  }
  monotonicMs(): number {
    return systemClock.monotonicMs() + this.#skippedMs;
  }
  schedule(delayMs: number, action: () => void) {
    return systemClock.schedule(delayMs, action);
  }
  skip(ms: number): void {
    this.#skippedMs += ms;
  }
}

/** An iBeacon in a legacy report, written out by hand: the last byte is the level. */
const identity = '0102030405060708090a0b0c0d0e0f1000050006';
const reportAt = (rssiDbm: number) =>
  `043e2a020103014433221100c01e0201061aff4c000215${identity}c5${(256 + rssiDbm).toString(16)}\n`;
const ourCode = `ibeacon:${identity}`;

/** A virtual cable with a controller at its far end; can be pulled and plugged in again at the same place. */
class Controller {
  readonly folder = mkdtempSync(join(tmpdir(), 'station-pty-'));
  readonly path = join(this.folder, 'receiver');
  #cable: ChildProcess | null = null;
  #writer: ChildProcess | null = null;

  async plugIn(): Promise<void> {
    const far = join(this.folder, 'controller');
    this.#cable = spawn('socat', [`pty,raw,echo=0,link=${this.path}`, `pty,raw,echo=0,link=${far}`]);
    while (!existsSync(this.path) || !existsSync(far)) await delay(5);
    const writer = spawn('python3', [writerScript, far, 'legacy'], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#writer = writer;
    await new Promise<void>((resolve) => writer.stdout?.once('data', () => resolve()));
    writer.stdout?.resume();
  }
  async pullOut(): Promise<void> {
    await ended(this.#cable);
    await ended(this.#writer);
    for (const name of ['receiver', 'controller']) rmSync(join(this.folder, name), { force: true });
  }
  hear(rssiDbm: number): void {
    this.#writer?.stdin?.write(reportAt(rssiDbm));
  }
  async end(): Promise<void> {
    await this.pullOut();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function ended(child: ChildProcess | null): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exit;
}

describe.skipIf(!hasTools)(
  'a station on a serial receiver (skipped where socat or python3 is missing)',
  () => {
    let controller: Controller;
    let fixture: StationFixture;
    let clock: SkippingClock;

    beforeEach(async () => {
      controller = new Controller();
      await controller.plugIn();
      clock = new SkippingClock();
      fixture = await StationFixture.start({ clock, receivers: [`bay-1=hci-uart:${controller.path}`] });
      const nowMs = clock.nowMs();
      const jackId = newId();
      fixture.station.core.news.expectedList({
        version: '1',
        fromMs: nowMs - 3_600_000,
        toMs: nowMs + 86_400_000,
        cars: [
          {
            jackId,
            vehicle: { plate: '12가3456', model: 'Avante', color: 'white', fuel: 'gasoline' },
            codeBehaviour: 'static',
            preorders: [],
            reservation: null,
          },
        ],
        codes: [{ code: ourCode, jackId, validFromMs: null, validToMs: null }],
      });
      await until(() => health() === 'healthy', 'the receiver to be healthy');
    });
    afterEach(async () => {
      await fixture.end();
      await controller.end();
    });

    const board = (): VisitView[] => fixture.station.core.visits.board();
    const health = () => fixture.station.radio.receivers()[0]?.health.state;

    async function until(holds: () => boolean, what: string, withinMs = 8_000): Promise<void> {
      const giveUpAtMs = Date.now() + withinMs;
      while (!holds()) {
        if (Date.now() > giveUpAtMs)
          throw new Error(`waited for ${what}: ${JSON.stringify([board(), health()])}`);
        await delay(10);
      }
    }

    /** The jack is heard `times` times, a third of a second apart. */
    async function hear(times: number, rssiDbm: number): Promise<void> {
      for (let i = 0; i < times; i++) {
        const before = fixture.station.radio.receivers()[0]?.lastReportAtMs;
        controller.hear(rssiDbm);
        await until(() => fixture.station.radio.receivers()[0]?.lastReportAtMs !== before, 'the report');
        clock.skip(300);
      }
    }

    /** Until the visit is in that state, the jack being heard all the time at that level. */
    async function hearUntil(state: string, rssiDbm: number): Promise<VisitView> {
      for (let i = 0; i < 120; i++) {
        const visit = board().find((one) => one.presence === state);
        if (visit !== undefined) return visit;
        await hear(1, rssiDbm);
        if (i % 10 === 9) await delay(5);
      }
      throw new Error(`never ${state}: ${JSON.stringify(board())}`);
    }

    async function silentUntil(state: string): Promise<VisitView> {
      clock.skip(12_000);
      await until(() => board().some((visit) => visit.presence === state), `silence to become ${state}`);
      return board().find((visit) => visit.presence === state) as VisitView;
    }

    async function cableOutAndIn(awayMs: number): Promise<void> {
      await controller.pullOut();
      await until(() => health() === 'failed', 'the station to notice');
      expect(fixture.station.radio.status()).toMatchObject({ state: 'down', reason: 'failed' });
      clock.skip(awayMs);
      // Two ticks of the presence engine: whatever it would conclude, it has.
      await delay(1_100);
      await controller.plugIn();
      await until(() => health() === 'healthy', 'the receiver to be back', 15_000);
      expect(fixture.station.radio.status()).toEqual({ state: 'healthy' });
    }

    it('bytes of an independent writer become an arrival on the board', async () => {
      const visit = await hearUntil('arrived', -50);
      expect(visit).toMatchObject({ laneId: 'bay-1', plateTail: '3456', knownBy: 'jack' });
      expect(board()).toHaveLength(1);
    });

    it('a code that belongs to nobody we know leaves no trace', async () => {
      fixture.station.core.news.expectedList({
        version: '2',
        fromMs: clock.nowMs(),
        toMs: clock.nowMs() + 86_400_000,
        cars: [],
        codes: [],
      });
      await hear(12, -50);
      expect(board()).toEqual([]);
      const { entries } = fixture.station.core.log.journal({ beforeSequence: null, limit: 200 });
      expect(JSON.stringify(entries)).not.toContain(identity);
    });

    it('cable out and in while the car is tentative: it arrives once', async () => {
      await hear(1, -80);
      await cableOutAndIn(5_000);
      await hearUntil('arrived', -50);
      expect(board()).toHaveLength(1);
    });

    it('cable out and in while the car approaches: the same visit arrives', async () => {
      const before = await hearUntil('approaching', -84);
      await cableOutAndIn(30_000);
      const after = await hearUntil('arrived', -50);
      expect(after.visitId).toBe(before.visitId);
      expect(board()).toHaveLength(1);
    });

    it('cable out and in while the car is here: nobody departs, and the time of arrival stays', async () => {
      const before = await hearUntil('arrived', -50);
      await cableOutAndIn(10 * 60_000);
      expect(board().map((visit) => visit.closed)).toEqual([null]);
      const after = await hearUntil('arrived', -50);
      expect(after.visitId).toBe(before.visitId);
      expect(after.arrivedAtMs).toBe(before.arrivedAtMs);
      expect(board()).toHaveLength(1);
    });

    it('cable out and in while the car is parked with its engine off: still the same visit', async () => {
      const before = await hearUntil('arrived', -50);
      await silentUntil('parked');
      await cableOutAndIn(20 * 60_000);
      expect(board().map((visit) => [visit.presence, visit.closed])).toEqual([['parked', null]]);
      const after = await hearUntil('arrived', -50);
      expect(after.visitId).toBe(before.visitId);
      expect(after.arrivedAtMs).toBe(before.arrivedAtMs);
    });

    it('cable out and in after the car has left: it stays gone, and a return is a new visit', async () => {
      const before = await hearUntil('arrived', -50);
      for (let level = -52; level > -95; level -= 2) await hear(1, level);
      await hear(20, -95);
      clock.skip(30_000);
      const left = () =>
        !board().some((visit) => visit.visitId === before.visitId && visit.presence !== 'departed');
      await until(left, 'the car to have left');
      await cableOutAndIn(60_000);
      expect(left()).toBe(true);
      const after = await hearUntil('arrived', -50);
      expect(after.visitId).not.toBe(before.visitId);
    });

    it('a loose cable: from the third loss on every kiosk is told so, without a break, until it has held for ten minutes', async () => {
      const { radio } = fixture.station;
      const lossOnce = async (seen: () => boolean) => {
        await controller.pullOut();
        await until(seen, 'the station to notice');
        await controller.plugIn();
      };
      for (let n = 0; n < 2; n++) {
        await lossOnce(() => health() === 'failed');
        await until(() => health() === 'healthy', 'the receiver to be back', 15_000);
        await hear(2, -60);
        await delay(1_100);
      }
      const connected = () => {
        const found = radio.receivers()[0]?.health;
        return found?.state === 'unstable' ? found.connected : null;
      };
      const said: string[] = [];
      const looking = setInterval(() => said.push(radio.status().state), 20);
      try {
        for (let n = 0; n < 2; n++) {
          await lossOnce(() => connected() === false);
          if (n === 0) said.length = 0;
          await until(() => connected() === true, 'the receiver to be back', 15_000);
          await hear(2, -60);
          await delay(1_100);
        }
      } finally {
        clearInterval(looking);
      }
      expect(new Set(said)).toEqual(new Set(['impaired']));
      expect(radio.status()).toMatchObject({ receivers: [], unstable: ['bay-1'] });
      expect(radio.receivers()[0]?.health).toMatchObject({ losses: 4, reason: 'port-lost' });
      expect(radio.healthHistory().at(-1)).toMatchObject({ state: 'unstable', losses: 4 });
      for (let seconds = 0; seconds <= 600; seconds += 6) {
        await hear(1, -60);
        clock.skip(5_700);
      }
      await hear(1, -60);
      await until(() => health() === 'healthy', 'it to have held');
      expect(radio.status()).toEqual({ state: 'healthy' });
    });

    it('a receiver that falls silent is restarted and, heard again, well', async () => {
      await hear(2, -80);
      clock.skip(11_000);
      await until(() => health() === 'silent', 'the watchdog');
      expect(fixture.station.radio.status()).toMatchObject({ state: 'down', reason: 'silent' });
      controller.hear(-80);
      await until(() => health() === 'healthy', 'the receiver to be well');
    });

    it('a restart of the station keeps the car that stands here: the same visit, not a second one', async () => {
      const before = await hearUntil('arrived', -50);
      await fixture.halt();
      await fixture.startAgain();
      await until(() => health() === 'healthy', 'the receiver');
      expect(board().map((visit) => visit.visitId)).toEqual([before.visitId]);
      await hear(12, -50);
      expect(board().map((visit) => [visit.visitId, visit.arrivedAtMs])).toEqual([
        [before.visitId, before.arrivedAtMs],
      ]);
    });
  },
);
