import { describe, expect, it } from 'vitest';
import type { Lane } from '../../shared/station-contract/index.ts';
import { laneSettings, parseLaneReceivers } from './lane-map.ts';
import { parseNamedSpecs } from './named-spec.ts';

const lanes: Lane[] = [
  { laneId: 'bay-1', kind: 'bay', number: 1, name: null },
  { laneId: 'pump-1', kind: 'pump', number: 1, name: null },
];

function specs(...texts: string[]) {
  const parsed = parseNamedSpecs(texts);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}
const heard = (settings: ReturnType<typeof laneSettings>) =>
  Object.fromEntries(settings.map((lane) => [lane.laneId, lane.receivers.map((one) => one.receiverId)]));

describe('the names of receivers', () => {
  it('are taken from the command line, or made up', () => {
    expect(specs('entrance=hci-uart:tcp:127.0.0.1:5001', 'hci-uart:/dev/ttyACM0?baud=1000000')).toEqual([
      { receiverId: 'entrance', named: true, spec: 'hci-uart:tcp:127.0.0.1:5001' },
      { receiverId: 'receiver-2', named: false, spec: 'hci-uart:/dev/ttyACM0?baud=1000000' },
    ]);
  });

  it('keep what stands behind an equals sign of the specification', () => {
    expect(specs('replay:/a/b=c.btsnoop')[0]).toMatchObject({ named: false, spec: 'replay:/a/b=c.btsnoop' });
  });

  it.each(['', '=hci-uart:x', 'a=', 'a=b=c', '/dev/ttyACM0', 'x=/dev/ttyACM0'])('refuse "%s"', (text) => {
    expect(parseNamedSpecs([text]).ok).toBe(false);
  });

  it('are not given twice', () => {
    expect(parseNamedSpecs(['a=hci-uart:x', 'a=hci-uart:y'])).toMatchObject({ ok: false });
  });
});

describe('which receiver hears which lane', () => {
  it('follows the names', () => {
    const settings = laneSettings(lanes, specs('bay-1=hci-uart:a', 'entrance=hci-uart:b'));
    expect(heard(settings)).toEqual({ 'bay-1': ['bay-1'], 'pump-1': [] });
  });

  it('follows the installer before the names, and forgets receivers that are no longer there', () => {
    const chosen = parseLaneReceivers('{"pump-1":["entrance","gone"],"bay-1":[]}');
    const settings = laneSettings(lanes, specs('bay-1=hci-uart:a', 'entrance=hci-uart:b'), chosen);
    expect(heard(settings)).toEqual({ 'bay-1': [], 'pump-1': ['entrance'] });
  });

  it('cannot be told by one receiver without a name: it hears them all', () => {
    expect(heard(laneSettings(lanes, specs('hci-uart:a')))).toEqual({
      'bay-1': ['receiver-1'],
      'pump-1': ['receiver-1'],
    });
  });

  it.each([null, '', '[]', '{"bay-1":"x"}', 'null', '{"bay-1":[1]}'])(
    'takes unreadable settings %j as none',
    (text) => {
      const chosen = parseLaneReceivers(text);
      expect(heard(laneSettings(lanes, specs('pump-1=hci-uart:a'), chosen))['pump-1']).toEqual(['pump-1']);
    },
  );
});
