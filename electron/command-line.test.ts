import { describe, expect, it } from 'vitest';
import { parseShellArguments } from './command-line.ts';

describe('the command line of the shell', () => {
  it('makes a kiosk with a station of its own when it is empty', () => {
    expect(parseShellArguments([])).toEqual({
      windowed: false,
      dataDir: null,
      stationUrl: null,
      stationArguments: [],
    });
  });

  it('hands the station what is meant for the station', () => {
    const { stationArguments, dataDir } = parseShellArguments([
      '--data',
      'd',
      '--receiver',
      'bay-1=hci-uart:/dev/ttyACM0',
      '--receiver=hci-uart:/dev/ttyACM1',
      '--demo',
    ]);
    expect(dataDir).toBe('d');
    expect(stationArguments).toEqual([
      '--receiver',
      'bay-1=hci-uart:/dev/ttyACM0',
      '--receiver',
      'hci-uart:/dev/ttyACM1',
      '--demo',
    ]);
  });

  it("passes over Chromium's switches, which stand among its own", () => {
    const options = parseShellArguments(['--inspect=0', '--remote-debugging-port=0', '.', '--windowed']);
    expect(options.windowed).toBe(true);
    expect(options.stationArguments).toEqual([]);
  });

  it.each(['http://127.0.0.1:4700/board', 'http://localhost:4700', 'http://[::1]:4700'])(
    'shows a station of this machine: %s',
    (address) => {
      expect(parseShellArguments(['--station-url', address]).stationUrl).toBe(new URL(address).origin);
    },
  );

  it.each(['http://example.org', 'file:///etc/passwd', 'http://127.0.0.1.example.org', 'nonsense'])(
    'shows nothing of another machine or kind: %s',
    (address) => {
      expect(parseShellArguments([`--station-url=${address}`]).stationUrl).toBeNull();
    },
  );
});
