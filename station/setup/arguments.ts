import { parseArgs } from 'node:util';
import { err, ok, type Result } from '../../shared/domain/index.ts';
import { type LogLevel, logLevels } from './logging.ts';

export interface StationArguments {
  dataDir: string;
  host: string;
  port: number;
  networkPort: number | null;
  receivers: string[];
  demo: boolean;
  demoWalkFile: string | null;
  serverUrl: string | null;
  pairingCode: string | null;
  undoMs: number | null;
  logLevel: LogLevel;
}

export const usage = `Usage: station --data DIR [options]

  --data DIR            folder of this station's records (made when missing)
  --port N              port of the kiosk's web server (default 7420; 0 = any free one)
  --host ADDRESS        loopback address it listens on (default 127.0.0.1)
  --network-port N      other kiosks of the site at this port, over TLS (0 = any free one); without it,
                        Setup > Kiosks switches them on and off, at port 7443
  --receiver [NAME=]SPEC  a receiver, such as bay-1=hci-uart:/dev/ttyACM0 (repeatable); the receiver
                        called like a lane stands at that lane, others are what lanes are compared with
  --server-url URL      the payment server
  --pairing-code CODE   enrols this site there, unless it is enrolled already
  --demo                a simulated site with people, lanes and grades
  --demo-walk FILE      what an installer's walk of that site sounded like, taken as its walk test at the first start
  --undo-ms N           how long a hand-over can be undone
  --log-level LEVEL     ${logLevels.join(' | ')} (default info)`;

/** Command line → settings. Error: one sentence for the operator. */
export function parseStationArguments(argv: readonly string[]): Result<StationArguments, string> {
  let values: ReturnType<typeof read>;
  try {
    values = read(argv);
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
  const port = wholeNumber(values.port, 65_535);
  const networkPort =
    values['network-port'] === undefined ? null : wholeNumber(values['network-port'], 65_535);
  const undoMs = values['undo-ms'] === undefined ? null : wholeNumber(values['undo-ms'], 600_000);
  const logLevel = logLevels.find((level) => level === values['log-level']);
  if (values.data === undefined || values.data === '') return err('--data DIR is missing');
  if (port === undefined) return err('--port must be a number from 0 to 65535');
  if (networkPort === undefined) return err('--network-port must be a number from 0 to 65535');
  if (!['127.0.0.1', '::1', 'localhost'].includes(values.host)) {
    // Plain HTTP on a network would show PINs to whoever listens, to kiosks that nobody let in.
    return err('--host must be a loopback address: other kiosks come over TLS, by --network-port');
  }
  if (undoMs === undefined) return err('--undo-ms must be a number from 0 to 600000');
  if (logLevel === undefined) return err(`--log-level must be one of ${logLevels.join(', ')}`);
  const serverUrl = values['server-url'] ?? null;
  if (serverUrl !== null && !/^https?:$/.test(URL.parse(serverUrl)?.protocol ?? '')) {
    return err('--server-url must be an http or https address');
  }
  if (values['demo-walk'] !== undefined && !values.demo) return err('--demo-walk needs --demo');
  if (values['pairing-code'] !== undefined && serverUrl === null) {
    return err('--pairing-code needs --server-url');
  }
  return ok({
    dataDir: values.data,
    host: values.host,
    port,
    networkPort,
    receivers: values.receiver,
    demo: values.demo,
    demoWalkFile: values['demo-walk'] ?? null,
    serverUrl,
    pairingCode: values['pairing-code'] ?? null,
    undoMs,
    logLevel,
  });
}

function read(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    strict: true,
    allowPositionals: false,
    options: {
      data: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '7420' },
      'network-port': { type: 'string' },
      receiver: { type: 'string', multiple: true, default: [] },
      'demo-walk': { type: 'string' },
      demo: { type: 'boolean', default: false },
      'server-url': { type: 'string' },
      'pairing-code': { type: 'string' },
      'undo-ms': { type: 'string' },
      'log-level': { type: 'string', default: 'info' },
    },
  }).values;
}

function wholeNumber(text: string, max: number): number | undefined {
  return /^[0-9]{1,9}$/.test(text) && Number(text) <= max ? Number(text) : undefined;
}
