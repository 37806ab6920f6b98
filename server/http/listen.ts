/** The HTTP server: plain node:http in front of the contract's router. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OpenAPIHandler } from '@orpc/openapi/node';
import { ORPCError, onError } from '@orpc/server';
import { type Problem, problemCodes } from '../../shared/server-contract/index.ts';
import type { App } from '../app.ts';
import { callbackArrived } from '../payments/index.ts';
import { router } from '../router.ts';
import type { RequestContext } from './context.ts';
import { drainOf } from './drain.ts';
import { metrics } from './metrics.ts';
import { metricsRefusal } from './metrics-guard.ts';
import { openApiDocument } from './openapi.ts';
import { problemOf, problemStatus, problemTitle, refuse } from './problem.ts';
import { limiter, type RateLimits } from './rate-limits.ts';
import { referencePage } from './reference.ts';
import type { ReferenceDocument } from './reference-shapes.ts';
import { isStorable } from './storable.ts';
import { isStoreTrouble } from './store-trouble.ts';

/** No request of the contract comes near it. */
export const bodyMaxBytes = 256 * 1024;

export interface Listening {
  port: number;
  url: string;
  /** Takes nothing new and answers what was asked. The store is still needed. */
  drain(): Promise<void>;
  /** Ends what is left: streams. */
  close(): Promise<void>;
}

function send(response: ServerResponse, status: number, type: string, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(text);
}

function sendProblem(response: ServerResponse, problem: Problem): void {
  if (response.headersSent) response.destroy();
  else send(response, problem.status, 'application/problem+json', problem);
}

/** Past this the sender is cut off, answer or not. */
const drainedMaxBytes = 8 * bodyMaxBytes;

/**
 * Reads the whole body, or null when it is too large. What is too large is still taken off the line (and
 * thrown away): a sender who is cut off in the middle never reads why.
 */
function readBody(request: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const tooLarge = () => {
      chunks.length = 0;
      resolve(null);
    };
    if (Number(request.headers['content-length'] ?? 0) > bodyMaxBytes) tooLarge();
    request.on('data', (chunk: Buffer) => {
      size += chunk.byteLength;
      if (size > drainedMaxBytes) request.destroy();
      else if (size > bodyMaxBytes) tooLarge();
      else chunks.push(chunk);
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', reject);
    request.once('close', () => reject(new Error('the sender hung up')));
  });
}

/** Where the processor calls back. Who it is shows in its signature, so nothing else is asked of it. */
export const callbackPath = '/v1/processor/callbacks';

async function takeCallback(app: App, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  if (app.processor.readCallback === undefined) {
    return sendProblem(response, problemOf(refuse('not-found', 'No processor calls back here.')));
  }
  if (body === null) {
    return sendProblem(response, problemOf(refuse('too-large', `At most ${bodyMaxBytes} bytes.`)));
  }
  const read = app.processor.readCallback(request.headers, body);
  if (read.read === 'refused') {
    app.log.warn('processor-callback-refused', { reason: read.reason });
    return sendProblem(response, problemOf(refuse('unauthorized', `The signature is ${read.reason}.`)));
  }
  // Answered at once: the processor waits only for having been heard, and sends again what was not.
  send(response, 200, 'application/json', { heard: true });
  if (read.read === 'nothing') return;
  await callbackArrived(app, read.callback).catch((error) => app.log.error('callback-failed', error));
}

export interface ListenOptions {
  host: string;
  /** 0: any free port. */
  port: number;
  /** Off where absent. */
  limits?: RateLimits | undefined;
  metricsToken?: string | undefined;
}

/** What the log says of a request that failed. */
interface Asked extends RequestContext {
  route?: string;
  /** The first error that is no refusal: what its answer's 5xx came of. */
  failure?: unknown;
}

