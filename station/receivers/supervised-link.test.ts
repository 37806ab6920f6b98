import { describe, expect, it } from 'vitest';
import type { Receiver, ReceiverError } from '../../drivers/receiver.ts';
import { ReceiverCore } from '../../drivers/receiver-core.ts';
import { err, ManualClock, ok } from '../../shared/domain/index.ts';
import { linkDelays } from './link-delays.ts';
import type { LinkHealth } from './link-stability.ts';
import { SupervisedLink } from './supervised-link.ts';

/** A receiver that does what the test says, on the drivers' own core. */
class ScriptedReceiver implements Receiver {
  readonly id = 'canopy';
  readonly kind = 'hci-uart';
  readonly #core: ReceiverCore;
  readonly #clock: ManualClock;
  readonly #plan: Plan;
  restarts = 0;
  closed = false;

  constructor(clock: ManualClock, plan: Plan) {
    this.#clock = clock;
    this.#plan = plan;
    this.#core = new ReceiverCore(clock);
  }
  async open() {
    this.#core.starting();
    if (this.#plan.openError) {
      this.#core.failed(this.#plan.openError);
      return err(this.#plan.openError);
    }
    this.#core.healthy();
    return ok(undefined);
  }
  hear(): void {
    this.#core.report({
      receiverId: this.id,
      address: 'aa:bb:cc:dd:ee:ff',
      addressType: 'random',
      rssiDbm: -60,
      data: new Uint8Array(),
      atMs: this.#clock.nowMs(),
    });
  }
  cableOut(): void {
    this.fail({ code: 'port-lost', text: 'cable out' });
  }
  fail(reason: ReceiverError): void {
    this.#core.failed(reason);
  }
  async restartScan() {
    this.restarts += 1;
    if (this.#plan.hangs === 'restart') return new Promise<never>(() => {});
    return this.#plan.restartError ? err(this.#plan.restartError) : ok(undefined);
  }
  subscribe(listener: Parameters<Receiver['subscribe']>[0]) {
    return this.#core.subscribe(listener);
  }
  health = () => this.#core.health();
  counters = () => this.#core.counters();
  async close() {
    this.closed = true;
    this.#core.closed();
    if (this.#plan.hangs === 'close') await new Promise<never>(() => {});
  }
}

interface Plan {
  openError?: ReceiverError;
  restartError?: ReceiverError;
  /** The system never answers to that. */
  hangs?: 'restart' | 'close';
}

function world(mayEnd = false) {
  const clock = new ManualClock();
  const made: ScriptedReceiver[] = [];
  const plan: Plan = {};
  const states: LinkHealth[] = [];
  let reports = 0;
  const link = new SupervisedLink({
    factory: () => {
      const receiver = new ScriptedReceiver(clock, plan);
      made.push(receiver);
      return receiver;
    },
    clock,
    random: () => 1,
    mayEnd,
    onEvent: () => {
      reports += 1;
    },
    onHealth: (health) => states.push(health),
  });
  const latest = () => {
    const receiver = made.at(-1);
    if (receiver === undefined) throw new Error('no receiver was made');
    return receiver;
  };
  return { clock, made, plan, states, link, latest, reports: () => reports };
}

/** Time passes second by second, with everything that is ready in between. */
async function pass(clock: ManualClock, seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    clock.advance(1_000);
    await settle();
  }
}
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

const gone: ReceiverError = { code: 'port-not-found', text: 'no such port' };

