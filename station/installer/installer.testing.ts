/** A station's installer on a manual clock, with receivers that are told what they hear: for tests. */
import { ReceiverTwins } from '../../drivers/testing/receiver-twins.ts';
import type { BeaconCode } from '../../shared/domain/index.ts';
import { TestLot } from '../core/test-lot.ts';
import type { RadioStatus } from '../receivers/index.ts';
import { Radio } from '../receivers/index.ts';
import { silentLog } from '../setup/index.ts';
import { Installer, type InstallerDeps } from './installer.ts';

export class InstallerWorld {
  readonly lot = new TestLot();
  readonly twins = new ReceiverTwins(this.lot.clock);
  readonly radio: Radio;
  readonly statuses: RadioStatus[] = [];
  installer: Installer;
  readonly #more: Partial<InstallerDeps>;

  constructor(receiverIds = ['bay-1', 'pump-1', 'entrance'], more: Partial<InstallerDeps> = {}) {
    this.#more = more;
    this.radio = new Radio({
      receivers: receiverIds.map((receiverId) => this.twins.named(receiverId)),
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

  async start(): Promise<void> {
    this.radio.start();
    await settled();
  }

  hear(receiverId: string, code: BeaconCode, rssiDbm: number, address = 'aa:bb:cc:dd:ee:ff'): void {
    this.twins.hear(receiverId, code, rssiDbm, address);
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
