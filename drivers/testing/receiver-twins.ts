/**
 * Receivers that hear what they are told to, for whoever stands above the drivers: same contract, no bytes.
 *
 *   twins.named('bay-1') ─▶ a station's receiver      twins.hear('bay-1', code, -50)      twins.fail('bay-1', …)
 */
import { type BeaconCode, type Clock, err, ok } from '../../shared/domain/index.ts';
import { encodeBeaconFrame } from '../frames/index.ts';
import type { Receiver, ReceiverError } from '../receiver.ts';
import { ReceiverCore } from '../receiver-core.ts';

/** What a beacon says of its own power. */
const measuredPower = -20;
export const cableOut: ReceiverError = { code: 'port-lost', text: 'cable out' };

export class ReceiverTwins {
  readonly #clock: Clock;
  /** The newest link of each: a receiver lives once. */
  readonly #cores = new Map<string, ReceiverCore>();
  /** Why none can be opened just now; null: each opens at once. */
  failure: ReceiverError | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** As a station takes it: named after the lane where it stands. */
  named(receiverId: string, spec = `hci-uart:/dev/${receiverId}`) {
    return { receiverId, named: true, spec, reason: null, factory: () => this.receiver(receiverId) };
  }

  /** @param failure why this one can never be opened */
  receiver(receiverId: string, failure: ReceiverError | null = null): Receiver {
    const core = new ReceiverCore(this.#clock);
    this.#cores.set(receiverId, core);
    return {
      id: receiverId,
      kind: 'hci-uart',
      open: async () => {
        core.starting();
        const reason = failure ?? this.failure;
        if (reason !== null) {
          core.failed(reason);
          return err(reason);
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

  /** @param heard a code, or the whole advertising data */
  hear(
    receiverId: string,
    heard: BeaconCode | Uint8Array,
    rssiDbm: number,
    address = 'aa:bb:cc:dd:ee:ff',
  ): void {
    this.#cores.get(receiverId)?.report({
      receiverId,
      address,
      addressType: 'random',
      rssiDbm,
      data: typeof heard === 'string' ? encodeBeaconFrame(heard, measuredPower) : heard,
      atMs: this.#clock.nowMs(),
    });
  }

  fail(receiverId: string, reason: ReceiverError = cableOut): void {
    this.#cores.get(receiverId)?.failed(reason);
  }

  stateOf(receiverId: string): string | undefined {
    return this.#cores.get(receiverId)?.health().state;
  }
}
