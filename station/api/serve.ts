/**
 * The router over its two transports. Both carry the same messages, so both share the same limits:
 * size of a message, calls open at once, sign-in attempts.
 *
 *   WebSocket ─┐
 *              ├─▶ connection (limits) ─▶ oRPC peer ─▶ router
 *   MessagePort┘
 */
import { randomUUID } from 'node:crypto';
import { isDefinedError, ORPCError } from '@orpc/server';
import { type MinimalWebsocket, RPCHandler } from '@orpc/server/websocket';
import type { WebSocket } from 'ws';
import type { Clock } from '../../shared/domain/index.ts';
import { type RefusalReason, refusalReasons } from '../../shared/station-contract/index.ts';
import { errorFields, type Log } from '../setup/index.ts';
import type { CallContext } from './guards.ts';
import type { StationRouter } from './router.ts';
import { SignInLimit } from './sign-in-limit.ts';

/** The largest call is a check-in or a settings change: a few kilobytes. */
export const maxMessageBytes = 256 * 1024;
const maxOpenCalls = 64;
/** A kiosk that reads nothing while answers pile up so high is cut off. */
const maxUnsentBytes = 16 * 1024 * 1024;

/** The common part of Node's `MessagePort` and Electron's `MessagePortMain`, both seen as event givers. */
export interface PortLike {
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(message: unknown): void;
  start?(): void;
  close?(): void;
}

export interface StationServing {
  /** @param kioskId Known from the connection, never from what is said on it; `null`: the first kiosk. */
  serveWebSocket(socket: WebSocket, kioskId?: string | null): void;
  /** @param unwrap How the port's listener argument becomes the message (Electron hands an event with `data`). */
  servePort(port: PortLike, unwrap?: (message: unknown) => unknown): void;
}

/** Text, for all that the contract carries. */
type WireMessage = Parameters<MinimalWebsocket['send']>[0];

/** What became of a call: null done, else why it was refused. */
export type CallListener = (procedure: string, refused: RefusalReason | null) => void;

export interface ServeOptions {
  router: StationRouter;
  /** Told after each call: how training sees what a person tried. */
  onCall?: CallListener;
  clock: Clock;
  log: Log;
  /** Attempts at once and the time after which one comes back, per connection. */
  signIn?: { burst: number; refillMs: number };
}

/** Makes the router callable over any number of connections. */
export function serveStation(options: ServeOptions): StationServing {
  const { clock, log } = options;
  const signIn = options.signIn ?? { burst: 10, refillMs: 6_000 };
  const handler = new RPCHandler<CallContext>(options.router, {
    interceptors: [
      async ({ next, context, request }) => {
        const authorization = request.headers.authorization;
        return next({
          context: {
            ...context,
            authorization: typeof authorization === 'string' ? authorization : undefined,
          },
          request,
        });
      },
    ],
    clientInterceptors: [
      async ({ next, path }) => {
        try {
          const value = await next();
          options.onCall?.(path.join('.'), null);
          return value;
        } catch (error) {
          const reason = refusalOf(error);
          if (reason !== null) options.onCall?.(path.join('.'), reason);
          if (isExpected(error)) throw error;
          const errorId = randomUUID();
          log('api.error', { errorId, procedure: path.join('.'), ...errorFields(error) });
          throw new ORPCError('INTERNAL_SERVER_ERROR', {
            message: `The station made a mistake; nothing was changed. Tell the installer this number: ${errorId}`,
            data: { errorId },
          });
        }
      },
    ],
  });

  /** A joined kiosk may open connections as it likes: its attempts are counted over all of them. */
  const limits = new Map<string, SignInLimit>();
  function contextOf(kioskId: string | null): CallContext {
    const known = kioskId === null ? undefined : limits.get(kioskId);
    const signInLimit = known ?? new SignInLimit(clock, signIn.burst, signIn.refillMs);
    if (kioskId !== null) limits.set(kioskId, signInLimit);
    return { authorization: undefined, kioskId, signInLimit };
  }

  function connect(
    kioskId: string | null,
    wire: {
      send: (message: WireMessage) => Promise<void>;
      refuse: (why: 'malformed' | 'flooded') => void;
    },
  ) {
    const context = contextOf(kioskId);
    const peer = { addEventListener: () => {}, send: wire.send };
    let openCalls = 0;
    let refused = false;
    const refuse = (why: 'malformed' | 'flooded') => {
      if (refused) return;
      refused = true;
      log(why === 'malformed' ? 'api.malformed' : 'api.flooded');
      handler.close(peer);
      wire.refuse(why);
    };
    return {
      message(text: string): void {
        if (refused) return;
        if (text.length > maxMessageBytes || openCalls >= maxOpenCalls) {
          refuse(text.length > maxMessageBytes ? 'malformed' : 'flooded');
          return;
        }
        openCalls += 1;
        handler
          .message(peer, text, { context })
          // What the router throws is answered inside; only what is no call at all comes out here.
          .catch(() => refuse('malformed'))
          .finally(() => {
            openCalls -= 1;
          });
      },
      malformed: () => refuse('malformed'),
      close: () => handler.close(peer),
    };
  }

  return {
    serveWebSocket(socket, kioskId = null) {
      const connection = connect(kioskId, {
        // Settles when the bytes are handed to the system: a slow reader slows its own stream only.
        send: (message) =>
          new Promise((resolve) => {
            if (socket.readyState !== socket.OPEN) return resolve();
            if (socket.bufferedAmount > maxUnsentBytes) {
              socket.terminate();
              return resolve();
            }
            socket.send(message as string, () => resolve());
          }),
        refuse: (why) => socket.close(why === 'malformed' ? 1007 : 1008),
      });
      socket.on('message', (data, isBinary) => {
        if (isBinary || !Buffer.isBuffer(data)) connection.malformed();
        else connection.message(data.toString('utf8'));
      });
      socket.on('close', () => connection.close());
      // The close event follows; without a listener the error would end the process.
      socket.on('error', () => {});
    },
    servePort(port, unwrap = (message) => message) {
      // The shell's own window is the first kiosk.
      const connection = connect(null, {
        send: async (message) => port.postMessage(message),
        refuse: () => port.close?.(),
      });
      port.on('message', (raw) => {
        const message = unwrap(raw);
        if (typeof message === 'string') connection.message(message);
        else connection.malformed();
      });
      port.on('close', () => connection.close());
      port.start?.();
    },
  };
}

/** The business's no, null for any other error. */
function refusalOf(error: unknown): RefusalReason | null {
  if (!(error instanceof ORPCError) || error.code !== 'REFUSED') return null;
  const data: unknown = error.data;
  const reason = typeof data === 'object' && data !== null && 'reason' in data ? data.reason : null;
  return refusalReasons.find((one) => one === reason) ?? null;
}

/** Errors of the contract, and those that oRPC itself gives a caller (bad input, no such procedure). */
function isExpected(error: unknown): boolean {
  if (isDefinedError(error)) return true;
  return error instanceof ORPCError && error.code !== 'INTERNAL_SERVER_ERROR';
}
