import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../shared/domain/index.ts';
import { stationContract } from '../../shared/station-contract/index.ts';
import { rolesWho } from '../../shared/station-facts/index.ts';
import { key, refusedFor, TestLot } from '../core/test-lot.ts';
import { abilities, type CommandName, rolesFor } from '../permissions/index.ts';
import { mayRole, permissions, pinDelays } from './index.ts';
import { isTooSimple } from './pins.ts';

let lot: TestLot;
let mina = '';
let soo = '';
beforeEach(async () => {
  lot = new TestLot();
  const people = await lot.core.staff.seed([
    { displayName: 'Mina', role: 'cashier', pin: '7391' },
    { displayName: 'Soo', role: 'manager', pin: '480261' },
  ]);
  mina = people.find((p) => p.displayName === 'Mina')?.staffId ?? '';
  soo = people.find((p) => p.displayName === 'Soo')?.staffId ?? '';
});
afterEach(() => lot.close());

const signIn = (pin: string, staffId = mina) => lot.core.staff.signIn({ staffId, pin, kioskId: 'kiosk-1' });

describe('signing in', () => {
  it('gives a session that lasts a shift and survives a restart, of which only a hash is kept', async () => {
    const answer = await signIn('7391');
    if (!answer.ok) throw new Error(answer.error.code);
    const { token } = answer.value;
    lot.restart();
    expect(lot.core.staff.session(token)).toMatchObject({
      person: { displayName: 'Mina' },
      kioskId: 'kiosk-1',
    });
    lot.core.close();
    const file = readFileSync(join(lot.dir, 'station.sqlite'));
    expect(file.includes(token)).toBe(false);
    expect(file.includes('7391')).toBe(false);
    lot.restart();
    lot.clock.advance(pinDelays.sessionMs);
    expect(lot.core.staff.session(token)).toBe(null);
  });

  it('ends with signing out', async () => {
    const answer = await signIn('7391');
    if (!answer.ok) throw new Error(answer.error.code);
    lot.core.staff.signOut(answer.value.token);
    expect(lot.core.staff.session(answer.value.token)).toBe(null);
    lot.restart();
    expect(lot.core.staff.session(answer.value.token)).toBe(null);
    expect(lot.core.staff.session('nonsense')).toBe(null);
  });

  it('slows down and locks after wrong PINs, also over a restart, and opens again later', async () => {
    const left: unknown[] = [];
    for (let i = 0; i < 4; i++) {
      const answer = await signIn('0001');
      left.push(answer.ok ? null : answer.error);
      lot.clock.advance(60_000);
    }
    expect(left).toEqual([
      { code: 'PIN_WRONG', attemptsLeft: 4, retryAfterMs: 0 },
      { code: 'PIN_WRONG', attemptsLeft: 3, retryAfterMs: 0 },
      { code: 'PIN_WRONG', attemptsLeft: 2, retryAfterMs: 5_000 },
      { code: 'PIN_WRONG', attemptsLeft: 1, retryAfterMs: 10_000 },
    ]);
    const fifth = await signIn('0001');
    const untilMs = lot.clock.nowMs() + pinDelays.lockMs;
    expect(fifth).toEqual({ ok: false, error: { code: 'PIN_LOCKED', untilMs } });
    lot.restart();
    expect(await signIn('7391')).toEqual({ ok: false, error: { code: 'PIN_LOCKED', untilMs } });
    expect(lot.core.staff.list().find((p) => p.staffId === mina)?.lockedUntilMs).toBe(untilMs);
    expect((await signIn('480261', soo)).ok).toBe(true);
    lot.clock.advance(pinDelays.lockMs);
    expect((await signIn('7391')).ok).toBe(true);
  });

  it('refuses the right PIN while the next try must wait', async () => {
    for (let i = 0; i < 3; i++) await signIn('0001');
    expect(await signIn('7391')).toMatchObject({
      ok: false,
      error: { code: 'PIN_WRONG', retryAfterMs: 5_000 },
    });
    lot.clock.advance(5_000);
    expect((await signIn('7391')).ok).toBe(true);
  });

  it('counts every one of many tries made at the same moment', async () => {
    await Promise.all(Array.from({ length: 10 }, (_, i) => signIn(`000${i}`)));
    expect((await signIn('7391')).ok).toBe(false);
  });

  it('answers for nobody as for a wrong PIN', async () => {
    expect(await signIn('7391', newId())).toEqual({
      ok: false,
      error: { code: 'PIN_WRONG', attemptsLeft: 4, retryAfterMs: 0 },
    });
  });
});

