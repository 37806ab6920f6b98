/** Virtual carts: the phone takes one, and the cart's own scanner and scale say what is in it. */
import { newId } from '../../shared/domain/index.ts';
import { demoCartCode, demoCartToken } from '../../shared/server-contract/index.ts';
import type { ConnectPhone, VirtualPhone } from '../phone/index.ts';
import type { LotCommand } from './commands.ts';
import { LotError } from './lot-error.ts';

type CartCommand = Extract<
  LotCommand,
  { do: 'cartTake' | 'cartPut' | 'cartWeigh' | 'cartCheckout' | 'cartLeave' }
>;

/** Which cart each car's driver has, for the verbs that name the car alone. */
export class VirtualCarts {
  readonly #connect: ConnectPhone;
  readonly #numbers = new Map<string, number>();

  constructor(connect: ConnectPhone) {
    this.#connect = connect;
  }

  /** @throws LotError no-phone when the driver has no cart; what the server answered otherwise */
  async do(command: CartCommand, phone: VirtualPhone): Promise<Record<string, unknown>> {
    if (command.do === 'cartTake') {
      const cart = await phone.takeCart(demoCartCode(command.number));
      this.#numbers.set(command.plate, command.number);
      return { tripId: cart.trip.tripId, number: cart.number };
    }
    const number = this.#numbers.get(command.plate);
    if (number === undefined) throw new LotError('no-phone', `the driver of ${command.plate} has no cart`);
    const device = this.#connect(demoCartToken(number)).cart;
    const context = { context: { idempotencyKey: newId() } };
    switch (command.do) {
      case 'cartPut': {
        const { barcode, quantity, weightGram } = command;
        const { cart } = await device.putInCart({ goods: { barcode }, quantity, weightGram }, context);
        return { total: cart.trip?.total, expectedGram: cart.trip?.weight.expectedGram };
      }
      case 'cartWeigh': {
        const { cart } = await device.weighCart({ measuredGram: command.measuredGram }, context);
        return { verdict: cart.trip?.weight.verdict };
      }
      case 'cartCheckout':
        return { cart: await phone.checkOutCart(command.asPickup) };
      case 'cartLeave':
        return { cart: await phone.leaveCart() };
    }
  }
}
