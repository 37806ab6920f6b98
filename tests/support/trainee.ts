/** A person in training, as a program: the station contract over a port to the training station. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { newId } from '../../shared/domain/index.ts';
import type {
  CoachView,
  Practice,
  Role,
  StationContract,
  VisitView,
} from '../../shared/station-contract/index.ts';
import { startTraining, type Training } from '../../training/training.ts';
import { QuickClock } from './quick-clock.ts';

/** Made once for all who train in a run. */
export const storesForTraining = join(tmpdir(), 'kiosk-training-store');

export type TrainingKiosk = ContractRouterClient<StationContract>;
type Running = Extract<CoachView, { state: 'running' }>;

export class Trainee {
  readonly folder = mkdtempSync(join(tmpdir(), 'training-'));
  readonly views: CoachView[] = [];
  readonly finished: Array<{ exercise: string; mistakes: number }> = [];
  readonly visits = new Map<string, VisitView>();
  #training: Training | null = null;
  #kiosk: TrainingKiosk | null = null;
  #closePort = () => {};
  #wake = () => {};

  /** @param quicker How many times as fast as on a real lot everything goes. */
  static async begins(practice: Practice, role: Role = 'cashier', quicker = 6): Promise<Trainee> {
    const trainee = new Trainee();
    const started = await startTraining({
      dataDir: trainee.folder,
      storeFolder: storesForTraining,
      practice,
      trainee: { displayName: 'New N.', role },
      site: { defaultLocale: 'ko', amberAfterMs: 60_000, redAfterMs: 120_000, autoLockMs: 300_000 },
      clock: new QuickClock(quicker),
      seed: 5,
      onCoach: (view) => {
        trainee.views.push(view);
        trainee.#wake();
      },
      onFinished: (exercise, mistakes) => trainee.finished.push({ exercise, mistakes }),
    });
    if (!started.ok) throw new Error(started.error);
    trainee.#training = started.value;
    const { port1, port2 } = new MessageChannel();
    started.value.station.serving.servePort(port2);
    trainee.#closePort = () => port1.close();
    const { token } = started.value;
    const headers = () => ({ authorization: `Bearer ${token}` });
    trainee.#kiosk = createORPCClient(
      new RPCLink({ port: port1 as unknown as globalThis.MessagePort, headers }),
    );
    port1.start();
    void trainee.#watch().catch(() => {});
    return trainee;
  }

  get kiosk(): TrainingKiosk {
    if (this.#kiosk === null) throw new Error('has not begun');
    return this.#kiosk;
  }

  get training(): Training {
    if (this.#training === null) throw new Error('has not begun');
    return this.#training;
  }

  get coach(): CoachView | undefined {
    return this.views.at(-1);
  }

  /** Waits for the coach to ask for this step. */
  async askedFor(step: string): Promise<Running> {
    const at = () => (this.coach?.state === 'running' && this.coach.step === step ? this.coach : null);
    await this.until(() => at() !== null, `the coach to ask for ${step}`);
    return at() as Running;
  }

  async car(plateTail: string, fits: (visit: VisitView) => boolean = () => true): Promise<VisitView> {
    const find = () => {
      const visit = this.visits.get(plateTail);
      return visit !== undefined && fits(visit) ? visit : null;
    };
    await this.until(() => find() !== null, `the car ${plateTail}`);
    return find() as VisitView;
  }

  async until(holds: () => boolean, what: string, withinMs = 150_000): Promise<void> {
    const late = delay(withinMs, 'late' as const, { ref: false });
    while (!holds()) {
      const woken = new Promise<'woken'>((resolve) => {
        this.#wake = () => resolve('woken');
      });
      if ((await Promise.race([woken, late])) === 'late') {
        throw new Error(`waited ${withinMs} ms for ${what}; the coach: ${JSON.stringify(this.coach)}`);
      }
    }
  }

  key(): { idempotencyKey: string } {
    return { idempotencyKey: newId() };
  }

  /** Refuels and completes as the coach says, or with something else. */
  async completes(
    plateTail: string,
    refuel: { laneId: string; gradeId: string; amountMinor: number; fuelMismatchConfirmed?: boolean },
  ): Promise<VisitView> {
    const { visitId } = await this.car(
      plateTail,
      ({ presence }) => presence === 'arrived' || presence === 'parked',
    );
    const { laneId, gradeId, amountMinor, fuelMismatchConfirmed = false } = refuel;
    const { visit } = await this.kiosk.refuels.start({ ...this.key(), visitId, laneId, digits: plateTail });
    const done = await this.kiosk.refuels.complete({
      ...this.key(),
      refuelId: visit.refuel?.refuelId ?? '',
      ...{ laneId, gradeId, amountMinor, fuelMismatchConfirmed },
      volumeMl: null,
    });
    return done.visit;
  }

  async leaves(): Promise<void> {
    this.#closePort();
    await this.#training?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #watch(): Promise<void> {
    for await (const event of await this.kiosk.board.watch({})) {
      if (event.type === 'snapshot')
        for (const visit of event.visits) this.visits.set(visit.plateTail, visit);
      if (event.type === 'visit') this.visits.set(event.visit.plateTail, event.visit);
      this.#wake();
    }
  }
}
