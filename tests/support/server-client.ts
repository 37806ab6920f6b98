/** A driver's phone and a plain client of the payment server's public API, for tests. */
import { randomBytes } from 'node:crypto';
import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { OpenAPILink } from '@orpc/openapi-client/fetch';
import { authCode } from '../../shared/auth-code/index.ts';
import { type BeaconCode, beaconCode, type Fuel, newId } from '../../shared/domain/index.ts';
import { type ServerContract, serverContract } from '../../shared/server-contract/index.ts';

interface CallContext {
  idempotencyKey?: string;
}
export type ServerClient = ContractRouterClient<ServerContract, CallContext>;

/** @param token of a phone or a site; null for the public calls */
export function serverClient(url: string, token: string | null): ServerClient {
  const link = new OpenAPILink<CallContext>(serverContract, {
    url,
    headers: ({ context }) => ({
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      'idempotency-key': context.idempotencyKey ?? newId(),
    }),
  });
  return createORPCClient(link);
}

export interface TestDriver {
  token: string;
  phone: ServerClient;
  jackId: string;
  paymentMethodId: string;
  plate: string;
  code: BeaconCode;
  authenticationKey: Buffer;
}

/** A driver with a phone, a car, a jack with a static code, and a card. */
export async function registerDriver(
  url: string,
  car: { plate: string; fuel?: Fuel; processorToken?: string },
): Promise<TestDriver> {
  const open = serverClient(url, null);
  const { token } = await open.public.registerDriver({
    name: 'Test Driver',
    locale: 'en',
    phoneName: 'test',
  });
  const phone = serverClient(url, token);
  const { vehicleId } = await phone.phone.addVehicle({
    plate: car.plate,
    model: 'Sonata',
    color: 'grey',
    fuel: car.fuel ?? 'diesel',
  });
  const code = beaconCode('eddystone-uid', randomBytes(16).toString('hex'));
  const authenticationKey = randomBytes(32);
  const { challengeId, challenge } = await phone.phone.challengeJack({});
  // The jack's clock goes as the server's: tests move that one.
  const { nowMs } = await open.public.health({});
  const { jackId } = await phone.phone.addJack({
    vehicleId,
    secrets: { behaviour: 'static', code },
    authenticationKey: authenticationKey.toString('hex'),
    possession: { challengeId, authCode: authCode(authenticationKey, challenge, nowMs) },
  });
  const { paymentMethodId } = await phone.phone.addPaymentMethod({
    processorToken: car.processorToken ?? 'tok_ok',
    label: 'Test card',
  });
  return { token, phone, jackId, paymentMethodId, plate: car.plate, code, authenticationKey };
}

/** Orders and pays `items` pieces of the first thing on the menu. */
export async function order(driver: TestDriver, siteId: string, items = 1) {
  const { items: menu } = await driver.phone.phone.menu({ siteId });
  const first = menu[0];
  if (first === undefined) throw new Error('the menu is empty');
  const { preorder } = await driver.phone.phone.createPreorder({
    siteId,
    jackId: driver.jackId,
    paymentMethodId: driver.paymentMethodId,
    promisedAtMs: null,
    items: [{ menuItemId: first.menuItemId, quantity: items, options: [] }],
  });
  return preorder;
}
