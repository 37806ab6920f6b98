/** Several kiosks at one site: over real TLS, with the station's own certificate. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock, newId, systemClock } from '../../shared/domain/index.ts';
import { shutOutCode } from '../../shared/station-facts/index.ts';
import { Device } from '../support/joined-device.ts';
import { type Kiosk, StationFixture, WatchedBoard } from './station-fixture.ts';

const rendererDir = mkdtempSync(join(tmpdir(), 'kiosk-screens-'));
let fixture: StationFixture;
let manager: Kiosk & { token: string };
const devices: Device[] = [];

beforeAll(async () => {
  mkdirSync(join(rendererDir, 'assets'));
  writeFileSync(join(rendererDir, 'index.html'), '<!doctype html><title>Kiosk</title>');
  writeFileSync(join(rendererDir, 'join.html'), '<!doctype html><title>Join</title>');
  writeFileSync(join(rendererDir, 'join-files.json'), '["assets/join-1.js"]');
  writeFileSync(join(rendererDir, 'assets', 'join-1.js'), 'export {};');
  writeFileSync(join(rendererDir, 'assets', 'index-1.js'), 'export {};');
  fixture = await StationFixture.start({ web: { host: '127.0.0.1', port: 0, rendererDir }, networkPort: 0 });
  manager = await fixture.signIn('manager');
});
afterEach(() => {
  for (const device of devices.splice(0)) device.leave();
});
afterAll(async () => {
  await fixture.end();
  rmSync(rendererDir, { recursive: true });
});

const authority = () => readFileSync(join(fixture.dataDir, 'tls', 'authority.crt.pem'), 'utf8');

function stranger(): Device {
  const device = new Device(fixture.station.network.port, authority());
  devices.push(device);
  return device;
}

async function joined(name: string): Promise<Device & { kioskId: string }> {
  const device = stranger();
  const { code } = await manager.kiosks.makeCode({});
  const answer = await device.join(code, name);
  expect(answer.status, answer.body).toBe(200);
  const kiosk = (await manager.kiosks.list({})).kiosks.find((one) => one.name === name);
  return Object.assign(device, { kioskId: kiosk?.kioskId ?? '' });
}

/** A person of that role at a device. */
async function signInAt(device: Device, role: 'cashier' | 'attendant' | 'manager') {
  let token: string | null = null;
  const api = await device.api(() => token);
  const { people } = await api.session.options({});
  const pins = { cashier: '1201', attendant: '1302', manager: '1403' };
  const staffId = people.find((one) => one.role === role)?.staffId ?? '';
  ({ token } = await api.session.signIn({ staffId, pin: pins[role] }));
  return { api, token: () => token ?? '' };
}

const closing = (socket: import('ws').WebSocket) =>
  new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
const codeOf = (error: unknown) => (error as { code?: string }).code ?? String(error);
const car = (plate: string) => ({
  idempotencyKey: newId(),
  plate,
  laneId: null,
  purpose: 'pickup' as const,
  pickupNumber: null,
});

