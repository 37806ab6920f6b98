/** A station's installer on a manual clock, with receivers that are told what they hear: for tests. */
import { encodeBeaconFrame } from '../../drivers/frames/index.ts';
import type { Receiver, ReceiverError } from '../../drivers/receiver.ts';
import { ReceiverCore } from '../../drivers/receiver-core.ts';
import { type BeaconCode, err, ok } from '../../shared/domain/index.ts';
import { TestLot } from '../core/test-lot.ts';
import type { RadioStatus } from '../receivers/index.ts';
import { Radio, type RadioReceiver } from '../receivers/index.ts';
import { silentLog } from '../setup/index.ts';
import { Installer, type InstallerDeps } from './installer.ts';

export class InstallerWorld {
  readonly lot = new TestLot();
  readonly cores = new Map<string, ReceiverCore>();
  readonly radio: Radio;
  readonly statuses: RadioStatus[] = [];
  installer: Installer;
  readonly #more: Partial<InstallerDeps>;

  constructor(receiverIds = ['bay-1', 'pump-1', 'entrance'], more: Partial<InstallerDeps> = {}) {
    this.#more = more;
    this.radio = new Radio({
      receivers: receiverIds.map((receiverId) => this.twin(receiverId)),
      lanes: this.lot.core.settings.site().lanes,
      chosen: {},
      visits: { applyPresence: () => {}, heard: () => {}, presencesToRestore: () => [], setTracks: () => {} },
      clock: this.lot.clock,
      log: silentLog,
      onStatus: (status) => this.statuses.push(status),
      onReceivers: () => {},
    });
    this.installer = this.newInstaller();
  }

  newInstaller(): Installer {
    return new Installer({
      core: this.lot.core,
      radio: this.radio,
      clock: this.lot.clock,
      dataDir: this.lot.dir,
      version: '1.2.3',
      status: () => ({
        radio: this.radio.status(),
        server: { state: 'not-enrolled' },
        outbox: { waiting: 0, attention: 0, oldestWaitingAtMs: null },
      }),
      look: async () => ({ found: [], problem: null }),
      ...this.#more,
    });
  }

  twin(receiverId: string): RadioReceiver {
    const spec = `hci-uart:/dev/${receiverId}`;
    return { receiverId, named: true, spec, reason: null, factory: () => this.receiver(receiverId) };
  }

  /** A receiver that opens at once, or fails with `failure`. */
  receiver(receiverId: string, failure: ReceiverError | null = null): Receiver {
    const core = new ReceiverCore(this.lot.clock);
    this.cores.set(receiverId, core);
    return {
      id: receiverId,
      kind: 'hci-uart',
      open: async () => {
        core.starting();
        if (failure !== null) {
          core.failed(failure);
          return err(failure);
        }
        core.healthy();
        return ok(undefined);
      },
      subscribe: (listener) => core.subscribe(listener),
      health: () => core.health(),
      counters: () => core.counters(),
      restartScan: async () => ok(undefined),
      close: async () => core.closed(),
    };
  }

  async start(): Promise<void> {
    this.radio.start();
    await settled();
  }

  hear(receiverId: string, code: BeaconCode, rssiDbm: number, address = 'aa:bb:cc:dd:ee:ff'): void {
    this.cores.get(receiverId)?.report({
      receiverId,
      address,
      addressType: 'random',
      rssiDbm,
      data: encodeBeaconFrame(code, -20),
      atMs: this.lot.clock.nowMs(),
    });
  }

  /** Heard by these receivers at these levels, five times a second, with a little unrest. */
  stand(code: BeaconCode, seconds: number, levels: Record<string, number>): void {
    for (let i = 0; i < seconds * 5; i++) {
      for (const [receiverId, dbm] of Object.entries(levels)) this.hear(receiverId, code, dbm - (i % 2));
      this.lot.clock.advance(200);
    }
  }

  async end(): Promise<void> {
    await this.installer.close();
    await this.radio.stop();
    this.lot.close();
  }
}

/** Everything that only waits for its turn has had it. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 8; i++) await new Promise((resolve) => setImmediate(resolve));
}