describe('people', () => {
  it('are added by a manager only, with a PIN nobody guesses first', async () => {
    const add = (pin: string, who = lot.manager) =>
      lot.core.staff.add(who, { ...key(), displayName: 'Bo', role: 'attendant', pin });
    expect(await add('5812', lot.cashier)).toMatchObject({
      error: { code: 'FORBIDDEN', needs: ['manager'] },
    });
    expect(refusedFor(await add('1234'))).toBe('pin-too-simple');
    const added = await add('5812');
    expect(added.ok && added.value.person).toMatchObject({ displayName: 'Bo', role: 'attendant' });
    expect(lot.core.staff.people()).toHaveLength(3);
  });

  it('lose their sign-ins when the PIN is reset or they retire', async () => {
    const answer = await signIn('7391');
    if (!answer.ok) throw new Error(answer.error.code);
    await lot.core.staff.resetPin(lot.manager, { ...key(), staffId: mina, pin: '5812' });
    expect(lot.core.staff.session(answer.value.token)).toBe(null);
    expect((await signIn('7391')).ok).toBe(false);
    const again = await signIn('5812');
    if (!again.ok) throw new Error(again.error.code);
    expect(lot.core.staff.retire(lot.manager, { ...key(), staffId: mina }).ok).toBe(true);
    expect(lot.core.staff.session(again.value.token)).toBe(null);
    expect((await signIn('5812')).ok).toBe(false);
    expect(lot.core.staff.people().map((p) => p.displayName)).toEqual(['Soo']);
  });

  it('always include a manager', () => {
    expect(refusedFor(lot.core.staff.retire(lot.manager, { ...key(), staffId: soo }))).toBe('last-manager');
    expect(refusedFor(lot.core.staff.retire(lot.manager, { ...key(), staffId: newId() }))).toBe(
      'staff-not-found',
    );
  });
});

describe('what a person did', () => {
  it('is told page by page, without the others, with where they are signed in', async () => {
    await signIn('7391');
    await signIn('480261', soo);
    await signIn('7391');
    const story = lot.core.staff.story({ staffId: mina, beforeSequence: null });
    expect(story.entries.map(({ kind }) => kind)).toEqual(['signed-in', 'signed-in']);
    expect(story.nextBeforeSequence).toBe(null);
    expect(story.signIns).toHaveLength(2);
    expect(story.signIns[0]).toMatchObject({ kiosk: 'kiosk-1', sinceMs: lot.clock.nowMs() });
    const [newest] = story.entries;
    const older = lot.core.staff.story({ staffId: mina, beforeSequence: newest?.sequence ?? 0 });
    expect(older.entries).toEqual(story.entries.slice(1));
  });
});

