/**
 * The payment server as this site may use it: the server contract over HTTP, typed. Every call ends:
 * with an answer, a {@link ServerProblem} (the server said no), or a {@link NetworkTrouble}.
 */
import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { ResponseValidationPlugin } from '@orpc/contract/plugins';
import { OpenAPILink } from '@orpc/openapi-client/fetch';
import type { Clock } from '../../shared/domain/index.ts';
import { heardContract } from './heard-events.ts';

interface CallOptions {
  /** The outbox item's id; a fresh one is made where a POST comes without. */
  idempotencyKey?: string;
}
export type ServerClient = ContractRouterClient<typeof heardContract, CallOptions>;

/** The server answered, and the answer is no (problem details, RFC 9457). */
export class ServerProblem extends Error {
  override readonly name = 'ServerProblem';
  readonly status: number;
  /** A code of the server contract's `problemCodes`, or `http-<status>` when the body is no problem. */
  readonly code: string;
  readonly detail: string;
  readonly retryAfterMs: number | null;

  constructor(status: number, code: string, detail: string, retryAfterMs: number | null) {
    super(`${status} ${code}: ${detail}`);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Nobody answered in time, or the line broke: whether the server acted is not known. */
export class NetworkTrouble extends Error {
  override readonly name = 'NetworkTrouble';
}

export interface ServerClientOptions {
  serverUrl: string;
  /** null before enrolment. */
  credential: string | null;
  clock: Clock;
  /** A call without an answer for so long has failed; for event streams the time until the answer begins. */
  timeoutMs?: number;
  fetch?: typeof globalThis.fetch;
}

const bodyMax = 8 * 1024;

export function createServerClient(options: ServerClientOptions): ServerClient {
  const doFetch = options.fetch ?? globalThis.fetch;
  const timeoutMs = options.timeoutMs ?? 10_000;
  const link = new OpenAPILink<CallOptions>(heardContract, {
    url: options.serverUrl.replace(/\/+$/, ''),
    headers: ({ context }, path) => ({
      ...(options.credential === null || path[0] === 'public'
        ? {}
        : { authorization: `Bearer ${options.credential}` }),
      'idempotency-key': context.idempotencyKey ?? crypto.randomUUID(),
    }),
    // A captive portal answers 200 with a page: what is not the contract's answer is no answer.
    plugins: [new ResponseValidationPlugin(heardContract)],
    fetch: (request, _init, call) => fetchOrTrouble(doFetch, options.clock, timeoutMs, request, call.signal),
  });
  return createORPCClient(link);
}

async function fetchOrTrouble(
  doFetch: typeof globalThis.fetch,
  clock: Clock,
  timeoutMs: number,
  request: Request,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const giveUp = new AbortController();
  // The caller's own signal and a plain listener: what `AbortSignal.any` and `Request` derive from it is
  // held weakly, and once collected an abort no longer reaches a stream that runs for days.
  const pass = () => giveUp.abort(signal?.reason);
  signal?.addEventListener('abort', pass);
  if (signal?.aborted) pass();
  let streaming = false;
  const cancel = clock.schedule(timeoutMs, () => giveUp.abort(new NetworkTrouble('no answer in time')));
  try {
    const response = await doFetch(request, {
      signal: giveUp.signal,
      redirect: 'error',
    });
    streaming = response.ok && response.headers.get('content-type')?.startsWith('text/event-stream') === true;
    if (streaming) return response;
    // Read whole within the time limit, so that a body that never ends is a failed call too.
    const body = await response.arrayBuffer();
    if (!response.ok) throw problemOf(response, new TextDecoder().decode(body.slice(0, bodyMax)), clock);
    return new Response(body.byteLength === 0 ? null : body, {
      status: response.status,
      headers: response.headers,
    });
  } catch (error) {
    if (error instanceof ServerProblem || error instanceof NetworkTrouble) throw error;
    throw new NetworkTrouble(reasonOf(error));
  } finally {
    cancel();
    if (!streaming) signal?.removeEventListener('abort', pass);
  }
}

function problemOf(response: Response, body: string, clock: Clock): ServerProblem {
  let code = `http-${response.status}`;
  let detail = response.statusText;
  try {
    const problem: unknown = JSON.parse(body);
    if (typeof problem === 'object' && problem !== null) {
      if ('code' in problem && typeof problem.code === 'string') code = problem.code.slice(0, 60);
      if ('detail' in problem && typeof problem.detail === 'string') detail = problem.detail.slice(0, 300);
      else if ('title' in problem && typeof problem.title === 'string') detail = problem.title.slice(0, 300);
    }
  } catch {
    // A proxy's page, not a problem: the status has to do.
  }
  return new ServerProblem(response.status, code, detail, retryAfterMs(response, clock));
}

/** `Retry-After` in seconds or as a date (RFC 9110 section 10.2.3), at most ten minutes. */
function retryAfterMs(response: Response, clock: Clock): number | null {
  const header = response.headers.get('retry-after');
  if (header === null) return null;
  const ms = /^[0-9]{1,6}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - clock.nowMs();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 600_000) : null;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return error.message;
}
