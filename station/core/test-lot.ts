/** A station core in a temporary folder with a manual clock, some people and a car: for tests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BeaconCode,
  ManualClock,
  newId,
  parseBeaconCode,
  plateTail,
} from '../../shared/domain/index.ts';

import type { ExpectedCar, SitePreorder } from '../../shared/server-contract/index.ts';
import type { Person, Role, VisitView } from '../../shared/station-contract/index.ts';
import type { PresenceChange, PresenceRule, PresenceState } from '../presence/types.ts';
import { type Actor, type Core, type CoreOptions, openCore, type VisitAnswer } from './index.ts';

/** A PIN is tried in a hundredth of a millisecond instead of a tenth of a second. */
const quickPins = { N: 16, r: 1, p: 1 };

export const krw = (amountMinor: number) => ({ amountMinor, currency: 'KRW' });

/** `00…0n`, a code of that kind. */
export function codeNumber(n: number, kind: 'eddystone-uid' | 'eddystone-eid' = 'eddystone-uid'): BeaconCode {
  const code = parseBeaconCode(`${kind}:${n.toString(16).padStart(kind === 'eddystone-uid' ? 32 : 16, '0')}`);
  if (code === null) throw new Error('not a code');
  return code;
}

export function aPreorder(more: Partial<SitePreorder> = {}): SitePreorder {
  return {
    preorderId: newId(),
    number: 'A17',
    items: [
      {
        itemId: newId(),
        name: 'Americano',
        nameKo: '아메리카노',
        quantity: 2,
        options: ['ice'],
        unitAmountMinor: 4500,
        available: true,
      },
      {
        itemId: newId(),
        name: 'Bagel',
        nameKo: null,
        quantity: 1,
        options: [],
        unitAmountMinor: 3900,
        available: true,
      },
    ],
    paid: krw(12_900),
    payment: 'held',
    state: 'open',
    createdAtMs: Date.UTC(2026, 10, 21, 4, 0, 0),
    promisedAtMs: null,
    ...more,
  };
}

export function aCar(more: Partial<ExpectedCar> = {}): ExpectedCar {
  return {
    jackId: newId(),
    vehicle: { plate: '12가3456', model: 'Ioniq 5', color: 'white', fuel: 'gasoline' },
    codeBehaviour: 'static',
    preorders: [],
    reservation: null,
    ...more,
  };
}

const rules: Record<PresenceState, PresenceRule> = {
  tentative: 'first-hearing',
  approaching: 'heard-repeatedly',
  arrived: 'stronger-in-lane',
  parked: 'silent-after-arrival',
  departed: 'heard-leaving',
};

/** The lot: one core and what a test does to it. Close it in `afterEach`. */
export class TestLot {
  readonly dir = mkdtempSync(join(tmpdir(), 'station-core-'));
  readonly clock: ManualClock;
  core: Core;
  readonly cashier: Actor = actor('Mina', 'cashier');
  readonly attendant: Actor = actor('Jun', 'attendant');
  readonly manager: Actor = actor('Soo', 'manager');
  readonly installer: Actor = actor('Ian', 'installer');
  readonly #options: Partial<CoreOptions>;

  constructor(options: Partial<CoreOptions> = {}) {
    this.clock = new ManualClock();
    this.#options = options;
    this.core = this.#open();
    this.core.settings.seedSite({
      name: 'Test site',
      lanes: [
        { laneId: 'bay-1', kind: 'bay', number: 1, name: null },
        { laneId: 'pump-1', kind: 'pump', number: 1, name: null },
        { laneId: 'pump-2', kind: 'pump', number: 2, name: null },
      ],
      grades: [
        { gradeId: 'g', name: 'Gasoline', nameKo: '휘발유', fuel: 'gasoline', unitPriceMilli: 1_534_000 },
        { gradeId: 'd', name: 'Diesel', nameKo: '경유', fuel: 'diesel', unitPriceMilli: 1_400_000 },
      ],
    });
  }

  #open(): Core {
    const opened = openCore({ dataDir: this.dir, clock: this.clock, pinCost: quickPins, ...this.#options });
    if (!opened.ok) throw new Error(opened.error.message);
    return opened.value;
  }

  /** The process ends and starts again on the same folder. */
  restart(meanwhile: () => void = () => {}): void {
    this.core.close();
    meanwhile();
    this.core = this.#open();
  }

  close(): void {
    this.core.close();
    rmSync(this.dir, { recursive: true });
  }

  /** The server tells the site to expect these cars, each with its codes. */
  expect(...cars: Array<{ car: ExpectedCar; codes: BeaconCode[] }>): void {
    this.core.news.expectedList({
      version: newId(),
      fromMs: 0,
      toMs: this.clock.nowMs() + 3_600_000,
      cars: cars.map((c) => c.car),
      codes: cars.flatMap(({ car, codes }) =>
        codes.map((code) => ({ code, jackId: car.jackId, validFromMs: null, validToMs: null })),
      ),
    });
  }

  /** The presence engine says so. */
  presence(
    code: BeaconCode,
    state: PresenceState,
    more: Partial<PresenceChange> & { rule?: PresenceRule } = {},
  ): void {
    const nowMs = this.clock.nowMs();
    const { rule, ...change } = more;
    this.core.visits.applyPresence({
      code,
      state,
      laneId: null,
      firstHeardAtMs: nowMs,
      arrivedAtMs: state === 'arrived' || state === 'parked' ? nowMs : null,
      lastHeardAtMs: nowMs,
      rssiDbm: -60,
      atMs: nowMs,
      ...change,
      why: { rule: rule ?? rules[state], sinceMs: nowMs, levels: [], marginDb: null },
    });
  }

  /** A car that is expected arrives. @returns its visit. */
  arrival(car: ExpectedCar, code: BeaconCode, laneId: string | null = null): VisitView {
    this.expect({ car, codes: [code] });
    this.presence(code, 'approaching');
    this.presence(code, 'arrived', { laneId });
    return this.visit(plateTail(car.vehicle.plate));
  }

  /** The one visit on the board (or the one with this plate tail). */
  visit(tail?: string): VisitView {
    const visits = this.core.visits.board().filter((v) => tail === undefined || v.plateTail === tail);
    const [visit] = visits;
    if (visit === undefined || visits.length > 1) throw new Error(`${visits.length} visits on the board`);
    return visit;
  }

  /** Sends nothing: says what the sender would send now. */
  dueKinds(): string[] {
    return this.core.outbox.due(this.clock.nowMs(), 100).map((i) => i.kind);
  }

  /** As a sender whose server takes everything: what was told, in order. */
  sendAll(): string[] {
    const kinds: string[] = [];
    for (;;) {
      const [item] = this.core.outbox.due(this.clock.nowMs(), 1);
      if (item === undefined) return kinds;
      kinds.push(item.kind);
      this.core.outbox.markSent(item.outboxId);
    }
  }
}

function actor(displayName: string, role: Role): Actor {
  const person: Person = { staffId: newId(), displayName, role };
  return { person, kioskId: 'kiosk-1' };
}

/** The visit of an accepted command; a refusal fails the test with its reason. */
export function accepted(answer: VisitAnswer): VisitView {
  if (!answer.ok) throw new Error(`refused: ${JSON.stringify(answer.error)}`);
  return answer.value.visit;
}

/** Why a command was refused; being accepted fails the test. */
export function refusedFor(
  answer: { ok: true } | { ok: false; error: { code: string; reason?: string } },
): string {
  if (answer.ok) throw new Error('was accepted');
  return answer.error.reason ?? answer.error.code;
}

export const key = () => ({ idempotencyKey: newId() });
