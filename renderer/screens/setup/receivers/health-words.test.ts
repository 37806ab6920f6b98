import { describe, expect, it } from 'vitest';
import { en } from '../../../words/en.ts';
import { ko } from '../../../words/ko.ts';
import { healthWords, reasonWords } from './health-words.ts';

describe('why a receiver does not hear', () => {
  it('is said of an adapter without cables, speeds and groups of ports', () => {
    for (const spec of ['bluez', 'bluez:hci1', 'native']) {
      for (const reason of ['permission-denied', 'no-answer', 'command-refused']) {
        const words = reasonWords(reason, spec, en);
        expect(words).not.toMatch(/port|speed|cable|firmware|dialout/i);
        expect(words).not.toBe(reasonWords(reason, 'hci-uart:/dev/ttyACM0', en));
        expect(reasonWords(reason, spec, ko)).not.toBe(reasonWords(reason, 'hci-uart:/dev/ttyACM0', ko));
      }
    }
    expect(reasonWords('permission-denied', 'hci-uart:/dev/ttyACM0', en)).toContain('dialout');
  });

  it('is said of a device on the network by its address', () => {
    expect(reasonWords('port-not-found', 'gateway:tcp:10.0.0.7:5001', en)).toContain('address');
    expect(reasonWords('port-not-found', 'gateway:/dev/ttyUSB0', en)).toContain('plugged in');
    expect(reasonWords('port-busy', 'hci-uart:tcp:10.0.0.7:5001', en)).toContain('open already');
  });
});

it('tells of a silent receiver what can be checked of such a one', () => {
  const hint = (spec: string, w = en) => {
    const health = { state: 'silent', sinceMs: 0, restarts: 1 } as const;
    const receiver = { receiverId: 'r', name: 'Entrance', kind: 'any', spec, health, lastReportAtMs: null };
    return healthWords({ ...receiver, reportsPerSecond: 0, discardedBytes: 0 }, 30_000, w).hint;
  };
  expect(hint('hci-uart:/dev/ttyACM0')).toContain('Check the cable');
  expect(hint('bluez:hci0')).toContain('Check Bluetooth of this machine');
  expect(hint('gateway:tcp:10.0.0.7:5001')).toContain('Check the device');
  expect(hint('bluez:hci0', ko)).toContain('블루투스를 확인');
});

describe('a receiver that is lost again and again', () => {
  const said = (changes: object, spec = 'hci-uart:/dev/ttyACM0', w = en) => {
    const unstable = { state: 'unstable', sinceMs: 0, reason: 'port-lost', losses: 4 } as const;
    const health = { ...unstable, withinMs: 600_000, connected: true, ...changes };
    const receiver = { receiverId: 'r', name: 'Entrance', kind: 'any', spec, health, lastReportAtMs: null };
    return healthWords({ ...receiver, reportsPerSecond: 0, discardedBytes: 0 }, 30_000, w);
  };

  it('is told how often, within which time, what to check and when it is called well again', () => {
    const { tone, word, hint } = said({});
    expect([tone, word]).toEqual(['amber', 'Unstable']);
    expect(hint).toBe(
      'Lost 4 times in the last 10 minutes: check the cable, its plugs and the hub between them. ' +
        'It is called healthy again when it has held for 10 minutes.',
    );
    expect(said({ losses: 1 }).hint).toContain('Lost once in');
    expect(said({ connected: false }).word).toBe('Unstable, lost just now');
    expect(said({}, 'hci-uart:/dev/ttyACM0', ko).hint).toContain(
      '최근 10분 동안 4번 끊겼습니다. 케이블과 플러그',
    );
  });

  it('is told what can be checked of such a one, and what ended its scan', () => {
    expect(said({}, 'gateway:tcp:10.0.0.7:5001').hint).toContain('check the network');
    expect(said({ reason: 'discovery-stopped' }, 'bluez:hci0').hint).toContain('Another program stopped');
    for (const reason of ['port-lost', 'adapter-missing', 'discovery-stopped']) {
      expect(said({ reason }, 'bluez:hci0').hint).not.toMatch(/cable|plug/);
      expect(said({ reason }, 'bluez:hci0', ko).hint).not.toMatch(/케이블|플러그/);
    }
  });
});
