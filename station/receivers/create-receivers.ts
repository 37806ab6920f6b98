import { receiverFactory } from '../../drivers/index.ts';
import type { Clock } from '../../shared/domain/index.ts';
import type { NamedSpec } from './named-spec.ts';
import type { RadioReceiver } from './radio.ts';

/** Specs → what the radio supervises. One that cannot be made here is shown as failed, the others work. */
export async function createReceivers(specs: readonly NamedSpec[], clock: Clock): Promise<RadioReceiver[]> {
  return Promise.all(
    specs.map(async (named) => {
      const factory = await receiverFactory(named.spec, { id: named.receiverId, clock });
      return factory.ok
        ? { ...named, factory: factory.value, reason: null }
        : { ...named, factory: null, reason: factory.error.code };
    }),
  );
}
