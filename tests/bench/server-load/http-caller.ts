/**
 * The load's own HTTP: one kept-alive connection that sends prepared bytes and waits for the answer, one
 * at a time. `fetch` costs more than the server it would measure.
 */
import { connect, type Socket } from 'node:net';

export interface Answer {
  status: number;
  body: string;
}

export interface Caller {
  call(request: string): Promise<Answer>;
  close(): void;
}

/** A POST (or GET where there is no body) as bytes on the wire. */
export function requestText(
  path: string,
  token: string,
  body: object | null,
  idempotencyKey: string | null = null,
): string {
  const text = body === null ? '' : JSON.stringify(body);
  return (
    `${body === null ? 'GET' : 'POST'} ${path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\n` +
    (idempotencyKey === null ? '' : `idempotency-key: ${idempotencyKey}\r\n`) +
    (body === null
      ? '\r\n'
      : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
  );
}

/** One whole answer at the start of `text`, and what is left of it. */
function takeAnswer(text: string): { answer: Answer; rest: string } | null {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const head = text.slice(0, headEnd).toLowerCase();
  const status = Number(head.slice(9, 12));
  const bodyAt = headEnd + 4;
  const length = /\r\ncontent-length: *(\d+)/.exec(head)?.[1];
  if (length !== undefined) {
    const end = bodyAt + Number(length);
    if (text.length < end) return null;
    return { answer: { status, body: text.slice(bodyAt, end) }, rest: text.slice(end) };
  }
  const end = text.indexOf('0\r\n\r\n', bodyAt);
  if (end < 0) return null;
  const body = text
    .slice(bodyAt, end)
    .split('\r\n')
    .filter((_, index) => index % 2 === 1)
    .join('');
  return { answer: { status, body }, rest: text.slice(end + 5) };
}

export async function openCaller(url: string): Promise<Caller> {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect({ host: hostname, port: Number(port), noDelay: true });
  let text = '';
  let waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | null = null;
  const fail = (error: Error) => {
    waiting?.reject(error);
    waiting = null;
  };
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  // Latin-1: lengths on the wire are in bytes.
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    text += chunk;
    const taken = takeAnswer(text);
    if (taken === null) return;
    text = taken.rest;
    waiting?.resolve(taken.answer);
  });
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the connection was closed')));
  return {
    call(request) {
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request);
      });
    },
    close: () => socket.destroy(),
  };
}
