/**
 * Stands between a payment server and whoever calls it, and holds both to the server's own OpenAPI
 * document:
 *
 *   client ──▶ watch ──▶ server          bytes pass unchanged, streams too
 *                │
 *                ├─ seen     every (route, status, code) that was answered
 *                └─ faults   an answer, an event or an accepted request that is not as documented
 */
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerKey, ContractDocument, type DocumentedOperation } from './contract-document.ts';

/** By their text: many servers of one version have one document, and its schemas are compiled once. */
const documents = new Map<string, ContractDocument>();

export class ContractWatch {
  readonly url: string;
  readonly document: ContractDocument;
  readonly seen: Map<string, number>;
  readonly faults = new Set<string>();
  readonly #close: () => Promise<void>;

  private constructor(
    url: string,
    document: ContractDocument,
    seen: Map<string, number>,
    close: () => Promise<void>,
  ) {
    this.seen = seen;
    this.url = url;
    this.document = document;
    this.#close = close;
  }

  /**
   * @param target where the server is now; asked for every request, since it may be started anew
   * @param seen of another watch, to note the answers of several servers in one place
   */
  static async open(target: () => string, seen = new Map<string, number>()): Promise<ContractWatch> {
    const text = await (await fetch(`${target()}/openapi.json`)).text();
    const document = documents.get(text) ?? new ContractDocument(JSON.parse(text));
    documents.set(text, document);
    let watch: ContractWatch | null = null;
    const server = createServer((request, response) => {
      if (watch === null) response.destroy();
      else void watch.#pass(target(), request, response).catch(() => response.destroy());
    });
    // A test that thinks for longer than the usual five seconds finds its connection as it left it.
    server.keepAliveTimeout = 120_000;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    watch = new ContractWatch(`http://127.0.0.1:${port}`, document, seen, async () => {
      server.close();
      server.closeAllConnections();
    });
    return watch;
  }

  /** @throws when anything was said that the document does not say */
  async close(): Promise<void> {
    await this.#close();
    if (this.faults.size > 0) {
      throw new Error(`Not as the OpenAPI document says:\n  ${[...this.faults].join('\n  ')}`);
    }
  }

  /** Of these routes of `group` those that nobody was served: a client's test is to use what the client uses. */
  missing(routes: string[], group: string): string[] {
    return routes.filter((route) => !this.seen.has(`${group}.${route} 200`));
  }

  /** Documented answers that nobody got. */
  unseen(): string[] {
    return this.document
      .documented()
      .map(answerKey)
      .filter((key) => !this.seen.has(key));
  }

  async #pass(target: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) asked.push(chunk);
    const requestBody = Buffer.concat(asked);
    const method = request.method ?? 'GET';
    const path = request.url ?? '/';
    const upstream = send(new URL(path, target), {
      method,
      headers: { ...request.headers, host: new URL(target).host },
      agent: false,
    });
    response.once('close', () => upstream.destroy());
    upstream.once('error', () => response.destroy());
    upstream.end(requestBody);
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      upstream.once('response', resolve);
      upstream.once('error', reject);
    });
    const { 'transfer-encoding': _encoding, connection: _connection, ...headers } = answer.headers;
    const contentType = answer.headers['content-type'] ?? '';
    const status = answer.statusCode ?? 0;
    const exchange = {
      ...{ method, path, headers: request.headers, status, contentType },
      requestBody: requestBody.toString('utf8'),
    };
    if (contentType.startsWith('text/event-stream')) {
      this.#note({ ...exchange, responseBody: '' });
      const operation = this.document.operationOf(method, path);
      response.writeHead(status, headers);
      response.flushHeaders();
      const read = this.#eventReader(operation);
      for await (const chunk of answer as AsyncIterable<Buffer>) {
        read(chunk);
        response.write(chunk);
      }
      response.end();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
    const responseBody = Buffer.concat(chunks);
    this.#note({ ...exchange, responseBody: responseBody.toString('utf8') });
    response.writeHead(status, { ...headers, 'content-length': responseBody.byteLength });
    response.end(responseBody);
  }

  #note(exchange: Parameters<ContractDocument['judge']>[0]): void {
    const { answered, faults } = this.document.judge(exchange);
    for (const fault of faults) this.faults.add(fault);
    if (answered === null) return;
    const key = answerKey(answered);
    this.seen.set(key, (this.seen.get(key) ?? 0) + 1);
  }

  #eventReader(operation: DocumentedOperation | null): (chunk: Buffer) => void {
    const decoder = new TextDecoder();
    let text = '';
    return (chunk) => {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const all = block.split('\n');
        const lines = all.filter((line) => line.startsWith('data:'));
        // How a stream ends ('done', 'error') is the transport's own; what it tells are its messages. But that an
        // event was not as the contract says ends a stream, too.
        const name =
          all
            .find((line) => line.startsWith('event:'))
            ?.slice(6)
            .trim() ?? 'message';
        if (operation === null || lines.length === 0) continue;
        const told = lines.map((line) => line.slice(5).trim()).join('\n');
        if (name === 'error' && told.includes('EVENT_ITERATOR_VALIDATION_FAILED')) {
          this.faults.add(`${operation.operationId}: an event was not as the contract says`);
        }
        if (name !== 'message') continue;
        const data: unknown = JSON.parse(told);
        const fault = this.document.eventFault(operation, data);
        if (fault !== null)
          this.faults.add(`${operation.operationId}: an event is not as documented: ${fault}`);
      }
    };
  }
}
