/**
 * A session with BlueZ on the system bus: node-ble opens it and finds the adapter; its bus then carries
 * our calls, each with a time limit, and the signals of every device at once. (node-ble itself would need
 * one proxy per device, made by polling.)
 */

import type { MessageBus } from 'dbus-next';
import { type Cancel, type Clock, err, ok, type Result } from '../../shared/domain/index.ts';
import type { ReceiverError } from '../receiver.ts';

export interface BusSignal {
  path: string;
  interface: string;
  member: string;
  body: readonly unknown[];
}

export interface BluezBusOptions {
  clock: Clock;
  signal(signal: BusSignal): void;
  /** The bus or BlueZ went away. */
  lost(reason: ReceiverError): void;
}

/** All waiting of this driver, in milliseconds. */
export const bluezDelays = {
  callTimeoutMs: 5_000,
  /** How often the bus is asked whether BlueZ still owns its name: a bus that dies says nothing. */
  keepAliveMs: 2_000,
} as const;

const service = 'org.bluez';
const busName = 'org.freedesktop.DBus';
const busPath = '/org/freedesktop/DBus';

export class BluezBus {
  readonly #options: BluezBusOptions;
  readonly #bus: MessageBus;
  readonly #destroy: () => void;
  readonly #Message: typeof import('dbus-next').Message;
  #cancelKeepAlive: Cancel = () => {};
  /** Calls that wait: a bus that goes away never answers them. */
  readonly #waiting = new Set<(reason: ReceiverError) => void>();
  #ended = false;

  private constructor(
    options: BluezBusOptions,
    bus: MessageBus,
    destroy: () => void,
    message: typeof import('dbus-next').Message,
  ) {
    this.#options = options;
    this.#bus = bus;
    this.#destroy = destroy;
    this.#Message = message;
    bus.on('message', (signal) => {
      if (!this.#ended && signal.type === 4) this.#signal(signal);
    });
    bus.on('error', (cause: unknown) => this.#lose(`the system bus failed: ${textOf(cause)}`));
  }

  static async open(options: BluezBusOptions): Promise<Result<BluezBus, ReceiverError>> {
    const [{ default: nodeBle }, dbus] = await Promise.all([import('node-ble'), import('dbus-next')]);
    const { bluetooth, destroy } = nodeBle.createBluetooth();
    const bus: unknown = Reflect.get(bluetooth, 'dbus');
    if (!isMessageBus(bus)) throw new TypeError('node-ble has no bus of dbus-next; was its version changed?');
    const opened = new BluezBus(options, bus, destroy, dbus.default.Message);
    for (const rule of [
      `type='signal',sender='${service}',interface='org.freedesktop.DBus.Properties',member='PropertiesChanged'`,
      `type='signal',sender='${service}',interface='org.freedesktop.DBus.ObjectManager'`,
      `type='signal',sender='${busName}',member='NameOwnerChanged',arg0='${service}'`,
    ]) {
      const added = await opened.callBus('AddMatch', 's', [rule]);
      if (!added.ok) {
        opened.close();
        return err({ code: 'bus-unreachable', text: `the system bus does not answer: ${added.error.text}` });
      }
    }
    const owner = await opened.callBus('GetNameOwner', 's', [service]);
    if (!owner.ok) {
      opened.close();
      return err({ code: 'bus-unreachable', text: 'BlueZ is not running (no org.bluez on the system bus)' });
    }
    opened.#keepAlive();
    return ok(opened);
  }

  /** A method of BlueZ. The error's text carries the D-Bus error's name. */
  call(
    path: string,
    iface: string,
    member: string,
    signature = '',
    body: unknown[] = [],
  ): Promise<Result<unknown[], ReceiverError>> {
    return this.#send({ destination: service, path, interface: iface, member, signature, body });
  }

  callBus(member: string, signature: string, body: unknown[]): Promise<Result<unknown[], ReceiverError>> {
    return this.#send({ destination: busName, path: busPath, interface: busName, member, signature, body });
  }

  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#cancelKeepAlive();
    this.#destroy();
  }

  #send(
    message: ConstructorParameters<typeof import('dbus-next').Message>[0],
  ): Promise<Result<unknown[], ReceiverError>> {
    const name = `${message.interface}.${message.member}`;
    if (this.#ended)
      return Promise.resolve(err({ code: 'bus-unreachable', text: `${name}: the session is over` }));
    return new Promise((settle) => {
      const done = (result: Result<unknown[], ReceiverError>) => {
        cancel();
        this.#waiting.delete(giveUp);
        settle(result);
      };
      const giveUp = (reason: ReceiverError) => done(err(reason));
      const cancel = this.#options.clock.schedule(bluezDelays.callTimeoutMs, () => {
        giveUp({ code: 'no-answer', text: `no answer to ${name} within ${bluezDelays.callTimeoutMs} ms` });
      });
      this.#waiting.add(giveUp);
      this.#bus.call(new this.#Message(message)).then(
        (reply) => done(ok(reply?.body ?? [])),
        (cause: unknown) => giveUp({ code: codeOf(cause), text: `${name}: ${textOf(cause)}` }),
      );
    });
  }

  #signal(signal: BusSignal): void {
    if (signal.member === 'NameOwnerChanged' && signal.body[0] === service) {
      this.#lose('BlueZ stopped or was restarted');
      return;
    }
    this.#options.signal(signal);
  }

  #keepAlive(): void {
    this.#cancelKeepAlive = this.#options.clock.schedule(bluezDelays.keepAliveMs, () => {
      void this.callBus('GetNameOwner', 's', [service]).then((owner) => {
        if (this.#ended) return;
        if (owner.ok) this.#keepAlive();
        else this.#lose(`the system bus went away: ${owner.error.text}`);
      });
    });
  }

  #lose(text: string): void {
    if (this.#ended) return;
    const reason: ReceiverError = { code: 'bus-unreachable', text };
    this.close();
    for (const giveUp of [...this.#waiting]) giveUp(reason);
    this.#options.lost(reason);
  }
}

function isMessageBus(value: unknown): value is MessageBus {
  return (
    typeof value === 'object' && value !== null && 'call' in value && 'on' in value && 'disconnect' in value
  );
}

function textOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const type = 'type' in cause && typeof cause.type === 'string' ? `${cause.type}: ` : '';
  return `${type}${cause.message}`;
}

/** The bus's policy, or BlueZ's own, against what this user may do. */
function codeOf(cause: unknown): 'permission-denied' | 'command-refused' {
  return /AccessDenied|AuthFailed|NotPermitted|NotAuthorized/.test(textOf(cause))
    ? 'permission-denied'
    : 'command-refused';
}
