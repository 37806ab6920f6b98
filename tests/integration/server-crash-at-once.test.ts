/**
 * The server dies (SIGKILL) at each step of the approvals of one moment: before and after all of them are kept, while
 * the processor is asked for each, before and after all outcomes are. What comes up again ends each of them, once, and
 * the same key gets its answer.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openStore, tables } from '../../server/db/index.ts';
import { newId } from '../../shared/domain/index.ts';
import type { PaymentRequest } from '../../shared/server-contract/index.ts';
import { requestText } from '../bench/server-load/http-caller.ts';
import { done } from '../support/answers/scene.ts';
import { type Driver, Lot } from './server-fixture.ts';
import { openDatabase } from './server-postgres.ts';

type Line = { ready: string; pairingCode: string } | { hanging: string } | { asked: string };
/** Whose connection is gone loses its leases after two seconds. */
const goneMs = 3_000;
const together = 4;
const amount = { amountMinor: 9_000, currency: 'KRW' };

const folder = mkdtempSync(join(tmpdir(), 'cigar-kiosk-crash-'));
let closeDatabase = async () => {};
let databaseUrl = '';
let child: ChildProcess | null = null;
let aheadMs = 0;
let lines: Line[] = [];

beforeAll(async () => {
  const database = await openDatabase();
  closeDatabase = database.close;
  databaseUrl = database.url;
});
afterAll(async () => {
  child?.kill('SIGKILL');
  await closeDatabase();
  rmSync(folder, { recursive: true, force: true });
});

const until = (check: () => unknown) => vi.waitFor(check, { timeout: 60_000, interval: 50 });

async function start(): Promise<Extract<Line, { ready: string }>> {
  lines = [];
  const args = ['tests/support/crash-server.ts', folder, String(aheadMs), databaseUrl];
  const program = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  child = program;
  let text = '';
  program.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
    const whole = text.split('\n');
    text = whole.pop() ?? '';
    lines.push(...whole.map((l) => JSON.parse(l) as Line));
  });
  return until(() => {
    const ready = lines.find((l) => 'ready' in l);
    if (ready === undefined) throw new Error('not yet');
    return ready;
  }) as Promise<Extract<Line, { ready: string }>>;
}

async function die(): Promise<void> {
  const program = child;
  if (program === null) throw new Error('no server');
  const gone = new Promise((resolve) => program.once('exit', resolve));
  program.kill('SIGKILL');
  await gone;
  aheadMs += goneMs;
}

/** All in one write on one connection: the server reads them in the same moment. No answer will ever come. */
function fireTogether(url: string, texts: string[]): void {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => {});
  socket.write(texts.join(''));
}

