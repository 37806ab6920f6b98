/** The doors of the station, tried by strangers and by every role, over both transports. */
import { readFileSync } from 'node:fs';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { createORPCClient, ORPCError } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { isContractProcedure } from '@orpc/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { newId } from '../../shared/domain/index.ts';
import { type Role, stationContract } from '../../shared/station-contract/index.ts';
import { roles } from '../../shared/station-facts/index.ts';
import { openProcedures, procedureRoles } from '../../station/api/index.ts';
import { type Kiosk, StationFixture, WatchedBoard } from './station-fixture.ts';

/** Every procedure of the contract, however deep. */
function proceduresOf(router: object, path: string[] = []): string[][] {
  return Object.entries(router).flatMap(([name, value]) =>
    isContractProcedure(value) ? [[...path, name]] : proceduresOf(value as object, [...path, name]),
  );
}
const procedures = proceduresOf(stationContract);

/** Calls any procedure by its path; answers the code of the error, or `ok`. */
async function outcome(kiosk: Kiosk, path: readonly string[], input: unknown = {}): Promise<string> {
  let call: unknown = kiosk;
  for (const part of path) call = (call as Record<string, unknown>)[part];
  try {
    const value = await (call as (input: unknown) => Promise<unknown>)(input);
    if (typeof value === 'object' && value !== null && 'return' in value) {
      await (value as AsyncGenerator).return(undefined);
    }
    return 'ok';
  } catch (error) {
    return error instanceof ORPCError ? error.code : String(error);
  }
}

let fixture: StationFixture;
const signedIn = new Map<Role, Kiosk & { token: string }>();

beforeAll(async () => {
  fixture = await StationFixture.start();
  for (const role of roles) signedIn.set(role, await fixture.signIn(role));
});
afterAll(() => fixture.end());

function as(role: Role): Kiosk & { token: string } {
  const kiosk = signedIn.get(role);
  if (kiosk === undefined) throw new Error(`no ${role}`);
  return kiosk;
}

describe('every procedure of the contract', () => {
  it('has a rule: it is open, or the roles that may call it are written down', () => {
    const names = procedures.map((path) => path.join('.'));
    expect(names.length).toBeGreaterThan(30);
    for (const name of names) {
      expect(openProcedures.has(name) || (procedureRoles[name]?.length ?? 0) > 0, name).toBe(true);
    }
    // And no rule for something that is not there: a misspelt one would protect nothing.
    for (const name of [...openProcedures, ...Object.keys(procedureRoles)]) expect(names).toContain(name);
  });

  it('refuses a stranger, whatever is put into the authorization header', async () => {
    for (const token of [null, 'x', 'a'.repeat(43), `${as('manager').token}x`]) {
      const kiosk = await fixture.connect(() => token);
      for (const path of procedures) {
        if (openProcedures.has(path.join('.'))) continue;
        expect(await outcome(kiosk, path), path.join('.')).toBe('UNAUTHORIZED');
      }
    }
  });

  it.each(roles)('refuses a %s what is not theirs, and nothing that is', async (role) => {
    for (const path of procedures) {
      const name = path.join('.');
      if (openProcedures.has(name) || name === 'session.signOut') continue;
      const code = await outcome(as(role), path);
      if (procedureRoles[name]?.includes(role)) {
        // A rule of the site may still say no: no code for a network that is switched off.
        expect(['ok', 'BAD_REQUEST', 'REFUSED'], `${name}: ${code}`).toContain(code);
      } else {
        expect(code, name).toBe('FORBIDDEN');
      }
    }
  });
});

describe('the page about the contract', () => {
  const page = readFileSync(new URL('../../docs/protocols/station-contract.md', import.meta.url), 'utf8');

  it('gives every procedure the roles that the code gives it', () => {
    const columns: readonly Role[] = ['cashier', 'attendant', 'manager', 'installer'];
    const written = new Map<string, string[]>();
    for (const line of page.split('\n')) {
      const [, names = '', ...cells] = line.split('|').map((cell) => cell.trim());
      if (!/^`[a-z]+\.[a-zA-Z]+`/.test(names)) continue;
      const allowed = columns.filter((_role, index) => cells[index] === '✓');
      for (const [, name = ''] of names.matchAll(/`([a-zA-Z.]+)`/g)) written.set(name, allowed);
    }
    for (const [name, allowed] of Object.entries(procedureRoles)) {
      expect(written.get(name), name).toEqual(columns.filter((role) => allowed.includes(role)));
    }
    for (const name of openProcedures) expect(page).toContain(`\`${name}\``);
  });
});

