/** A car of the lot with its jack and, where there is a server, its driver's phone. */
import type { Clock } from '../../shared/domain/index.ts';
import type { PaymentRequest, PhoneEvent } from '../../shared/server-contract/index.ts';
import { VirtualJack } from '../jack/index.ts';
import { type ConnectPhone, problemCodeOf, type RegisteredIds, VirtualPhone } from '../phone/index.ts';
import { mountingUrn, type RadioModel, type Random } from '../radio/index.ts';
import type { LotCommand } from './commands.ts';
import { serverError } from './lot-error.ts';
import { Vehicle } from './vehicle.ts';

export interface Member {
  vehicle: Vehicle;
  phone: VirtualPhone | null;
  car: { plate: string; model: string; color: string };
}

export interface MemberWorld {
  clock: Clock;
  /** Null: cars without phones. */
  connect: ConnectPhone | null;
  model: RadioModel;
  random: Random;
  onPhone: (event: PhoneEvent) => void;
  onAnswered: (request: PaymentRequest, outcome: string) => void;
}

/** A server that has kept its data knows the jacks of an earlier run with the same seed: try other ones. */
const otherJacks = 3;

/** @throws LotError when the server refuses or does not answer. */
export async function makeMember(
  command: Extract<LotCommand, { do: 'newVehicle' }>,
  world: MemberWorld,
): Promise<{ member: Member; ids: RegisteredIds | null }> {
  const { plate, model, color, fuel } = command;
  const { clock, connect } = world;
  for (let attempt = 0; ; attempt++) {
    const random = world.random.fork(`car ${plate}${attempt === 0 ? '' : ` ${clock.nowMs()}`}`);
    const jack = new VirtualJack({
      kind: command.jack,
      rotationExponent: command.rotationExponent,
      random: random.fork('jack'),
      clock,
      model: world.model,
    });
    const vehicle = new Vehicle({
      plate,
      jack,
      mounting: command.mounting ?? random.pick(mountingUrn),
      bodyOffsetDb: random.normal() * world.model.bodySpreadDb,
      nowMs: clock.nowMs(),
    });
    const car = { plate, model, color };
    if (connect === null) return { member: { vehicle, phone: null, car }, ids: null };

    const pause = random.fork('answers');
    const { answer, delayMs } = command.phone;
    const phone = new VirtualPhone({
      connect,
      clock,
      jack,
      answer,
      answerDelayMs: () => delayMs ?? pause.between(3_000, 12_000),
      onEvent: world.onPhone,
      onAnswered: world.onAnswered,
    });
    try {
      // At home, with the engine running: the jack must sign to be registered.
      jack.setPower(true);
      const ids = await phone.register(
        { plate, model, color, fuel },
        command.driverName,
        command.processorToken,
      );
      jack.setPower(false);
      return { member: { vehicle, phone, car }, ids };
    } catch (error) {
      phone.close();
      if (problemCodeOf(error) === 'code-already-registered' && attempt < otherJacks) continue;
      throw serverError(error);
    }
  }
}
