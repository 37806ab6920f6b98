import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeNumber, key, refusedFor } from '../core/test-lot.ts';
import { InstallerWorld } from './installer.testing.ts';

/** The manager at one kiosk, the installer at another: both see the same, and both save. */
describe('two who set up the radio at once', () => {
  let one: InstallerWorld;
  beforeEach(async () => {
    one = new InstallerWorld();
    await one.start();
  });
  afterEach(() => one.end());

  const at = (receiverId: string, enterDbm: number | null = null) => ({
    receiverId,
    enterDbm,
    exitDbm: null,
  });
  const lane = (laneId: string) => {
    const found = one.installer.lanes().find((view) => view.laneId === laneId);
    if (found === undefined) throw new Error(`no lane ${laneId}`);
    return { laneId, receivers: found.receivers };
  };

  it('are not undone by each other: the later save of a lane is refused with who was first, and nothing is changed', () => {
    const { installer, lot } = one;
    const seen = [lane('bay-1')];
    const first = { ...key(), lanes: [{ laneId: 'bay-1', receivers: [at('entrance', -60)] }], seen };
    expect(installer.setLanes(lot.manager, first).ok).toBe(true);
    const second = { ...key(), lanes: [{ laneId: 'bay-1', receivers: [at('bay-1')] }], seen };
    expect(installer.setLanes(lot.installer, second)).toEqual({
      ok: false,
      error: { code: 'REFUSED', reason: 'changed-meanwhile', by: lot.manager.person },
    });
    expect(lane('bay-1').receivers).toEqual([at('entrance', -60)]);
    // Looked at again it is saved; and the first one's own save, sent once more, is still that one save.
    expect(installer.setLanes(lot.installer, { ...second, ...key(), seen: [lane('bay-1')] }).ok).toBe(true);
    expect(installer.setLanes(lot.manager, first).ok).toBe(true);
    expect(lane('bay-1').receivers).toEqual([at('bay-1')]);
  });

  it('are told of a receiver that was taken out meanwhile, and nobody is named who did not do it', async () => {
    const { installer, lot, radio } = one;
    const both = [{ laneId: 'bay-1', receivers: [at('bay-1'), at('entrance')] }];
    expect(installer.setLanes(lot.manager, { ...key(), lanes: both }).ok).toBe(true);
    const seen = [lane('bay-1')];
    await radio.remove('entrance');
    const lanes = [{ laneId: 'bay-1', receivers: [at('bay-1', -60)] }];
    expect(installer.setLanes(lot.installer, { ...key(), lanes, seen })).toEqual({
      ok: false,
      error: { code: 'REFUSED', reason: 'changed-meanwhile' },
    });
  });

  it('may set two lanes, or the same of one, or not say what they saw', () => {
    const { installer, lot } = one;
    const seen = [lane('bay-1'), lane('pump-1')];
    const set = (laneId: string, limit: number, told: typeof seen | undefined = seen) =>
      installer.setLanes(lot.installer, {
        ...key(),
        lanes: [{ laneId, receivers: [at('bay-1', limit), at('entrance')] }],
        seen: told,
      }).ok;
    expect(set('bay-1', -60)).toBe(true);
    expect(set('pump-1', -61)).toBe(true);
    expect(set('bay-1', -60)).toBe(true);
    expect(set('bay-1', -62)).toBe(false);
    expect(
      installer.setLanes(lot.installer, {
        ...key(),
        lanes: [{ laneId: 'bay-1', receivers: [] }],
        seen: [{ laneId: 'bay-1', receivers: lane('bay-1').receivers.toReversed() }],
      }).ok,
    ).toBe(true);
    const { lanes } = { lanes: [{ laneId: 'bay-1', receivers: [at('bay-1', -70)] }] };
    expect(installer.setLanes(lot.installer, { ...key(), lanes }).ok).toBe(true);
  });

  it('give a receiver one name, not one over the other', () => {
    const { installer, lot } = one;
    const rename = (name: string, seen: string, actor = lot.installer) =>
      installer.rename(actor, { ...key(), receiverId: 'bay-1', name, seen });
    expect(rename('Canopy', 'bay-1', lot.manager).ok).toBe(true);
    const late = rename('Roof', 'bay-1');
    expect(late).toMatchObject({ error: { reason: 'changed-meanwhile', by: lot.manager.person } });
    expect(
      installer.rename(lot.installer, { ...key(), receiverId: 'bay-1', name: 'Canopy', seen: 'bay-1' }).ok,
    ).toBe(true);
    expect(one.radio.receivers()[0]?.name).toBe('Canopy');
    expect(rename('Roof', 'Canopy').ok).toBe(true);
  });

  it('choose one test beacon, and take away the one they saw', () => {
    const { installer, lot } = one;
    const [a, b] = [codeNumber(7), codeNumber(8)];
    expect(installer.setBeacon(lot.manager, { ...key(), code: a, seen: null }).ok).toBe(true);
    expect(refusedFor(installer.setBeacon(lot.installer, { ...key(), code: b, seen: null }))).toBe(
      'changed-meanwhile',
    );
    expect(installer.beacon().code).toBe(a);
    expect(installer.setBeacon(lot.installer, { ...key(), code: b, seen: a }).ok).toBe(true);
    expect(installer.clearBeacon(lot.manager, { ...key(), seen: a })).toMatchObject({
      error: { reason: 'changed-meanwhile', by: lot.installer.person },
    });
    expect(installer.clearBeacon(lot.manager, { ...key(), seen: b }).ok).toBe(true);
    expect(installer.clearBeacon(lot.installer, { ...key(), seen: b }).ok).toBe(true);
  });
});
