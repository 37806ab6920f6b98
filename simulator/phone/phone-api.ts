/** The payment server's public API as a phone calls it: the contract over HTTP, nothing else. */
import { createORPCClient, ORPCError } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { OpenAPILink } from '@orpc/openapi-client/fetch';
import { newId } from '../../shared/domain/index.ts';
import { type ServerContract, serverContract } from '../../shared/server-contract/index.ts';

export interface CallContext {
  /** Of a POST: the same for every attempt at the same thing. */
  idempotencyKey?: string;
}

/** What a driver's phone and a cart may do, and the calls that need no token. */
export type PhoneApi = Pick<ContractRouterClient<ServerContract, CallContext>, 'public' | 'phone' | 'cart'>;

/** @param token null until the driver is registered. */
export type ConnectPhone = (token: string | null) => PhoneApi;

/** Phones of one payment server. */
export function phonesOf(serverUrl: string): ConnectPhone {
  return (token) => {
    const link = new OpenAPILink<CallContext>(serverContract, {
      url: serverUrl,
      headers: ({ context }) => ({
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        'idempotency-key': context.idempotencyKey ?? newId(),
      }),
      fetch: fetchWithReadableProblems,
    });
    return createORPCClient<ContractRouterClient<ServerContract, CallContext>>(link);
  };
}

/** oRPC reads `application/problem+json` as a file of unknown content; as plain JSON it reads the code in it. */
async function fetchWithReadableProblems(request: Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(request, init);
  const type = response.headers.get('content-type') ?? '';
  if (!type.startsWith('application/problem+json')) return response;
  const headers = new Headers(response.headers);
  headers.set('content-type', 'application/json');
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

/**
 * The stable code of the problem that the server answered with (RFC 9457 body), or null when it did
 * not answer: then nobody knows whether it did the thing, and only the same key may be sent again.
 */
export function problemCodeOf(error: unknown): string | null {
  if (!(error instanceof ORPCError)) return null;
  // Whatever it says: the server could not answer now, and may have acted all the same.
  if (error.status >= 500 || error.status === 429) return null;
  const data: unknown = error.data;
  for (const candidate of [data, bodyOf(data)]) {
    if (typeof candidate === 'object' && candidate !== null && 'code' in candidate) {
      if (typeof candidate.code === 'string') return candidate.code;
    }
  }
  return 'invalid-request';
}

function bodyOf(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'body' in data ? data.body : null;
}