describe('signing in', () => {
  it('shows a stranger who works here and nothing else', async () => {
    const stranger = await fixture.connect(() => null);
    const options = await stranger.session.options({});
    expect(options.people.map((person) => person.displayName).sort()).toEqual([
      'Hana C.',
      'Jiwoo L.',
      'Minji K.',
      'Seojun P.',
    ]);
    expect(options.simulated).toBe(true);
    expect(Object.keys(options).sort()).toEqual([
      'defaultLocale',
      'kioskName',
      'people',
      'simulated',
      'siteName',
      'siteNameKo',
    ]);
  });

  it('says who is signed in, and no longer after signing out', async () => {
    const kiosk = await fixture.signIn('cashier');
    expect((await kiosk.session.current({})).person.displayName).toBe('Minji K.');
    await kiosk.session.signOut({});
    expect(await outcome(kiosk, ['session', 'current'])).toBe('UNAUTHORIZED');
  });

  it('tells a wrong PIN, and stops one connection that keeps trying', async () => {
    const stranger = await fixture.connect(() => null);
    const { people } = await stranger.session.options({});
    const staffId = people.find((person) => person.role === 'installer')?.staffId ?? '';
    expect(await outcome(stranger, ['session', 'signIn'], { staffId, pin: '9999' })).toBe('PIN_WRONG');
    const codes = await Promise.all(
      Array.from({ length: 20 }, () =>
        outcome(stranger, ['session', 'signIn'], { staffId: newId(), pin: '9999' }),
      ),
    );
    // Ten at once, one of them gone already; one or two may have come back on a slow machine.
    const stopped = codes.filter((code) => code === 'TOO_MANY_REQUESTS').length;
    expect(stopped).toBeGreaterThanOrEqual(8);
    expect(stopped).toBeLessThanOrEqual(11);
  });
});

