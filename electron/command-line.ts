/** What the kiosk's shell is told when it is started, and what of it goes on to the station. */
export interface ShellOptions {
  /** An ordinary window instead of the kiosk's full screen: for demos and development. */
  windowed: boolean;
  /** Where everything of this kiosk is kept; null: the user's application data folder. */
  dataDir: string | null;
  /**
   * A station that runs already on this machine (as a service): the window shows what it serves and no
   * station is started. Loopback addresses only.
   */
  stationUrl: string | null;
  /** Passed on as they are: `--receiver …`, `--server-url …`, `--pairing-code …`, `--demo`, `--log-level …`. */
  stationArguments: string[];
}

const withValue = new Set([
  '--receiver',
  '--network-port',
  '--server-url',
  '--pairing-code',
  '--undo-ms',
  '--log-level',
  '--data',
  '--station-url',
]);

/**
 * Reads the arguments after the program. Chromium's own switches (`--no-sandbox`,
 * `--remote-debugging-port=0`, …) stand among them and are passed over.
 */
export function parseShellArguments(argv: readonly string[]): ShellOptions {
  const options: ShellOptions = { windowed: false, dataDir: null, stationUrl: null, stationArguments: [] };
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? '';
    const equals = argument.indexOf('=');
    const name = equals === -1 ? argument : argument.slice(0, equals);
    if (name === '--windowed') options.windowed = true;
    else if (name === '--demo') options.stationArguments.push('--demo');
    else if (withValue.has(name)) {
      const value = equals === -1 ? argv[++index] : argument.slice(equals + 1);
      if (value === undefined) continue;
      if (name === '--data') options.dataDir = value;
      else if (name === '--station-url') options.stationUrl = loopbackUrl(value);
      else options.stationArguments.push(name, value);
    }
  }
  return options;
}

/** @returns the address's origin; null when it is not of this very machine. */
function loopbackUrl(text: string): string | null {
  const url = URL.parse(text);
  const isLocal = url !== null && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  return isLocal && /^https?:$/.test(url.protocol) ? url.origin : null;
}
