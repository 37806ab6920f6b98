import { describe, expect, it } from 'vitest';
import { parseStationArguments } from './arguments.ts';

describe("the station's command line", () => {
  it('has sensible answers for all that is left out', () => {
    const parsed = parseStationArguments(['--data', 'records']);
    expect(parsed).toEqual({
      ok: true,
      value: {
        dataDir: 'records',
        host: '127.0.0.1',
        port: 7420,
        networkPort: null,
        receivers: [],
        demo: false,
        demoWalkFile: null,
        serverUrl: null,
        pairingCode: null,
        undoMs: null,
        logLevel: 'info',
      },
    });
  });

  it('takes everything, receivers as often as they come', () => {
    const parsed = parseStationArguments(
      '--data d --port 0 --network-port 0 --host ::1 --receiver a=hci-uart:x --receiver b=hci-uart:y --demo --undo-ms 0 --server-url https://pay.example --pairing-code AB-CD --log-level warn'.split(
        ' ',
      ),
    );
    expect(parsed.ok && parsed.value).toMatchObject({
      port: 0,
      networkPort: 0,
      receivers: ['a=hci-uart:x', 'b=hci-uart:y'],
      demo: true,
      undoMs: 0,
      pairingCode: 'AB-CD',
      logLevel: 'warn',
    });
  });

  it.each([
    [['--port', '0'], '--data DIR is missing'],
    [['--data', ''], '--data DIR is missing'],
    [['--data', 'x', '--port', 'http'], '--port must be'],
    [['--data', 'x', '--port', '65536'], '--port must be'],
    [['--data', 'x', '--port', '-1'], '--port'],
    [['--data', 'x', '--network-port', 'x'], '--network-port must be'],
    [['--data', 'x', '--host', '0.0.0.0'], '--host must be a loopback address'],
    [['--data', 'x', '--undo-ms', '1e3'], '--undo-ms must be'],
    [['--data', 'x', '--nonsense'], '--nonsense'],
    [['--data', 'x', 'y'], 'y'],
    [['--data', 'x', '--pairing-code', 'ABCD'], '--pairing-code needs --server-url'],
    [['--data', 'x', '--server-url', 'ftp://server'], '--server-url must be'],
    [['--data', 'x', '--server-url', 'server'], '--server-url must be'],
    [['--data', 'x', '--log-level', 'loud'], '--log-level must be'],
  ])('explains what is wrong with %j', (argv, sentence) => {
    const parsed = parseStationArguments(argv);
    expect(parsed.ok).toBe(false);
    expect(!parsed.ok && parsed.error).toContain(sentence);
  });
});