describe('the board', () => {
  it('ends for a kiosk whose person signs out, at once', async () => {
    const kiosk = await fixture.signIn('attendant');
    const board = await WatchedBoard.open(kiosk);
    await kiosk.session.signOut({});
    await expect(board.until(() => false, 'the end', 2_000)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });

  it('ends for a person who was retired', async () => {
    const manager = as('manager');
    const { person } = await manager.staff.add({
      idempotencyKey: newId(),
      displayName: 'Temp T.',
      role: 'cashier',
      pin: '482913',
    });
    let token: string | null = null;
    const kiosk = await fixture.connect(() => token);
    ({ token } = await kiosk.session.signIn({ staffId: person.staffId, pin: '482913' }));
    const board = await WatchedBoard.open(kiosk);
    await manager.staff.retire({ idempotencyKey: newId(), staffId: person.staffId });
    await expect(board.until(() => false, 'the end', 2_000)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });

  it('shows what was done at another kiosk', async () => {
    const board = await WatchedBoard.open(as('cashier'));
    await as('attendant').visits.checkIn({
      idempotencyKey: newId(),
      plate: '12가3456',
      laneId: 'pump-2',
      purpose: 'refuel',
      pickupNumber: null,
    });
    const visit = await board.visit((one) => one.plateTail === '3456', 'the car that was checked in');
    expect(visit).toMatchObject({ laneId: 'pump-2', knownBy: 'staff' });
    expect(JSON.stringify([...board.visits.values()])).not.toContain('12가');
    board.close();
  });

  it('resumes after a break in the line without a gap and without beginning anew', async () => {
    const first = await fixture.signIn('cashier');
    const watching = new AbortController();
    const events = await first.board.watch({}, { signal: watching.signal });
    const { getEventMeta } = await import('@orpc/client');
    const { value } = await events.next();
    const lastEventId = getEventMeta(value as object)?.id;
    expect(lastEventId).toMatch(/^[0-9a-z]+-[0-9]+$/);
    watching.abort();
    for (const plate of ['11나1111', '22다2222']) {
      await first.visits.checkIn({
        idempotencyKey: newId(),
        plate,
        laneId: null,
        purpose: 'refuel',
        pickupNumber: null,
      });
    }
    const second = await fixture.connect(() => first.token);
    const again = await second.board.watch({}, { lastEventId });
    const tails: string[] = [];
    const types = new Set<string>();
    for await (const event of again) {
      types.add(event.type);
      if (event.type === 'visit') tails.push(event.visit.plateTail);
      if (tails.includes('2222')) break;
    }
    expect(tails).toEqual(['1111', '2222']);
    expect(types.has('snapshot')).toBe(false);
  });
});

describe('what is no call', () => {
  const closeCode = (socket: WebSocket) => new Promise<number>((resolve) => socket.once('close', resolve));

  it.each([
    ['text that is no message', 'hello'],
    ['a message cut off', '{"i":"1","p":{"u":'],
    ['a message of another shape', '[]'],
    ['null', 'null'],
  ])('closes a connection that sends %s, and the station goes on', async (_title, text) => {
    const socket = await fixture.socket();
    const closed = closeCode(socket);
    socket.send(text);
    expect([1007, 1008]).toContain(await closed);
    expect((await as('cashier').session.current({})).person.role).toBe('cashier');
  });

  it('closes a connection that sends more than any call needs', async () => {
    const socket = await fixture.socket();
    const closed = closeCode(socket);
    socket.send(
      JSON.stringify({ i: '1', p: { u: '/session/options', b: { json: { x: 'y'.repeat(300_000) } } } }),
    );
    expect(await closed).toBe(1009);
  });

  it('closes a connection that opens calls without end', async () => {
    const kiosk = await fixture.signIn('cashier');
    const streams = await Promise.allSettled(Array.from({ length: 80 }, () => kiosk.board.watch({})));
    expect(streams.some((stream) => stream.status === 'rejected')).toBe(true);
    expect((await as('cashier').session.current({})).person.role).toBe('cashier');
  });

  it("refuses input that is not the contract's, and says nothing of the inside", async () => {
    const manager = as('manager');
    expect(await outcome(manager, ['visits', 'get'], { visitId: "'; drop table visits" })).toBe(
      'BAD_REQUEST',
    );
    expect(await outcome(manager, ['visits', 'nothing'], {})).toBe('NOT_FOUND');
    const bare = await fixture.connect(() => manager.token);
    expect(await outcome(bare, ['__proto__', 'constructor'], {})).toBe('NOT_FOUND');
    expect(await outcome(bare, ['session', 'constructor'], {})).toBe('NOT_FOUND');
  });
});

describe('over a MessagePort', () => {
  const ports: MessagePort[] = [];
  afterAll(() => {
    for (const port of ports) port.close();
  });

  function connect(token: () => string | null): Kiosk {
    const { port1, port2 } = new MessageChannel();
    ports.push(port1, port2);
    fixture.station.serving.servePort(port1);
    const link = new RPCLink({
      port: port2,
      headers: () => {
        const value = token();
        return value === null ? {} : { authorization: `Bearer ${value}` };
      },
    });
    port2.start();
    return createORPCClient(link);
  }

  it('is the same router with the same rules', async () => {
    const stranger = connect(() => null);
    expect(await outcome(stranger, ['session', 'options'])).toBe('ok');
    expect(await outcome(stranger, ['visits', 'search'], { text: '' })).toBe('UNAUTHORIZED');
    const cashier = connect(() => as('cashier').token);
    expect(await outcome(cashier, ['visits', 'search'], { text: '3456' })).toBe('ok');
    expect(await outcome(cashier, ['log', 'journal'], { beforeSequence: null, limit: 1 })).toBe('FORBIDDEN');
  });

  it('carries the board', async () => {
    const board = await WatchedBoard.open(connect(() => as('cashier').token));
    expect(board.status?.server).toEqual({ state: 'not-enrolled' });
    board.close();
  });
});
