/**
 * A POST happens once, however often it is sent. The key's row, the request's fingerprint and the
 * answer are written in the transaction of the effect itself:
 *
 *   first time      insert key ─ effect ─ answer ─ commit          (another with the same key waits here)
 *   again           the answer is replayed, seven days long; another body is refused
 *   with a payment  insert key ─ effect ─ what to resume ─ commit ─ ask the processor ─ answer
 *
 * A refusal that was *thrown* undid everything, the key too, and is judged anew; one that was
 * *returned* is an answer like any other.
 */
import { hash } from 'node:crypto';
import type { ORPCError } from '@orpc/server';
import { and, eq, isNull, lt } from 'drizzle-orm';
import type { ProblemCode } from '../../shared/server-contract/index.ts';
import { type App, inWork, type Work } from '../app.ts';
import { sendIn, tables } from '../db/index.ts';
import type { RequestContext } from './context.ts';
import { isProblemCode, refuse } from './problem.ts';
import { openAnswer, sealAnswer } from './sealed-answer.ts';

export const answersKeptMs = 7 * 24 * 3_600_000;

/** What an effect leaves: an answer, or what must be brought to an end before there is one. */
export type Effect<T> =
  /** `forget`: the key is not kept (the request left nothing that a repetition could double). */
  | { answer: T; forget?: boolean }
  | { refusal: ORPCError<ProblemCode, unknown> }
  | { resume: Resume; answerOf: (app: App) => Promise<Ended<T>> };

/** Enough to end it after a crash: looked up in `resumers`. */
export interface Resume {
  kind: 'preorder' | 'payment-request';
  id: string;
}

/** `final: false`: the outcome is still open, so the answer is not kept and will be rendered anew. */
export type Ended<T> =
  | { final: boolean; answer: T }
  | { final: true; refusal: ORPCError<ProblemCode, unknown> };

type Kept = { ok: unknown } | { refusal: { code: string; detail: string } };

const sha256 = (text: string) => hash('sha256', text, 'hex');

/** JSON with sorted names: the same request has the same text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value))
    return `[${value.map((v) => (v === undefined ? 'null' : canonicalJson(v))).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonicalJson(v)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

function keyOf(context: RequestContext): string {
  const header = context.headers['idempotency-key'];
  if (typeof header !== 'string' || header === '') {
    throw refuse(
      'idempotency-key-missing',
      'Send an Idempotency-Key (a UUID), the same one when you send this again.',
    );
  }
  if (!/^[\x21-\x7e]{16,100}$/.test(header)) {
    throw refuse(
      'invalid-request',
      'The Idempotency-Key has 16 to 100 visible ASCII characters; a UUID does well.',
    );
  }
  return header;
}

function unpack<T>(kept: Kept): T {
  if ('ok' in kept) return kept.ok as T;
  const { code, detail } = kept.refusal;
  throw refuse(isProblemCode(code) ? code : 'internal', detail);
}

const packed = <T>(ended: { answer: T } | { refusal: ORPCError<ProblemCode, unknown> }): Kept =>
  'refusal' in ended
    ? { refusal: { code: ended.refusal.code, detail: ended.refusal.message } }
    : { ok: ended.answer };

const keepAnswer = 'UPDATE idempotency_keys SET answer = $3 WHERE scope = $1 AND key_hash = $2';
const keepResume = 'UPDATE idempotency_keys SET resume = $3::text::jsonb WHERE scope = $1 AND key_hash = $2';

/** A request under its key, as it is kept. */
export interface KeyedRequest {
  key: string;
  keyHash: string;
  fingerprint: string;
}

/** @throws ProblemError when the key is missing or malformed */
export function keyedRequest(
  context: RequestContext,
  caller: string,
  route: string,
  input: unknown,
): KeyedRequest {
  const key = keyOf(context);
  return {
    key,
    keyHash: sha256(`${caller}\n${key}`),
    fingerprint: sha256(`${route}\n${canonicalJson(input)}`),
  };
}

/** What is kept of an answer, so that the same key gets it again. */
export function keptAnswer(key: string, caller: string, answer: unknown): string {
  return sealAnswer(key, caller, JSON.stringify(packed({ answer })));
}

/**
 * Runs `effect` once for this caller's key.
 *
 * @param caller whose key it is: keys of different callers never meet
 * @param route part of the fingerprint, with the input
 * @param resumed ends what a crash interrupted, for a key that has no answer yet
 * @throws ProblemError for every refusal
 */
export async function once<T>(
  context: RequestContext,
  caller: string,
  route: string,
  input: unknown,
  effect: (work: Work) => Promise<Effect<T>>,
  resumed?: (app: App, id: string) => Promise<Ended<T>>,
): Promise<T> {
  const { app } = context;
  const { key, keyHash, fingerprint } = keyedRequest(context, caller, route, input);
  const { idempotencyKeys } = tables;
  const thisKey = and(eq(idempotencyKeys.scope, caller), eq(idempotencyKeys.keyHash, keyHash));

  const outcome = await inWork(app, async (work) => {
    const inserted = await work.tx
      .insert(idempotencyKeys)
      .values({ scope: caller, keyHash, fingerprint, createdAtMs: work.nowMs })
      .onConflictDoNothing()
      .returning({ keyHash: idempotencyKeys.keyHash });
    if (inserted.length === 0) {
      const [existing] = await work.tx.select().from(idempotencyKeys).where(thisKey);
      return { existing };
    }
    const result = await effect(work);
    if ('answer' in result && result.forget === true) {
      await work.tx.delete(idempotencyKeys).where(thisKey);
      return { result };
    }
    work.send(
      'resume' in result
        ? sendIn(work.tx, keepResume, [caller, keyHash, JSON.stringify(result.resume)])
        : sendIn(work.tx, keepAnswer, [
            caller,
            keyHash,
            sealAnswer(key, caller, JSON.stringify(packed(result))),
          ]),
    );
    return { result };
  });

  const end = async (ended: Ended<T>): Promise<T> => {
    if (ended.final) {
      await app.db
        .update(idempotencyKeys)
        .set({ answer: sealAnswer(key, caller, JSON.stringify(packed(ended))) })
        .where(and(thisKey, isNull(idempotencyKeys.answer)));
    }
    return unpack<T>(packed(ended));
  };

  if ('result' in outcome && outcome.result !== undefined) {
    if ('resume' in outcome.result) return end(await outcome.result.answerOf(app));
    return unpack<T>(packed(outcome.result));
  }
  const { existing } = outcome;
  // Forgotten, being old, between the two statements: to us it is new.
  if (existing === undefined) return once(context, caller, route, input, effect, resumed);
  if (existing.fingerprint !== fingerprint) {
    throw refuse(
      'idempotency-key-reused',
      'This key was sent before with another request. Use a new key for it.',
    );
  }
  if (existing.answer !== null)
    return unpack<T>(JSON.parse(openAnswer(key, caller, existing.answer)) as Kept);
  if (existing.resume === null || resumed === undefined) throw new Error(`${route}: a key without an answer`);
  return end(await resumed(app, existing.resume.id));
}

/** Forgets answers after seven days. */
export async function forgetOldKeys(app: App): Promise<void> {
  await app.db
    .delete(tables.idempotencyKeys)
    .where(lt(tables.idempotencyKeys.createdAtMs, app.clock.nowMs() - answersKeptMs));
}
