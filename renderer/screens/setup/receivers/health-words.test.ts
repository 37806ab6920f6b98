import { describe, expect, it } from 'vitest';
import { en } from '../../../words/en.ts';
import { ko } from '../../../words/ko.ts';
import { reasonWords } from './health-words.ts';

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