it('approvals and completions of one moment, killed at every step: each is paid or asked once, and answered under its key', async () => {
  const first = await start();
  let url = first.ready;
  const clock = { nowMs: () => Date.now() + aheadMs } as Lot['clock'];
  const lot = new Lot({ url } as Lot['server'], clock, async () => {
    throw new Error('restarted by this test');
  });
  Object.defineProperty(lot, 'url', { get: () => url });
  const enrolment = { pairingCode: first.pairingCode, stationName: 'x' };
  const enrolled = await done(
    lot.call<{ credential: string; site: { siteId: string } }>(null, 'POST', '/v1/enrolments', enrolment),
  );
  const site = { token: enrolled.credential };
  const drivers: Driver[] = [];
  for (let n = 0; n < together; n++) drivers.push(await lot.driver());
  const visits = await Promise.all(drivers.map((driver) => lot.arrive(site, driver, 'bay')));
  const charge = async (driver: Driver, visitId = ''): Promise<PaymentRequest> => {
    const body = {
      ...{ paymentRequestId: newId(), visitId, jackId: driver.jackId, verification: 'jack' },
      ...{ amount, description: null },
    };
    const answer = lot.call<{ paymentRequest: PaymentRequest }>(site.token, 'POST', '/v1/site/charges', body);
    return (await done(answer)).paymentRequest;
  };

  const steps = [
    ['keep', false],
    ['keep', true],
    ['purchase', 'some'],
    ['settle', false],
    ['settle', true],
  ] as const;
  const ids: string[] = [];
  for (const [kind, moved] of steps) {
    const asked = await Promise.all(
      drivers.map(async (driver, n) => {
        const request = await charge(driver, visits[n]);
        ids.push(request.paymentRequestId);
        return { driver, request, key: randomUUID(), body: lot.approval(driver, request) };
      }),
    );
    writeFileSync(join(folder, 'armed'), JSON.stringify({ kind, moved }));
    fireTogether(
      url,
      asked.map(({ driver, request, key, body }) =>
        requestText(`/v1/approvals/${request.paymentRequestId}`, driver.token, body, key),
      ),
    );
    // They go together: one statement for all of them, or an ask for each.
    const hangs = kind === 'purchase' ? together : 1;
    await until(() => expect(lines.filter((l) => 'hanging' in l).length).toBe(hangs));
    await die();
    rmSync(join(folder, 'armed'));
    url = (await start()).ready;
    for (const { driver, request, key, body } of asked) {
      const id = request.paymentRequestId;
      await until(async () => {
        const { body: answer } = await lot.answer(driver, id, body, key);
        expect([kind, moved, answer.code, answer.paymentRequest?.state]).toEqual([
          kind,
          moved,
          undefined,
          'paid',
        ]);
      });
    }
  }
  // Completions of one moment likewise: kept all or none, and answered under their keys.
  const completed: string[] = [];
  for (const moved of [false, true]) {
    const asked = drivers.map((driver, n) => {
      const told = lot.completion(driver, visits[n] ?? '', 9_000);
      completed.push(told.paymentRequestId);
      return { refuelId: newId(), told, key: randomUUID() };
    });
    writeFileSync(join(folder, 'armed'), JSON.stringify({ kind: 'complete', moved }));
    fireTogether(
      url,
      asked.map(({ refuelId, told, key }) =>
        requestText(`/v1/site/refuels/${refuelId}/completion`, site.token, told, key),
      ),
    );
    await until(() => expect(lines.filter((l) => 'hanging' in l)).toHaveLength(1));
    await die();
    rmSync(join(folder, 'armed'));
    url = (await start()).ready;
    for (const { refuelId, told, key } of asked) {
      await until(async () => {
        const { body } = await lot.complete(site, refuelId, told, key);
        expect([moved, body.code, body.paymentRequest?.state]).toEqual([moved, undefined, 'waiting']);
      });
    }
  }
  await die();

  const store = await openStore({ kind: 'url', databaseUrl });
  try {
    const moved = await store.db.select().from(tables.sandboxLedger);
    expect(moved.map((row) => [row.kind, row.amountMinor])).toEqual(ids.map(() => ['purchase', 9_000]));
    const books = await store.db.select().from(tables.ledgerEntries);
    const of = (account: string) =>
      books
        .filter((b) => b.account === account)
        .map((b) => b.subjectId)
        .sort();
    expect(of('taken-at-processor')).toEqual(ids.toSorted());
    expect(of('owed-to-sites')).toEqual(ids.toSorted());
    expect(books.reduce((n, b) => n + b.amountMinor, 0)).toBe(0);
    const told = await store.db.select().from(tables.events);
    const paid = told.filter((e) => JSON.stringify(e.payload).includes('"state":"paid"'));
    expect(paid).toHaveLength(2 * ids.length);
    const refuels = await store.db.select().from(tables.refuels);
    expect(refuels.map((r) => r.paymentRequestId).sort()).toEqual(completed.toSorted());
    const asked = told.filter((e) => completed.some((id) => JSON.stringify(e.payload).includes(id)));
    expect(asked).toHaveLength(2 * completed.length);
  } finally {
    await store.close();
  }
}, 300_000);
