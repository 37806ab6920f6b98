/** A device on the site's network, without a browser: it trusts the station's authority and keeps its cookie. */
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';
import type { StationContract } from '../../shared/station-contract/index.ts';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export class Device {
  readonly port: number;
  /** The authority's certificate, as a person would have installed it. */
  readonly ca: string;
  cookie: string | null = null;
  readonly sockets: WebSocket[] = [];

  constructor(port: number, ca: string) {
    this.port = port;
    this.ca = ca;
  }

  /** `host`: what stands in the Host header; the connection goes to this machine in any case. */
  ask(
    path: string,
    more: { method?: string; body?: unknown; headers?: Record<string, string>; host?: string } = {},
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const text = more.body === undefined ? undefined : JSON.stringify(more.body);
      const asking = request(
        {
          host: '127.0.0.1',
          port: this.port,
          path,
          method: more.method ?? 'GET',
          ca: this.ca,
          agent: false,
          // What the certificate is checked against, whatever the Host header claims.
          servername: 'localhost',
          headers: {
            host: more.host ?? `127.0.0.1:${this.port}`,
            ...(this.cookie === null ? {} : { cookie: this.cookie }),
            ...(text === undefined ? {} : { 'content-type': 'application/json' }),
            ...more.headers,
          },
        },
        (response) => {
          let body = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            body += chunk;
          });
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
          );
        },
      );
      asking.on('error', reject);
      asking.end(text);
    });
  }

  /** Types the code; on success the cookie is kept as a browser keeps it. */
  async join(code: string, name: string): Promise<Answer> {
    const answer = await this.ask('/join', { method: 'POST', body: { code, name } });
    const [set] = answer.headers['set-cookie'] ?? [];
    if (answer.status === 200 && set !== undefined) this.cookie = set.split(';', 1)[0] ?? null;
    return answer;
  }

  /** @throws with the status when the station refuses the WebSocket. */
  async socket(headers: Record<string, string> = {}): Promise<WebSocket> {
    const socket = new WebSocket(`wss://127.0.0.1:${this.port}/rpc`, {
      ca: this.ca,
      headers: { ...(this.cookie === null ? {} : { cookie: this.cookie }), ...headers },
    });
    this.sockets.push(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return socket;
  }

  async api(token: () => string | null): Promise<ContractRouterClient<StationContract>> {
    const socket = await this.socket();
    const link = new RPCLink({
      websocket: socket as unknown as globalThis.WebSocket,
      headers: () => {
        const value = token();
        return value === null ? {} : { authorization: `Bearer ${value}` };
      },
    });
    return createORPCClient(link);
  }

  leave(): void {
    for (const socket of this.sockets.splice(0)) socket.terminate();
  }
}