describe('a device that nobody has let in', () => {
  it('gets the join page and what it is made of, and nothing else', async () => {
    const device = stranger();
    const page = await device.ask('/');
    expect([page.status, page.body]).toEqual([200, expect.stringContaining('<title>Join</title>')]);
    expect(page.headers['cache-control']).toBe('no-store');
    expect(page.headers['strict-transport-security']).toBeUndefined();
    expect(page.headers['content-security-policy']).toContain(
      `connect-src 'self' wss://127.0.0.1:${device.port}`,
    );
    expect((await device.ask('/assets/join-1.js')).status).toBe(200);
    for (const path of [
      '/index.html',
      '/assets/index-1.js',
      '/join-files.json',
      '/healthz',
      '/kiosk',
      '/rpc',
      '/../station.sqlite',
      '/assets/../index.html',
    ]) {
      expect((await device.ask(path)).status, path).toBe(401);
    }
    for (const method of ['PUT', 'OPTIONS', 'DELETE'])
      expect((await device.ask('/', { method })).status).toBe(401);
  });

  it('opens no WebSocket: no PIN can be tried from there', async () => {
    await expect(stranger().socket()).rejects.toThrow('401');
    await expect(stranger().socket({ cookie: `__Host-kiosk=${newId()}.${'x'.repeat(43)}` })).rejects.toThrow(
      '401',
    );
  });

  it('can fetch the certificate to be trusted, and only that is not a secret', async () => {
    const file = await stranger().ask('/station.crt');
    expect(file.headers['content-type']).toBe('application/x-x509-ca-cert');
    expect(file.body.trim()).toBe(authority().trim());
    expect(file.body).not.toContain('PRIVATE');
  });

  it('is refused under a foreign host name and from a foreign page, as DNS rebinding would come', async () => {
    const device = stranger();
    for (const host of ['evil.example', `evil.example:${device.port}`, '127.0.0.1', `127.0.0.1:1`]) {
      expect((await device.ask('/', { host })).status, host).toBe(403);
    }
    const { code } = await manager.kiosks.makeCode({});
    for (const origin of ['https://evil.example', `http://127.0.0.1:${device.port}`, 'null']) {
      const body = { code, name: 'Evil' };
      const answer = await device.ask('/join', { method: 'POST', body, headers: { origin } });
      expect(answer.status, origin).toBe(403);
      expect(answer.body.trim()).toBe('refused');
    }
    expect((await device.ask('/', { host: `localhost:${device.port}` })).status).toBe(200);
  });

  it('that speaks plain HTTP is only told to come back over TLS', async () => {
    const raw = (text: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(fixture.station.network.port, '127.0.0.1', () => socket.write(text));
        let answer = '';
        socket.on('data', (chunk) => {
          answer += chunk.toString();
        });
        socket.on('close', () => resolve(answer));
        socket.on('error', reject);
      });
    const host = `127.0.0.1:${fixture.station.network.port}`;
    const redirected = await raw(`GET /x HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    expect(redirected).toContain('301');
    expect(redirected).toContain(`location: https://${host}/x`);
    expect(redirected).not.toContain('<title>');
    const foreign = await raw('GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n');
    expect(foreign).toContain('400');
    expect(foreign).not.toContain('location');
    const upgrade = await raw(
      `GET /rpc HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    expect(upgrade).not.toContain('101');
  });

  it('is not believed when it takes another station for this one', async () => {
    const device = new Device(fixture.station.network.port, '');
    await expect(device.ask('/')).rejects.toThrow(/certificate|issuer|signed/);
  });
});

describe('joining', () => {
  it('takes a code and a name, and gives a credential that only the browser has', async () => {
    const device = stranger();
    const { code } = await manager.kiosks.makeCode({});
    expect(code).toMatch(/^[0-9]{8}$/);
    const answer = await device.join(`${code.slice(0, 4)} ${code.slice(4)}`, '  Pump handheld ');
    expect(JSON.parse(answer.body)).toEqual({ name: 'Pump handheld' });
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(
      /^__Host-kiosk=[\w-]{36}\.[\w-]{43}; Path=\/; Max-Age=34560000; Secure; HttpOnly; SameSite=Strict$/,
    );
    const secret = cookie.split(';')[0]?.split('.')[1] ?? '';
    const records = readFileSync(join(fixture.dataDir, 'station.sqlite'));
    const wal = readFileSync(join(fixture.dataDir, 'station.sqlite-wal'));
    expect(records.includes(secret) || wal.includes(secret)).toBe(false);
    expect((await device.ask('/')).body).toContain('<title>Kiosk</title>');
    expect((await device.ask('/assets/index-1.js')).status).toBe(200);
    const { kiosks } = await manager.kiosks.list({});
    expect(kiosks.find(({ name }) => name === 'Pump handheld')).toMatchObject({
      letInBy: { displayName: 'Jiwoo L.' },
      on: false,
    });
  });

  it('with a used, a cancelled or a replaced code is refused in the same words as with a wrong one', async () => {
    const { code: used } = await manager.kiosks.makeCode({});
    expect((await stranger().join(used, 'Tablet A')).status).toBe(200);
    const { code: replaced } = await manager.kiosks.makeCode({});
    const { code: cancelled } = await manager.kiosks.makeCode({});
    await manager.kiosks.cancelCode({});
    for (const code of [used, replaced, cancelled]) {
      const answer = await stranger().join(code, 'Tablet B');
      expect([answer.status, JSON.parse(answer.body)]).toEqual([403, { refused: 'code' }]);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
  });

  it('is only let happen by a manager or an installer, at the first kiosk, with the network on', async () => {
    const cashier = await fixture.signIn('cashier');
    await expect(cashier.kiosks.makeCode({})).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const { api } = await signInAt(await joined('Manager’s tablet'), 'manager');
    await expect(api.kiosks.makeCode({})).rejects.toMatchObject({ data: { reason: 'first-kiosk-only' } });
    await expect(api.kiosks.setNetwork({ idempotencyKey: newId(), on: false })).rejects.toMatchObject({
      data: { reason: 'first-kiosk-only' },
    });
    await expect(manager.kiosks.setNetwork({ idempotencyKey: newId(), on: false })).rejects.toMatchObject({
      data: { reason: 'network-set-at-start' },
    });
  });

  it('gives no two devices the same name, and keeps the code for another try', async () => {
    await joined('Counter 2');
    const { code } = await manager.kiosks.makeCode({});
    const device = stranger();
    expect(JSON.parse((await device.join(code, 'counter 2')).body)).toEqual({ refused: 'name-taken' });
    expect((await device.join(code, 'Counter 3')).status).toBe(200);
  });
});

describe('a joined device', () => {
  it('works like any kiosk, and the station knows it from its credential, not from what it says', async () => {
    const device = await joined('Lot tablet');
    const { api } = await signInAt(device, 'attendant');
    expect((await api.session.options({})).kioskName).toBe('Lot tablet');
    const board = await WatchedBoard.open(api);
    const { visit } = await api.visits.checkIn(car('11가1111'));
    await api.visits.claim({ idempotencyKey: newId(), visitId: visit.visitId });
    const seen = await board.visit((one) => one.claimedBy !== null, 'the claim');
    expect(seen.claimedBy).toMatchObject({ displayName: 'Seojun P.', kioskName: 'Lot tablet' });
    const { entries } = await manager.log.journal({ beforeSequence: null, limit: 50 });
    for (const kind of ['signed-in', 'visit-claimed']) {
      const entry = entries.find((one) => one.kind === kind);
      expect([entry?.kioskId, entry?.kioskName], kind).toEqual([device.kioskId, 'Lot tablet']);
    }
    const joining = entries.find((one) => one.kind === 'kiosk-joined' && one.details.name === 'Lot tablet');
    expect([joining?.person?.displayName, joining?.kioskId]).toEqual(['Jiwoo L.', null]);
    const { kiosks } = await manager.kiosks.list({});
    expect(kiosks.find(({ name }) => name === 'Lot tablet')).toMatchObject({
      on: true,
      people: [{ displayName: 'Seojun P.' }],
    });
  });

  it('has a drawer and a shift of its own, beside that of the first kiosk', async () => {
    const first = await fixture.signIn('cashier');
    const { api } = await signInAt(await joined('Second till'), 'cashier');
    await first.shifts.open({ idempotencyKey: newId(), floatMinor: 10_000 });
    const { shift } = await api.shifts.open({ idempotencyKey: newId(), floatMinor: 20_000 });
    expect(shift.kioskName).toBe('Second till');
    expect((await first.shifts.current({})).shift?.float.amountMinor).toBe(10_000);
    expect((await api.shifts.current({})).shift?.float.amountMinor).toBe(20_000);
    const other = await manager.shifts.current({});
    expect(other.shift?.kioskId).toBe(null);
    const closed = await manager.shifts.close({
      idempotencyKey: newId(),
      shiftId: shift.shiftId,
      countedMinor: 20_000,
      handOverTo: null,
      note: 'from the first kiosk',
    });
    expect(closed.shift.closed?.by.displayName).toBe('Jiwoo L.');
  });

  it('shares no sign-in: a token carried from one device to another opens nothing there', async () => {
    const one = await signInAt(await joined('One'), 'cashier');
    const other = await (await joined('Other')).api(one.token);
    expect(await other.session.current({}).catch(codeOf)).toBe('UNAUTHORIZED');
    const first = await fixture.connect(one.token);
    expect(await first.session.current({}).catch(codeOf)).toBe('UNAUTHORIZED');
    expect((await one.api.session.current({})).person.displayName).toBe('Minji K.');
  });

  it('taps a card in the same instant as another one: one of them wins, the other gets the name', async () => {
    const a = await signInAt(await joined('Left'), 'cashier');
    const b = await signInAt(await joined('Right'), 'attendant');
    for (let round = 0; round < 10; round++) {
      const { visit } = await manager.visits.checkIn(car(`22나10${10 + round}`));
      const tap = (api: Kiosk) => api.visits.claim({ idempotencyKey: newId(), visitId: visit.visitId });
      const outcomes = await Promise.allSettled([tap(a.api), tap(b.api)]);
      const won = outcomes.filter((one) => one.status === 'fulfilled');
      const lost = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
      expect(won).toHaveLength(1);
      expect(lost).toHaveLength(1);
      const by = won[0]?.value.visit.claimedBy;
      expect(lost[0]).toMatchObject({
        code: 'REFUSED',
        data: { reason: 'claimed-by-other', by: { staffId: by?.staffId, displayName: by?.displayName } },
      });
    }
  });

  it('opens a few connections, not as many as it likes', async () => {
    const device = await joined('Greedy');
    for (let n = 0; n < 4; n++) await device.socket();
    await expect(device.socket()).rejects.toThrow('503');
  });
});

describe('removing a device', () => {
  it('shuts it out at once: streams and sockets end with the reason, sign-ins are over, the cookie is void', async () => {
    const device = await joined('Lost one');
    const { api, token } = await signInAt(device, 'cashier');
    const board = await WatchedBoard.open(api);
    const closed = Promise.all(device.sockets.map(closing));
    await manager.kiosks.remove({ idempotencyKey: newId(), kioskId: device.kioskId });
    for (const end of await closed) expect(end).toEqual({ code: shutOutCode, reason: 'removed' });
    await manager.visits.checkIn(car('33다3333'));
    expect([...board.visits.values()].some((visit) => visit.plateTail === '3333')).toBe(false);

    // The stolen cookie and the token that was signed in with it.
    await expect(device.socket()).rejects.toThrow('401');
    expect((await device.ask('/kiosk')).status).toBe(401);
    const page = await device.ask('/');
    expect(page.body).toContain('<title>Join</title>');
    expect(page.headers['set-cookie']?.[0]).toContain('Max-Age=0');
    const elsewhere = await fixture.connect(token);
    expect(await elsewhere.session.current({}).catch(codeOf)).toBe('UNAUTHORIZED');
    const { entries } = await manager.log.journal({ beforeSequence: null, limit: 20 });
    expect(entries.find((one) => one.kind === 'kiosk-removed')).toMatchObject({
      person: { displayName: 'Jiwoo L.' },
      details: { name: 'Lost one' },
    });
    expect((await manager.kiosks.list({})).kiosks.map(({ name }) => name)).not.toContain('Lost one');
  });

  it('happens once under one key; a name that is free again can be given to another device', async () => {
    const device = await joined('Twice');
    const input = { idempotencyKey: newId(), kioskId: device.kioskId };
    await manager.kiosks.remove(input);
    await manager.kiosks.remove(input);
    await expect(manager.kiosks.remove({ ...input, idempotencyKey: newId() })).rejects.toMatchObject({
      data: { reason: 'kiosk-not-found' },
    });
    await joined('Twice');
  });

  it('gives no sign-in to a PIN that was being checked meanwhile', async () => {
    const device = await joined('Quick');
    const api = await device.api(() => null);
    const { people } = await api.session.options({});
    const staffId = people.find((one) => one.role === 'cashier')?.staffId ?? '';
    api.session.signIn({ staffId, pin: '1201' }).catch(() => {});
    await manager.kiosks.remove({ idempotencyKey: newId(), kioskId: device.kioskId });
    // Hashed after the other one, and as slowly: when this is done, that is.
    await fixture.signIn('installer');
    const { signIns } = await manager.staff.story({ staffId, beforeSequence: null });
    expect(signIns.map(({ kiosk }) => kiosk)).not.toContain('Quick');
  });

  it('and joining outlive a restart', async () => {
    const gone = await joined('Gone for good');
    const stays = await joined('Still here');
    await manager.kiosks.remove({ idempotencyKey: newId(), kioskId: gone.kioskId });
    await manager.kiosks.rename({ idempotencyKey: newId(), kioskId: null, name: 'Main counter' });
    await manager.kiosks.rename({ idempotencyKey: newId(), kioskId: stays.kioskId, name: 'Renamed' });
    const { port } = fixture.station.network;
    for (const device of devices) device.leave();
    await fixture.halt();
    await fixture.startAgain({ networkPort: port });
    manager = await fixture.signIn('manager');
    await expect(gone.socket()).rejects.toThrow('401');
    const { api } = await signInAt(stays, 'cashier');
    expect((await api.session.options({})).kioskName).toBe('Renamed');
    const { kiosks } = await manager.kiosks.list({});
    expect(kiosks.map(({ name }) => name)).toEqual(expect.arrayContaining(['Main counter', 'Renamed']));
    expect(kiosks.map(({ name }) => name)).not.toContain('Gone for good');
  });
});

describe('an open code', () => {
  it('expires, and is void after ten wrong tries; each address must slow down', async () => {
    const clock = new ManualClock(systemClock.nowMs());
    const other = await StationFixture.start({ networkPort: 0, clock });
    try {
      const boss = await other.signIn('manager');
      const ca = readFileSync(join(other.dataDir, 'tls', 'authority.crt.pem'), 'utf8');
      const device = new Device(other.station.network.port, ca);
      const { code, expiresAtMs } = await boss.kiosks.makeCode({});
      clock.advance(expiresAtMs - clock.nowMs());
      expect(JSON.parse((await device.join(code, 'Late')).body)).toEqual({ refused: 'code' });

      const second = await boss.kiosks.makeCode({});
      const wrong = second.code === '00000000' ? '00000001' : '00000000';
      const refusals: string[] = [];
      for (let n = 0; n < 6; n++) {
        refusals.push((JSON.parse((await device.join(wrong, 'Guess')).body) as { refused: string }).refused);
      }
      expect(refusals).toEqual(['code', 'code', 'code', 'code', 'wait', 'wait']);
      expect((await boss.kiosks.list({})).code?.wrongTries).toBe(4);
      for (let n = 0; n < 6; n++) {
        clock.advance(30_000);
        await device.join(wrong, 'Guess');
      }
      expect((await boss.kiosks.list({})).code).toBe(null);
      clock.advance(30_000);
      expect(JSON.parse((await device.join(second.code, 'Guess')).body)).toEqual({ refused: 'code' });
    } finally {
      await other.end();
    }
  });
});

describe('the PINs of a joined device', () => {
  it('are tried no more often by opening more connections', async () => {
    // Its clock stands still: no attempt comes back however long this takes.
    const clock = new ManualClock(systemClock.nowMs());
    const other = await StationFixture.start({ networkPort: 0, clock });
    const device = new Device(
      other.station.network.port,
      readFileSync(join(other.dataDir, 'tls', 'authority.crt.pem'), 'utf8'),
    );
    try {
      const { code } = await (await other.signIn('manager')).kiosks.makeCode({});
      expect((await device.join(code, 'Guesser')).status).toBe(200);
      const answers: string[] = [];
      for (let n = 0; n < 3; n++) {
        const api = await device.api(() => null);
        for (let i = 0; i < 4; i++) {
          const tried = api.session.signIn({ staffId: newId(), pin: '9999' });
          answers.push(await tried.then(() => 'in', codeOf));
        }
      }
      expect(answers.filter((one) => one === 'PIN_WRONG')).toHaveLength(10);
      expect(answers.slice(10)).toEqual(['TOO_MANY_REQUESTS', 'TOO_MANY_REQUESTS']);
    } finally {
      device.leave();
      await other.end();
    }
  });
});

describe("the switch in Setup, 'other kiosks on this site’s network'", () => {
  it('is off until a person switches it on, and stays as it was over a restart', async () => {
    const other = await StationFixture.start();
    try {
      const boss = await other.signIn('installer');
      expect((await boss.kiosks.list({})).network).toEqual({ state: 'off' });
      await expect(boss.kiosks.makeCode({})).rejects.toMatchObject({ data: { reason: 'network-off' } });
      const input = { idempotencyKey: newId(), on: true };
      const { network } = await boss.kiosks.setNetwork(input);
      // The usual port may be another station's on this machine: then it says so and tries again.
      expect(['on', 'failed']).toContain(network.state);
      if (network.state === 'failed') expect(network.reason).toBe('port-in-use');
      await other.halt();
      await other.startAgain();
      const again = await other.signIn('installer');
      expect((await again.kiosks.list({})).network.state).toBe(network.state);
      const off = await again.kiosks.setNetwork({ idempotencyKey: newId(), on: false });
      expect(off.network).toEqual({ state: 'off' });
    } finally {
      await other.end();
    }
  });
});