describe('who is signed in where', () => {
  it('is shown over all kiosks, and a manager signs somebody out there', async () => {
    const here = await lot.core.staff.signIn({ staffId: soo, pin: '480261', kioskId: 'kiosk-1' });
    lot.clock.advance(1_000);
    const there = await lot.core.staff.signIn({ staffId: mina, pin: '7391', kioskId: 'kiosk-2' });
    if (!here.ok || !there.ok) throw new Error('not signed in');
    const sessions = lot.core.staff.sessions(here.value.token);
    expect(sessions).toMatchObject([
      { person: { displayName: 'Mina' }, kiosk: 'kiosk-2', here: false },
      { person: { displayName: 'Soo' }, kiosk: 'kiosk-1', here: true },
    ]);
    const input = { ...key(), sessionId: sessions[0]?.sessionId ?? '' };
    expect(refusedFor(lot.core.staff.endSession(lot.cashier, input))).toBe('FORBIDDEN');
    expect(lot.core.staff.session(there.value.token)).not.toBe(null);
    expect(lot.core.staff.endSession(lot.manager, input).ok).toBe(true);
    expect(lot.core.staff.session(there.value.token)).toBe(null);
    // Twice is fine; and it stays so over a restart.
    expect(lot.core.staff.endSession(lot.manager, { ...key(), sessionId: input.sessionId }).ok).toBe(true);
    lot.restart();
    expect(lot.core.staff.session(there.value.token)).toBe(null);
    expect(lot.core.staff.sessions(here.value.token)).toHaveLength(1);
    const [newest] = lot.core.log.journal({ beforeSequence: null, limit: 1 }).entries;
    expect(newest).toMatchObject({ kind: 'signed-out-by', details: { displayName: 'Mina' } });
  });

  it('a lock after wrong PINs is lifted by a manager, and the PIN stays as it was', async () => {
    for (let i = 0; i < 5; i++) {
      await signIn('0001');
      lot.clock.advance(20_000);
    }
    expect(lot.core.staff.list().find((p) => p.staffId === mina)?.lockedUntilMs).not.toBe(null);
    expect(refusedFor(lot.core.staff.unlock(lot.cashier, { ...key(), staffId: mina }))).toBe('FORBIDDEN');
    expect(lot.core.staff.unlock(lot.manager, { ...key(), staffId: mina }).ok).toBe(true);
    expect(lot.core.staff.list().find((p) => p.staffId === mina)?.lockedUntilMs).toBe(null);
    expect((await signIn('7391')).ok).toBe(true);
  });
});

describe('the table of what each role may do', () => {
  it('says of every command exactly what the station does, and has a name for each', () => {
    const table = abilities();
    const all = table.flatMap((line) => line.commands.map((name) => ({ name, roles: line.roles })));
    expect(all.map(({ name }) => name).sort()).toEqual(Object.keys(permissions).sort());
    for (const { name, roles } of all) expect(roles, name).toEqual(rolesFor(name as CommandName));
    expect(table.filter((line) => line.ability === null).map((line) => line.commands)).toEqual([]);
  });

  it('is what the screens go by when they offer something', () => {
    const here = Object.fromEntries(abilities().map(({ ability, roles }) => [ability, roles]));
    expect(rolesWho).toEqual(here);
  });
});

describe('PINs that people try first', () => {
  it.each(['0000', '1111', '1234', '4321', '9876', '1212', '1122', '123123', '2580', '1987', '7890'])(
    '%s is too simple',
    (pin) => {
      expect(isTooSimple(pin)).toBe(true);
    },
  );
  it.each(['7391', '4802', '480261', '5813'])('%s is not', (pin) => {
    expect(isTooSimple(pin)).toBe(false);
  });
});

describe('which role may what', () => {
  it('names every procedure of the contract but the sign-in', () => {
    const names = Object.entries(stationContract).flatMap(([group, calls]) =>
      Object.keys(calls).map((name) => `${group}.${name}`),
    );
    expect(Object.keys(permissions).sort()).toEqual(names.filter((n) => !n.startsWith('session.')).sort());
  });

  it('lets a manager do everything', () => {
    for (const name of Object.keys(permissions) as Array<keyof typeof permissions>) {
      expect(mayRole('manager', name), name).toBe(true);
    }
    expect(mayRole('cashier', 'staff.add')).toBe(false);
    expect(mayRole('installer', 'pickups.handOver')).toBe(false);
    expect(mayRole('installer', 'setup.enrol')).toBe(true);
  });
});
