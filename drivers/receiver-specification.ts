/**
 * The text form of a receiver, as it stands in settings and on command lines, → receiver.
 *
 *   hci-uart:/dev/ttyACM0              a Bluetooth controller on a serial port
 *   hci-uart:COM3?baud=1000000&rtscts  with its speed and flow control
 *   hci-uart:tcp:127.0.0.1:5001        a serial port on the network (ser2net), or unix:/path
 *   gateway:/dev/ttyUSB0               a gateway that prints JSON (OpenMQTTGateway, Theengs)
 *   bluez  or  bluez:hci1              the machine's own adapter on Linux
 *   native                             the machine's own adapter on Windows and macOS
 *   replay:/path/file.btsnoop?speed=4&repeat
 *
 * Each driver is loaded when it is first used: a site with a serial receiver never loads D-Bus.
 */
import { type Clock, err, ok, type Result, systemClock, throwIllegalValue } from '../shared/domain/index.ts';
import { type Receiver, type ReceiverError, type ReceiverKind, receiverKinds } from './receiver.ts';
import type { PortLineOptions, SerialLine } from './serial/index.ts';

export interface ReceiverSpecification {
  kind: ReceiverKind;
  /** Serial port, file, or adapter. */
  target: string;
  options: ReadonlyMap<string, string>;
}

export function parseReceiverSpecification(text: string): Result<ReceiverSpecification, ReceiverError> {
  const colon = text.indexOf(':');
  const kind = receiverKinds.find((known) => known === (colon < 0 ? text : text.slice(0, colon)));
  if (kind === undefined) {
    return refuse(text, `it must begin with one of ${receiverKinds.map((known) => `${known}:`).join(' ')}`);
  }
  const rest = colon < 0 ? '' : text.slice(colon + 1);
  const question = rest.indexOf('?');
  const target = question < 0 ? rest : rest.slice(0, question);
  const options = new Map(new URLSearchParams(question < 0 ? '' : rest.slice(question + 1)));
  if (target === '' && (kind === 'hci-uart' || kind === 'gateway' || kind === 'replay')) {
    return refuse(text, `${kind}: needs a ${kind === 'replay' ? 'file' : 'serial port'} behind the colon`);
  }
  for (const name of ['baud', 'speed']) {
    const value = options.get(name);
    if (value !== undefined && !(Number(value) > 0)) return refuse(text, `${name} must be a number above 0`);
  }
  return ok({ kind, target, options });
}

export interface CreateReceiverOptions {
  /** Stands in every report. */
  id: string;
  clock?: Clock;
}

/**
 * A new, unopened receiver. Errors: `bad-specification`, and `unsupported-here` where the machine or
 * this build lacks what the driver needs.
 */
export async function createReceiver(
  specification: string | ReceiverSpecification,
  options: CreateReceiverOptions,
): Promise<Result<Receiver, ReceiverError>> {
  const factory = await receiverFactory(specification, options);
  return factory.ok ? ok(factory.value()) : factory;
}

/** As {@link createReceiver}, but a factory for a supervisor that makes a new receiver for each attempt. */
export async function receiverFactory(
  specification: string | ReceiverSpecification,
  options: CreateReceiverOptions,
): Promise<Result<() => Receiver, ReceiverError>> {
  const parsed =
    typeof specification === 'string' ? parseReceiverSpecification(specification) : ok(specification);
  if (!parsed.ok) return parsed;
  const { kind, target, options: extra } = parsed.value;
  const { id } = options;
  const clock = options.clock ?? systemClock;
  const baud = extra.get('baud');
  const port = {
    path: target,
    baudRate: baud === undefined ? undefined : Number(baud),
    rtscts: extra.has('rtscts') && extra.get('rtscts') !== 'false',
  };
  switch (kind) {
    case 'hci-uart': {
      const [{ HciUartReceiver }, line] = await Promise.all([
        import('./hci-uart/index.ts'),
        lineFactory(port, clock),
      ]);
      return line.ok ? ok(() => new HciUartReceiver({ id, clock, line: line.value() })) : line;
    }
    case 'gateway': {
      const [{ GatewayReceiver }, line] = await Promise.all([
        import('./gateway/index.ts'),
        lineFactory(port, clock),
      ]);
      return line.ok ? ok(() => new GatewayReceiver({ id, clock, line: line.value() })) : line;
    }
    case 'bluez': {
      if (process.platform !== 'linux') {
        return err({ code: 'unsupported-here', text: 'bluez: receivers need Linux' });
      }
      const { BluezReceiver } = await import('./bluez/index.ts');
      return ok(() => new BluezReceiver({ id, clock, adapter: target === '' ? undefined : target }));
    }
    case 'replay': {
      const { ReplayReceiver } = await import('./replay/index.ts');
      const pace = { kind: 'in-time', speed: Number(extra.get('speed') ?? 1) } as const;
      return ok(() => new ReplayReceiver({ id, clock, path: target, pace, repeat: extra.has('repeat') }));
    }
    case 'native': {
      if (process.platform !== 'win32' && process.platform !== 'darwin') {
        return err({
          code: 'unsupported-here',
          text: 'native: receivers need Windows or macOS; here it is bluez:',
        });
      }
      const { NativeReceiver } = await import('./native/index.ts');
      return ok(() => new NativeReceiver({ id, clock }));
    }
    default:
      return throwIllegalValue(kind);
  }
}

/** A serial port of this machine, or one on the network. A line lives once, so each receiver gets a new one. */
async function lineFactory(
  port: PortLineOptions,
  clock: Clock,
): Promise<Result<() => SerialLine, ReceiverError>> {
  const { createPortLine, createTcpLine, isSocketTarget, parseSocketTarget } = await import(
    './serial/index.ts'
  );
  if (!isSocketTarget(port.path)) return ok(() => createPortLine(port));
  if (parseSocketTarget(port.path) === null)
    return refuse(port.path, 'it is neither tcp:host:port nor unix:path');
  return ok(() => createTcpLine(port.path, clock));
}

function refuse(text: string, why: string): Result<never, ReceiverError> {
  return err({ code: 'bad-specification', text: `"${text}" names no receiver: ${why}` });
}
