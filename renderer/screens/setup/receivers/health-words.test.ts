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
