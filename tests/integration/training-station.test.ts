/**
 * Training through the real station's contract, in its thread: what is done there is done there only, and
 * nothing of it is left when it ends.
 */
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import { newId } from '../../shared/domain/index.ts';
import type { StationContract } from '../../shared/station-contract/index.ts';
import { workerThread } from '../../station/index.ts';
import { type Kiosk, StationFixture } from './station-fixture.ts';

const program = new URL('../../training/thread.ts', import.meta.url);
let fixture: StationFixture | null = null;
afterEach(async () => {
  await fixture?.end();
  fixture = null;
});

/** A kiosk on the training station, over the wire inside the real contract, as the page has it. */
async function trainingKiosk(
  real: Kiosk,
  trainingId: string,
  token: string,
): Promise<ContractRouterClient<StationContract>> {
  const wireId = newId();
  const texts = await real.training.wire({ trainingId, wireId });
  const { port1, port2 } = new MessageChannel();
  port2.on('message', (text: string) => void real.training.say({ trainingId, wireId, text }).catch(() => {}));
  void (async () => {
    for await (const { text } of texts) port2.postMessage(text);
  })()
    .catch(() => {})
    .finally(() => port2.close());
  const headers = () => ({ authorization: `Bearer ${token}` });
  const link = new RPCLink({ port: port1 as unknown as globalThis.MessagePort, headers });
  port1.start();
  return createORPCClient(link);
}

/** Every row of every table. */
function rowsOf(path: string): Record<string, unknown[]> {
  const database = new Database(path, { readonly: true });
  try {
    const tables = database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
      .all() as Array<{ name: string }>;
    return Object.fromEntries(
      tables.map(({ name }) => [name, database.prepare(`SELECT * FROM "${name}"`).all()]),
    );
  } finally {
    database.close();
  }
}

/** Ports on which this process listens (Linux). */
function listening(): number {
  const own = new Set(
    readdirSync('/proc/self/fd').map((fd) => {
      try {
        return /socket:\[(\d+)\]/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1] ?? '';
      } catch {
        return '';
      }
    }),
  );
  const lines = readFileSync('/proc/self/net/tcp', 'utf8').split('\n').slice(1);
  return lines.filter((line) => {
    const fields = line.trim().split(/\s+/);
    return fields[3] === '0A' && own.has(fields[9] ?? '');
  }).length;
}

const databaseOf = (dataDir: string) => {
  const name = readdirSync(dataDir).find((file) => /\.(sqlite|db)$/.test(file));
  if (name === undefined) throw new Error('the station has no database');
  return join(dataDir, name);
};

describe.skipIf(!existsSync('/proc/self/net/tcp'))(
  'a training beside a real station (skipped where /proc/self/net/tcp is missing)',
  { timeout: 240_000 },
  () => {
    it('leaves the real records row for row as they were, and no port, thread or folder', async () => {
      fixture = await StationFixture.start({ startTraining: workerThread(program) });
      const manager = await fixture.signIn('manager');
      const path = databaseOf(fixture.dataDir);
      const [before, portsBefore] = [rowsOf(path), listening()];
      const { people } = await manager.training.progress({});
      expect(people.length, 'a manager sees everybody').toBeGreaterThan(1);

      const { trainingId, token, person } = await manager.training.begin({
        practice: 'close-of-shift',
        forStaffId: null,
      });
      expect(person.role).toBe('manager');
      expect(person.staffId, 'another person there than here').not.toBe(people[0]?.person.staffId);
      const there = await trainingKiosk(manager, trainingId, token);
      const { shift } = await there.shifts.open({ idempotencyKey: newId(), floatMinor: 100_000 });
      expect(shift.closed).toBeNull();
      expect((await there.shifts.current({})).shift?.shiftId).toBe(shift.shiftId);
      expect((await manager.shifts.current({})).shift, 'no shift was opened here').toBeNull();
      await expect(there.visits.get({ visitId: newId() })).rejects.toMatchObject({ code: 'REFUSED' });
      await expect(manager.session.current({})).resolves.toMatchObject({ person: { role: 'manager' } });
      // The token that is good there opens nothing here.
      const stranger = await fixture.connect(() => token);
      await expect(stranger.session.current({})).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
      expect(listening(), 'its payment server listens').toBe(portsBefore + 1);

      await manager.training.leave({ trainingId });
      expect(listening()).toBe(portsBefore);
      // What the next one begins from, and nothing of this one.
      expect(readdirSync(join(fixture.dataDir, 'training'))).toEqual(['store']);
      expect(rowsOf(path)).toEqual(before);
      await expect(manager.training.say({ trainingId, wireId: newId(), text: 'x' })).rejects.toMatchObject({
        data: { reason: 'training-not-found' },
      });
    });

    it('is begun for a colleague by a manager only', async () => {
      fixture = await StationFixture.start({ startTraining: workerThread(program) });
      const cashier = await fixture.signIn('cashier');
      const { people } = await cashier.training.progress({});
      expect(people, 'a cashier sees the own progress only').toHaveLength(1);
      await expect(cashier.training.begin({ practice: 'free', forStaffId: newId() })).rejects.toMatchObject({
        code: 'FORBIDDEN',
      });
    });

    it('ends with the station', async () => {
      fixture = await StationFixture.start({ startTraining: workerThread(program) });
      const cashier = await fixture.signIn('cashier');
      const portsBefore = listening();
      await cashier.training.begin({ practice: 'free', forStaffId: null });
      expect(listening()).toBe(portsBefore + 1);
      const { dataDir } = fixture;
      await fixture.halt();
      expect(listening(), 'also the station’s own is closed').toBe(portsBefore - 1);
      expect(readdirSync(join(dataDir, 'training'))).toEqual(['store']);
    });
  },
);
