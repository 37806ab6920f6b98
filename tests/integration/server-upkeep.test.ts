import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getTableColumns, is, sql } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { afterAll, describe, expect, it } from 'vitest';
import { runAdmin } from '../../server/admin/cli.ts';
import { blockJack, eraseDriver, exportDriver, listAlarms } from '../../server/admin/commands.ts';
import { tables } from '../../server/db/index.ts';
import { createSite, issuePairingCode, startServer } from '../../server/index.ts';
import { authCode } from '../../shared/auth-code/index.ts';
import { newId } from '../../shared/domain/index.ts';
import { folderWithStore } from '../support/store-template.ts';
import { call, onPostgres, readEvents } from './server-fixture.ts';

onPostgres('the upkeep', (lotNow) => {
  it('the tables are what the code believes they are', async () => {
    const result = await lotNow().server.app.db.execute(
      sql`SELECT table_name, column_name, is_nullable FROM information_schema.columns WHERE table_schema = 'public'`,
    );
    const { rows } = result as unknown as {
      rows: { table_name: string; column_name: string; is_nullable: string }[];
    };
    const real = rows
      .filter((row) => row.table_name !== 'migrations')
      .map((row) => `${row.table_name}.${row.column_name}${row.is_nullable === 'YES' ? '?' : ''}`);
    const everything: unknown[] = Object.values(tables);
    const believed = everything
      .filter((table): table is PgTable => is(table, PgTable))
      .flatMap((table) =>
        Object.values(getTableColumns(table)).map(
          (column) => `${getTableConfig(table).name}.${column.name}${column.notNull ? '' : '?'}`,
        ),
      );
    expect(believed.sort()).toEqual(real.sort());
  });

  it('a blocked jack is known nowhere and approves nothing, at once', async () => {
    const lot = lotNow();
    const site = await lot.site();
    const driver = await lot.driver();
    const visitId = await lot.arrive(site, driver);
    const { paymentRequest } = (await lot.complete(site, newId(), lot.completion(driver, visitId))).body;
    expect(await blockJack(lot.server.app, driver.jackId, true)).toBe(true);
    expect((await lot.report(site, driver.code)).body).toEqual({ known: false });
    const answer = await lot.answer(
      driver,
      paymentRequest.paymentRequestId,
      lot.approval(driver, paymentRequest),
    );
    expect(answer.body.code).toBe('request-not-waiting');
    expect((await lot.preorder(site, driver)).body.code).toBe('forbidden');
    await blockJack(lot.server.app, driver.jackId, false);
    expect((await lot.report(site, driver.code)).body.known).toBe(true);
  });

  it('the same static code at two sites in an impossible time raises an alarm; a drive between them does not', async () => {
    const lot = lotNow();
    const { app } = lot.server;
    const driver = await lot.driver();
    const place = async (latitude: number) => {
      const siteId = await createSite(app, {
        name: 'Far',
        nameKo: null,
        currency: 'KRW',
        timeZone: 'Asia/Seoul',
        approvalMode: 'at-completion',
        reservationMaximumMinor: null,
        place: { latitude, longitude: 127 },
      });
      const pairingCode = await issuePairingCode(app, siteId);
      const body = { pairingCode, stationName: 'x' };
      return {
        siteId,
        token: (await lot.call<{ credential: string }>(null, 'POST', '/v1/enrolments', body)).body.credential,
      };
    };
    // One degree of latitude is 111 km: 27 minutes at 250 km/h.
    const [here, there] = [await place(36), await place(37)];
    const ours = async () =>
      (await listAlarms(app)).filter((a) => (a as { jackId: string }).jackId === driver.jackId);
    await lot.report(here, driver.code);
    lot.clock.advance(60 * 60_000);
    await lot.report(there, driver.code);
    expect(await ours()).toEqual([]);
    lot.clock.advance(20 * 60_000);
    await lot.report(here, driver.code);
    expect(await ours()).toMatchObject([
      { kind: 'impossible-travel', siteId: here.siteId, otherSiteId: there.siteId },
    ]);
  });

  it('an erased driver leaves no name, plate, code or token behind, but every payment', async () => {
    const lot = lotNow();
    const { app } = lot.server;
    const site = await lot.site();
    const driver = await lot.driver({ plate: '98호7654' });
    const visitId = await lot.arrive(site, driver);
    const { paymentRequest } = (await lot.complete(site, newId(), lot.completion(driver, visitId))).body;
    expect(await eraseDriver(app, driver.driverId)).toBe('open');
    await lot.answer(driver, paymentRequest.paymentRequestId, lot.approval(driver, paymentRequest));
    const { preorder } = (await lot.preorder(site, driver)).body;
    await lot.call(driver.token, 'POST', `/v1/preorders/${preorder.preorderId}/cancel`);
    expect(JSON.stringify(await exportDriver(app, driver.driverId))).toContain('98호7654');
    expect(await eraseDriver(app, driver.driverId)).toBe('erased');
    expect((await lot.call(driver.token, 'GET', '/v1/approvals')).status).toBe(401);
    expect((await lot.report(site, driver.code)).body).toEqual({ known: false });
    expect((await lot.request(site, paymentRequest.paymentRequestId)).state).toBe('paid');
    // Nobody's for good: unblocked it would stand in lists whose keys are gone.
    expect(await blockJack(app, driver.jackId, false)).toBe(false);
    expect((await lot.call(site.token, 'GET', `/v1/site/expected-codes?fromMs=0&toMs=1000`)).status).toBe(
      200,
    );
    // Every site hears of it, with nothing but the jack's id.
    const { jackId } = driver;
    const told = await readEvents(lot.url, site.token, '/v1/site/events', '0', (all) =>
      all.some(({ data }) => data.type === 'jacks-forgotten'),
    );
    const forgotten = told.filter(({ data }) => data.type === 'jacks-forgotten').map(({ data }) => data);
    expect(forgotten).toEqual([{ type: 'jacks-forgotten', jackIds: [jackId], erase: true }]);
    const names = await app.db.execute(
      sql`SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    for (const { table_name } of (names as unknown as { rows: { table_name: string }[] }).rows) {
      const dump = JSON.stringify(await app.db.execute(sql.raw(`SELECT * FROM "${table_name}"`)));
      for (const trace of ['98호7654', driver.code, driver.processorToken]) {
        // The processor's own books are the processor's, and a payment keeps the token it was made with.
        if (trace === driver.processorToken && table_name !== 'payment_methods') continue;
        expect([table_name, trace, dump.includes(trace)]).toEqual([table_name, trace, false]);
      }
    }
  });

  it('shows its figures to Prometheus, with routes and no ids', async () => {
    const lot = lotNow();
    const site = await lot.site();
    await lot.report(site, `ibeacon:${'b'.repeat(40)}`);
    const text = await (await fetch(`${lot.url}/metrics`)).text();
    expect(text).toMatch(/cigar_requests_total\{route="site\.reportCode",status="200"\} [1-9]/);
    expect(text).toContain('cigar_operations_open{state="unknown"} 0');
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/);
    for (const line of text.trim().split('\n'))
      expect(line).toMatch(/^(# (HELP|TYPE) .+|[a-z_]+(\{[^}]*\})? [0-9.e+-]+)$/);
  });

  it('slows down who asks too much, with a time to wait', async () => {
    const server = await startServer({
      dataDir: await folderWithStore(),
      limits: {
        public: { burst: 3, perMinute: 6 },
        phone: { burst: 9, perMinute: 9 },
        site: { burst: 9, perMinute: 9 },
      },
    });
    try {
      const guess = () =>
        call(server.url, null, 'POST', '/v1/enrolments', { pairingCode: 'AAAA-BBBB', stationName: 'x' });
      const codes = [];
      for (let i = 0; i < 5; i++) codes.push((await guess()).body.code);
      expect(codes).toEqual([
        ...Array(3).fill('pairing-code-refused'),
        'too-many-requests',
        'too-many-requests',
      ]);
      const refused = await fetch(`${server.url}/health`);
      expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true]);
    } finally {
      await server.close();
    }
  });
});

describe('the payment server’s command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cigar-kiosk-cli-'));
  const children: ChildProcess[] = [];
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  const run = (...args: string[]) => {
    const child = spawn(process.execPath, ['server/main.ts', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    let [out, complaints] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      complaints += chunk.toString();
    });
    return { child, text: () => out, complaints: () => complaints };
  };
  const ended = (child: ChildProcess) => new Promise<number | null>((resolve) => child.once('exit', resolve));
  const ready = (process: ReturnType<typeof run>) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const url = /^Payment server ready at (http:\S+)$/m.exec(process.text())?.[1];
        if (url !== undefined) resolve(url);
      };
      process.child.stdout?.on('data', look);
      process.child.once('exit', () => reject(new Error(process.complaints())));
    });

  it('starts with a demo, refuses a second start in words, closes cleanly, and starts again on the same data', async () => {
    const first = run('--data', folder, '--port', '0', '--demo');
    const url = await ready(first);
    const { demo } = JSON.parse(first.text().split('\n')[0] ?? '') as {
      demo: { pairingCode: string; siteId: string };
    };
    const enrolled = await call<{ site: { siteId: string; nameKo: string } }>(
      url,
      null,
      'POST',
      '/v1/enrolments',
      {
        pairingCode: demo.pairingCode,
        stationName: 'demo',
      },
    );
    expect(enrolled.body.site).toMatchObject({
      siteId: demo.siteId,
      name: 'Seoul-ro',
      nameKo: '서울로점',
      currency: 'KRW',
    });
    const second = run('--data', folder, '--port', '0');
    expect(await ended(second.child)).toBe(1);
    expect(second.complaints()).toMatch(/already runs on .+ Nothing was changed/);
    const rotating = run('admin', 'keys-rotate', '--data', folder);
    expect(await ended(rotating.child)).toBe(1);
    first.child.kill('SIGTERM');
    expect(await ended(first.child)).toBe(0);
    const logged = first.complaints().trimEnd().split('\n');
    const events = logged.map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(events).toEqual(['starting', 'migrations-run', 'started', 'stopping', 'stopped']);
    const again = run('--data', folder, '--port', '0', '--demo');
    await ready(again);
    const fresh = (JSON.parse(again.text().split('\n')[0] ?? '') as { demo: typeof demo }).demo;
    expect(fresh.siteId).toBe(demo.siteId);
    expect(fresh.pairingCode).not.toBe(demo.pairingCode);
    again.child.kill('SIGINT');
    expect(await ended(again.child)).toBe(0);
  }, 120_000);

  it('administers: sites, pairing codes, and a new master key under which old jacks still work', async () => {
    const admin = async (...args: string[]) => {
      const lines: string[] = [];
      const say = (line: string) => lines.push(line);
      return { code: await runAdmin([...args, '--data', folder], say, () => {}), text: lines.join('\n') };
    };
    const made = await admin(
      'site-create',
      '--name',
      'Second',
      '--currency',
      'KRW',
      '--time-zone',
      'Asia/Seoul',
    );
    expect(made.code).toBe(0);
    const { siteId } = JSON.parse(made.text) as { siteId: string };
    expect(JSON.parse((await admin('pairing-code', '--site', siteId)).text)).toMatchObject({ siteId });
    expect((await admin('jack-block', '--jack', newId())).code).toBe(1);
    expect((await admin('nonsense')).code).toBe(2);
    const server = await startServer({ dataDir: folder });
    const registered = await call<{ token: string }>(server.url, null, 'POST', '/v1/drivers', {
      name: 'A',
      locale: 'en',
      phoneName: 'p',
    });
    const { token } = registered.body;
    const vehicle = await call<{ vehicleId: string }>(server.url, token, 'POST', '/v1/vehicles', {
      plate: '1가2345',
      model: '',
      color: '',
      fuel: null,
    });
    const { challengeId, challenge } = (
      await call<{ challengeId: string; challenge: string }>(server.url, token, 'POST', '/v1/jack-challenges')
    ).body;
    const key = Buffer.from('cd'.repeat(32), 'hex');
    await call(server.url, token, 'POST', '/v1/jacks', {
      possession: { challengeId, authCode: authCode(key, challenge, Date.now()) },
      vehicleId: vehicle.body.vehicleId,
      secrets: {
        behaviour: 'rotating',
        identityKey: 'ab'.repeat(16),
        rotationExponent: 10,
        counterSeconds: 0,
        counterAtMs: 0,
      },
      authenticationKey: 'cd'.repeat(32),
    });
    await server.close();
    const before = readFileSync(join(folder, 'master.key'), 'utf8');
    expect(JSON.parse((await admin('keys-rotate')).text)).toEqual({ resealed: 2 });
    const after = readFileSync(join(folder, 'master.key'), 'utf8');
    expect([after === before, after.length]).toEqual([false, 65]);
    const { authKeyOf } = await import('../../server/jacks/index.ts');
    const again = await startServer({ dataDir: folder });
    const [jack] = await again.app.db.select().from(tables.jacks);
    if (jack === undefined) throw new Error('the jack is gone');
    expect(authKeyOf(again.app.secrets, jack).toString('hex')).toBe('cd'.repeat(32));
    await again.close();
  }, 120_000);
});