export async function listen(app: App, options: ListenOptions): Promise<Listening> {
  const { host, port, limits } = options;
  const limit = limits === undefined ? null : limiter(limits, app.clock);
  const figures = metrics();
  const handler = new OpenAPIHandler(router, {
    customErrorResponseBodyEncoder: problemOf,
    interceptors: [
      onError((error, { context }) => {
        const expected = error instanceof ORPCError && error.status < 500;
        const asked: Asked = context;
        if (!expected) asked.failure ??= error;
      }),
    ],
    clientInterceptors: [
      async ({ path, context, next }) => {
        Object.assign(context, { route: path.join('.') });
        try {
          return await next();
        } catch (error) {
          if (!isStoreTrouble(error)) throw error;
          Object.assign(context, { failure: error });
          throw refuse('unavailable', 'Send it again later, with the same Idempotency-Key.');
        }
      },
    ],
    eventIteratorKeepAliveInterval: 10_000,
  });
  const document = await openApiDocument();
  const page = referencePage(
    document as ReferenceDocument,
    problemCodes.map((code) => ({ code, status: problemStatus(code), title: problemTitle(code) })),
  );

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '/').split('?', 1)[0];
    if (request.method === 'GET' && path === '/openapi.json') {
      return send(response, 200, 'application/json', document);
    }
    if (request.method === 'GET' && path === '/docs') {
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
      });
      response.end(page);
      return;
    }
    if (request.method === 'GET' && path === '/metrics') {
      const refusal = metricsRefusal(request, options.metricsToken);
      if (refusal !== null) return sendProblem(response, problemOf(refusal));
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4', 'cache-control': 'no-store' });
      response.end(await figures.render(app));
      return;
    }
    if (request.method === 'POST' && path === callbackPath) {
      return takeCallback(app, request, response);
    }
    const waitMs = limit?.waitMs(request) ?? 0;
    if (waitMs > 0) {
      response.setHeader('retry-after', String(Math.ceil(waitMs / 1000)));
      return sendProblem(response, problemOf(refuse('too-many-requests', 'Ask again later.')));
    }
    if (request.method === 'POST') {
      const type = request.headers['content-type'] ?? '';
      const body = await readBody(request);
      if (body === null) {
        return sendProblem(response, problemOf(refuse('too-large', `At most ${bodyMaxBytes} bytes.`)));
      }
      let parsed: unknown;
      try {
        if (body.byteLength > 0 && !/^application\/json\b/i.test(type)) throw new Error('not JSON');
        const text = body.toString('utf8');
        parsed = text === '' ? {} : JSON.parse(text);
        if (!isStorable(text, parsed)) {
          const why = 'Text holds no NUL and no half of a character.';
          return sendProblem(response, problemOf(refuse('invalid-request', why)));
        }
        if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
          throw new Error('not an object');
      } catch {
        return sendProblem(response, problemOf(refuse('invalid-request', 'The body is not a JSON object.')));
      }
      // oRPC takes a body that was read already.
      Object.assign(request, { body: parsed });
    }
    // Everything that is not a success is problem details; oRPC itself knows only one kind of JSON.
    const writeHead = response.writeHead.bind(response) as (
      status: number,
      headers?: object,
    ) => ServerResponse;
    response.writeHead = ((status: number, headers: object = {}) =>
      writeHead(status, {
        ...headers,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        ...(status >= 400 ? { 'content-type': 'application/problem+json' } : {}),
        ...(status === 503 ? { 'retry-after': '2' } : {}),
      })) as typeof response.writeHead;
    const context: Asked = { app, headers: request.headers };
    const startedMs = performance.now();
    const isStream = path?.endsWith('/events') === true;
    if (isStream) {
      figures.streamOpened();
      response.once('close', () => figures.streamClosed());
    }
    const { matched } = await handler.handle(request, response, { context });
    if (matched) {
      const route = context.route ?? 'refused';
      const ms = performance.now() - startedMs;
      const about = { route, status: response.statusCode, ms: Math.round(ms) };
      if (!isStream) figures.observe(route, response.statusCode, ms / 1000);
      // Whoever is cut off by our own end sends the same again to another server.
      if (response.statusCode >= 500 && !app.closing.aborted) {
        app.log.error('request-failed', context.failure, about);
      } else if (!isStream) app.log.debug('request', about);
    }
    if (!matched) sendProblem(response, problemOf(refuse('not-found', 'There is no such route.')));
  };

  const server: Server = createServer((request, response) => {
    // Streams are told to end by the server's closing; everything else is answered first.
    if (!/\/events(\?|$)/.test(request.url ?? '')) draining.began(response);
    serve(request, response).catch((error: unknown) => {
      app.log.error('request-broke', error);
      sendProblem(response, problemOf(refuse('internal')));
    });
  });
  const draining = drainOf(server);
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
  const bound = (server.address() as AddressInfo).port;
  const shownHost = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host;
  return {
    port: bound,
    url: `http://${shownHost}:${bound}`,
    drain: () => draining.drain(),
    close: () =>
      new Promise((resolve) => {
        if (server.listening) server.close(() => {});
        server.closeIdleConnections();
        // Streams have been told to end; whoever still holds on is let go.
        const letGo = setTimeout(() => server.closeAllConnections(), 500);
        const look = setInterval(() => {
          server.getConnections((error, count) => {
            if (error === null && count > 0) return;
            clearInterval(look);
            clearTimeout(letGo);
            resolve();
          });
        }, 10);
      }),
  };
}