describe('a supervised receiver', () => {
  it('is healthy once it is open', async () => {
    const { link } = world();
    link.start();
    await settle();
    expect(link.health.state).toBe('healthy');
  });

  it('is made anew when its cable comes out, and the old one is closed and not listened to', async () => {
    const { link, latest, made, clock, reports } = world();
    link.start();
    await settle();
    const old = latest();
    old.hear();
    old.cableOut();
    expect(link.health).toMatchObject({ state: 'failed', reason: 'port-lost' });
    await pass(clock, 1);
    expect(made).toHaveLength(2);
    expect(old.closed).toBe(true);
    expect(link.health.state).toBe('healthy');
    old.hear();
    latest().hear();
    expect(reports()).toBe(2);
  });

  it('waits longer after each failed attempt, at most ten seconds, and says since when it is down', async () => {
    const { link, plan, clock, made } = world();
    plan.openError = gone;
    link.start();
    await settle();
    const sinceMs = link.health.sinceMs;
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      if (link.health.state !== 'failed') throw new Error('not failed');
      const waitMs = (link.health.retryAtMs ?? 0) - clock.nowMs();
      waits.push(waitMs);
      clock.advance(waitMs);
      await settle();
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000]);
    expect(link.health.sinceMs).toBe(sinceMs);
    plan.openError = undefined;
    await pass(clock, 10);
    expect(link.health.state).toBe('healthy');
    expect(made.filter((receiver) => !receiver.closed)).toHaveLength(1);
  });

  it('is alarmed within 30 seconds of hearing nobody, its scan restarted; heard again it is well', async () => {
    const { link, latest, clock } = world();
    link.start();
    await settle();
    latest().hear();
    await pass(clock, 9);
    expect(link.health.state).toBe('healthy');
    await pass(clock, 3);
    expect(link.health).toMatchObject({ state: 'silent', restarts: 1 });
    expect(latest().restarts).toBe(1);
    latest().hear();
    expect(link.health.state).toBe('healthy');
    // And the next silence begins with a restart again, not with a new link.
    await pass(clock, 12);
    expect(link.health).toMatchObject({ state: 'silent', restarts: 1 });
  });

  it('gets a new link when restarting the scan does not help, and stays silent in the words of the screen', async () => {
    const { link, made, clock, latest, states } = world();
    link.start();
    await settle();
    await pass(clock, 60);
    expect(made).toHaveLength(2);
    expect(made[0]?.restarts).toBe(3);
    expect(made[0]?.closed).toBe(true);
    expect(link.health).toMatchObject({ state: 'silent' });
    expect(new Set(states.filter((one) => one.state === 'silent').map((one) => one.sinceMs)).size).toBe(1);
    latest().hear();
    expect(link.health.state).toBe('healthy');
  });

  it('counts as failed when even the restart is refused', async () => {
    const { link, plan, clock, made } = world();
    plan.restartError = { code: 'no-answer', text: 'no answer' };
    link.start();
    await settle();
    await pass(clock, 11);
    expect(made.length).toBeGreaterThan(1);
  });

  it('is not called well again, by being opened anew, until somebody is heard', async () => {
    const { link, plan, clock, made, latest, states } = world();
    link.start();
    await settle();
    latest().hear();
    // Its radio is dead: it opens, hears nobody, and cannot restart its scan.
    plan.restartError = { code: 'no-answer', text: 'no answer' };
    await pass(clock, 180);
    expect(states.filter(({ state }) => state === 'healthy')).toHaveLength(1);
    // Tried again and again, not ever more seldom.
    expect(made.length).toBeGreaterThanOrEqual(8);
    plan.restartError = undefined;
    await pass(clock, 20);
    expect(link.health.state).toBe('silent');
    // Plugged out and in it is judged anew.
    latest().cableOut();
    await pass(clock, 11);
    expect(link.health.state).toBe('healthy');
    await pass(clock, 12);
    expect(link.health).toMatchObject({ state: 'silent', restarts: 1 });
    latest().hear();
    expect(link.health.state).toBe('healthy');
    await pass(clock, 12);
    expect(link.health).toMatchObject({ state: 'silent', restarts: 1 });
  });

  it('is not called well again and again while something ends its scan before anybody is heard', async () => {
    const { link, clock, latest, states } = world();
    const stopped: ReceiverError = { code: 'discovery-stopped', text: 'another program' };
    const sinceMs = clock.nowMs();
    link.start();
    await settle();
    // Sooner each time than the watchdog, which begins anew with every link.
    for (let i = 0; i < 12; i++) {
      await pass(clock, 8);
      latest().fail(stopped);
      await settle();
      for (let n = 0; n < 12 && link.health.state === 'failed'; n++) await pass(clock, 1);
    }
    expect(states.filter(({ state }) => state === 'healthy')).toHaveLength(2);
    expect(link.health).toMatchObject({ state: 'silent', sinceMs });
    latest().hear();
    expect(link.health.state).toBe('healthy');
    // Heard in between it is open each time, and yet not well: it was lost for the third time.
    latest().fail(stopped);
    await pass(clock, 10);
    expect(link.health).toMatchObject({ state: 'unstable', reason: 'discovery-stopped', connected: true });
  });

  it('whose cable is loose is called unstable from the third loss on, through every further one, until it has held', async () => {
    const { link, clock, latest, states } = world();
    link.start();
    await settle();
    const awayOnce = async () => {
      latest().hear();
      await pass(clock, 3);
      latest().cableOut();
      await pass(clock, 1);
      latest().hear();
    };
    await awayOnce();
    expect(link.health.state).toBe('healthy');
    await awayOnce();
    expect(link.health.state).toBe('healthy');
    const before = states.length;
    const sinceMs = clock.nowMs() + 3_000;
    for (let n = 3; n <= 12; n++) {
      await awayOnce();
      expect(link.health).toMatchObject({ state: 'unstable', losses: n, reason: 'port-lost', sinceMs });
    }
    expect(new Set(states.slice(before).map(({ state }) => state))).toEqual(new Set(['unstable']));
    const heldFor = async (seconds: number) => {
      for (let second = 0; second < seconds; second += 5) {
        latest().hear();
        await pass(clock, 5);
      }
    };
    await heldFor(linkDelays.stableAfterMs / 1_000 - 60);
    expect(link.health.state).toBe('unstable');
    await heldFor(65);
    expect(link.health.state).toBe('healthy');
    // One more is only one more.
    await awayOnce();
    expect(link.health.state).toBe('healthy');
  });

  it.each(['restart', 'close'] as const)(
    'gets a new link though the old one never answers to a %s',
    async (what) => {
      const { link, plan, clock, made, latest } = world();
      link.start();
      await settle();
      latest().hear();
      plan.hangs = what;
      await pass(clock, 60);
      expect(made.length).toBeGreaterThan(1);
      expect(made[0]?.closed).toBe(true);
      plan.hangs = undefined;
      await pass(clock, 30);
      latest().hear();
      expect(link.health.state).toBe('healthy');
      expect(made.filter((receiver) => !receiver.closed)).toHaveLength(1);
    },
  );

  it('never restarts a recording that was played to its end', async () => {
    const { link, latest, clock, made } = world(true);
    link.start();
    await settle();
    latest().hear();
    await latest().close();
    await pass(clock, 60);
    expect(link.health.state).toBe('closed');
    expect(made).toHaveLength(1);
  });

  it('leaves nothing running after a stop, in whatever state', async () => {
    const { link, plan, clock } = world();
    plan.openError = gone;
    link.start();
    await settle();
    await link.stop();
    expect(link.health.state).toBe('closed');
    clock.advance(60_000);
    await settle();
    expect(clock.plannedCount).toBe(0);
  });
});
