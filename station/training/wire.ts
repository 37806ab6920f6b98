import { MessageChannel, type MessagePort } from 'node:worker_threads';

/** Unread by the kiosk: beyond this the wire is cut, and the page opens a new one. Characters. */
const mostUnread = 4_000_000;

/** One page's wire to the training station: texts of the contract, both ways. */
export class TrainingWire {
  /** Given to the thread. */
  readonly far: MessagePort;
  readonly #near: MessagePort;
  readonly #unread: string[] = [];
  #unreadSize = 0;
  #closed = false;
  #wake = () => {};
  readonly #onClosed: () => void;

  constructor(onClosed: () => void) {
    const { port1, port2 } = new MessageChannel();
    this.#near = port1;
    this.far = port2;
    this.#onClosed = onClosed;
    port1.on('message', (text: unknown) => {
      if (typeof text !== 'string' || this.#closed) return;
      this.#unread.push(text);
      this.#unreadSize += text.length;
      if (this.#unreadSize > mostUnread) this.close();
      else this.#wake();
    });
    port1.on('close', () => this.close());
  }

  say(text: string): void {
    if (!this.#closed) this.#near.postMessage(text);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#near.close();
    this.#onClosed();
    this.#wake();
  }

  recheck(): void {
    this.#wake();
  }

  async *read(
    signal: AbortSignal | undefined,
    mayRead: () => boolean,
  ): AsyncGenerator<{ text: string }, void, void> {
    const wake = () => this.#wake();
    signal?.addEventListener('abort', wake);
    try {
      while (signal?.aborted !== true && !this.#closed && mayRead()) {
        const text = this.#unread.shift();
        if (text !== undefined) {
          this.#unreadSize -= text.length;
          yield { text };
          continue;
        }
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = () => {};
      }
    } finally {
      signal?.removeEventListener('abort', wake);
      this.close();
    }
  }
}
