import { describe, expect, it } from 'vitest';
import { beaconCode } from '../../shared/domain/index.ts';
import { type PresenceChange, PresenceEngine, type PresenceSettings } from './index.ts';

const oneReceiver: PresenceSettings = {
  lanes: [{ laneId: 'bay-1', kind: 'bay', receivers: [{ receiverId: 'counter' }] }],
};
const code = beaconCode('eddystone-uid', '00'.repeat(16));

describe('the judgement of presence', () => {
  it('shows a single weak hearing as tentative instead of dropping it', () => {
    const engine = new PresenceEngine(oneReceiver);
    const changes = engine.sighting({ code, receiverId: 'counter', rssiDbm: -95, atMs: 0 });
    expect(changes.map((c) => c.state)).toEqual(['tentative']);
  });

  it('says arrived with the lane and the time of the first hearing', () => {
    const engine = new PresenceEngine(oneReceiver);
    engine.tick(0);
    const changes: PresenceChange[] = [];
    for (let atMs = 10_000; atMs <= 12_000; atMs += 200) {
      changes.push(...engine.sighting({ code, receiverId: 'counter', rssiDbm: -55, atMs }));
    }
    expect(changes.map((c) => c.state)).toEqual(['tentative', 'approaching', 'arrived']);
    expect(changes.at(-1)).toMatchObject({ laneId: 'bay-1', firstHeardAtMs: 10_000 });
  });
});
