/** The three programs of the demo and of the end-to-end tests, with the words they greet with. */
import { type LaunchOptions, launch, type Program } from './child.ts';

export interface ServerHandle {
  program: Program;
  url: string;
  demo: { pairingCode: string; siteId: string } | null;
}

type Extra = Pick<LaunchOptions<unknown>, 'onLine' | 'env'>;

export async function launchServer(
  options: { dataDir: string; port?: number; demo?: boolean; args?: string[] } & Extra,
): Promise<ServerHandle> {
  let demo: ServerHandle['demo'] = null;
  const { program, greeting } = await launch({
    name: 'payment server',
    entry: 'server/main.ts',
    args: [
      '--data',
      options.dataDir,
      '--port',
      String(options.port ?? 0),
      ...(options.demo ? ['--demo'] : []),
      ...(options.args ?? []),
    ],
    env: options.env,
    onLine: options.onLine,
    ready(line) {
      if (line.startsWith('{"demo"')) demo = (JSON.parse(line) as { demo: ServerHandle['demo'] }).demo;
      const url = /Payment server ready at (\S+)/.exec(line)?.[1];
      return url !== undefined && (!options.demo || demo !== null) ? url : undefined;
    },
  });
  return { program, url: greeting, demo };
}

export interface SimulatorHandle {
  program: Program;
  controlUrl: string;
  /** Receiver name → spec for the station. */
  receivers: Record<string, string>;
}

export async function launchSimulator(
  options: { serverUrl: string; siteId: string; scenario: 'demo' | 'none'; args?: string[] } & Extra,
): Promise<SimulatorHandle> {
  const { program, greeting } = await launch({
    name: 'simulator',
    entry: 'simulator/main.ts',
    args: [
      '--server-url',
      options.serverUrl,
      '--site-id',
      options.siteId,
      '--scenario',
      options.scenario,
      ...(options.args ?? []),
    ],
    env: options.env,
    onLine: options.onLine,
    ready: (line) =>
      line.startsWith('{"simulator"')
        ? (JSON.parse(line) as { simulator: Omit<SimulatorHandle, 'program'> }).simulator
        : undefined,
  });
  return { program, ...greeting };
}

export interface StationHandle {
  program: Program;
  url: string;
}

export async function launchStation(
  options: {
    dataDir: string;
    port?: number;
    receivers: Record<string, string>;
    serverUrl?: string;
    pairingCode?: string;
    demo?: boolean;
    demoWalkFile?: string;
    args?: string[];
  } & Extra,
): Promise<StationHandle> {
  const { program, greeting } = await launch({
    name: 'station',
    entry: 'station/main.ts',
    args: stationArgs(options),
    env: options.env,
    onLine: options.onLine,
    ready: (line) => /Kiosk ready at (\S+)/.exec(line)?.[1],
  });
  return { program, url: greeting };
}

/** The station's command line; Electron's shell hands the same to its utility process. */
export function stationArgs(options: {
  dataDir: string;
  port?: number;
  receivers: Record<string, string>;
  serverUrl?: string;
  pairingCode?: string;
  demo?: boolean;
  demoWalkFile?: string;
  args?: string[];
}): string[] {
  return [
    '--data',
    options.dataDir,
    '--port',
    String(options.port ?? 0),
    ...Object.entries(options.receivers).flatMap(([name, spec]) => ['--receiver', `${name}=${spec}`]),
    ...(options.serverUrl ? ['--server-url', options.serverUrl] : []),
    ...(options.pairingCode ? ['--pairing-code', options.pairingCode] : []),
    ...(options.demo ? ['--demo'] : []),
    ...(options.demoWalkFile ? ['--demo-walk', options.demoWalkFile] : []),
    ...(options.args ?? []),
  ];
}
