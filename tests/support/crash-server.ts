/**
 * A payment server in a process of its own, made to be killed: it says every ask of the processor on its
 * standard output, and hangs for ever in the one that the file `armed` names.
 *
 *   node tests/support/crash-server.ts FOLDER CLOCK_AHEAD_MS [DATABASE_URL]
 *
 *   armed: {"kind":"capture","moved":true}    the money moves, the answer reaches nobody
 *          {"kind":"capture","moved":false}   the ask never reaches the processor
 *          {"kind":"capture","moved":"some"}  every other one does
 *          {"kind":"keep","moved":true}       the statement that keeps all approvals of a moment is committed, and
 *                                             its answer reaches nobody; `settle` is that of their outcomes
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSite, issuePairingCode, sandboxProcessor, startServer } from '../../server/index.ts';
import { type Clock, systemClock } from '../../shared/domain/index.ts';
import { type ApprovalStatement, approvalStatementOf, clientOf } from './approval-statements.ts';

const [folder = '', ahead = '0', databaseUrl] = process.argv.slice(2);
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const clock: Clock = {
  nowMs: () => systemClock.nowMs() + Number(ahead),
  monotonicMs: () => systemClock.monotonicMs(),
  schedule: (delayMs, action) => systemClock.schedule(delayMs, action),
};

type Kind = ApprovalStatement | 'authorise' | 'capture' | 'void' | 'refund' | 'purchase';
const armedFile = join(folder, 'armed');
let asks = 0;
const armed = (kind: Kind): { moved: boolean } | null => {
  if (!existsSync(armedFile)) return null;
  const order = JSON.parse(readFileSync(armedFile, 'utf8')) as { kind: Kind; moved: boolean | 'some' };
  if (order.kind !== kind) return null;
  return { moved: order.moved === 'some' ? asks++ % 2 === 0 : order.moved };
};

const server = await startServer({
  ...(databaseUrl === undefined
    ? { dataDir: join(folder, 'data') }
    : { databaseUrl, masterKeyFile: join(folder, 'master.key') }),
  clock,
  processor: (base) => {
    const sandbox = sandboxProcessor(base.db, base.clock);
    const ask = async <A extends { reference: string }, R>(
      kind: Kind,
      really: (ask: A) => Promise<R>,
      what: A,
    ): Promise<R> => {
      say({ asked: kind, reference: what.reference });
      const order = armed(kind);
      if (order === null) return really(what);
      if (order.moved) await really(what);
      say({ hanging: kind, reference: what.reference });
      return new Promise<R>(() => {});
    };
    return {
      authorise: (a) => ask('authorise', sandbox.authorise, a),
      purchase: (a) => ask('purchase', sandbox.purchase, a),
      capture: (a) => ask('capture', sandbox.capture, a),
      void: (a) => ask('void', sandbox.void, a),
      refund: (a) => ask('refund', sandbox.refund, a),
      lookup: async (reference) => {
        const known = await sandbox.lookup(reference);
        say({ lookedUp: known?.outcome ?? null, reference });
        return known;
      },
    };
  },
});
const client = clientOf(server.app);
const query = client.query.bind(client);
client.query = async (...asked) => {
  const statement = approvalStatementOf(asked[0]);
  const order = statement === null ? null : armed(statement);
  if (order === null) return query(...asked);
  if (order.moved) await query(...asked);
  say({ hanging: statement, reference: '' });
  return new Promise(() => {});
};
const siteId = await createSite(server.app, {
  name: 'Site',
  nameKo: null,
  currency: 'KRW',
  timeZone: 'Asia/Seoul',
  approvalMode: 'at-completion',
  reservationMaximumMinor: null,
});
say({ ready: server.url, pairingCode: await issuePairingCode(server.app, siteId), siteId });
