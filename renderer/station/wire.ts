/**
 * One wire to the station, whatever it is made of. A wire lives once: when it breaks, the
 * connection opens a new one (see connection.ts), and nothing is written to a broken one.
 *
 *   browser   page ── WebSocket /rpc on the page's own origin ── station
 *   Electron  page ── MessagePort, handed over by the preload as a window message ── station
 */
import type { ClientContext, ClientLink } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import { shutOutCode } from '../../shared/station-facts/index.ts';

/** `shut-out`: the station no longer serves this device; no other wire will do better. */
export type WireEnd = 'broken' | 'shut-out';

/** Thrown by an opener where the station says that this device is not let in. */
export class ShutOutError extends Error {
  constructor() {
    super('the station does not serve this device');
    this.name = 'ShutOutError';
  }
}

export interface Wire {
  link: ClientLink<ClientContext>;
  /** Resolves once, when the wire can carry nothing any more, with the reason where the station gave one. */
  closed: Promise<WireEnd>;
  close(): void;
}

/** Opens a fresh wire, or throws when there is nobody at the other end. */
export type OpenWire = (signal: AbortSignal) => Promise<Wire>;

/** Called for each call: who is signed in may have changed since the wire was opened. */
export type Headers = () => Record<string, string>;

/** What the Electron preload offers; absent in a browser. */
interface KioskBridge {
  /** Asks the shell for a fresh port; it arrives as a window message of type `station-port`. */
  connect?: () => unknown;
}

const bridge = (): KioskBridge | undefined => (globalThis as { kiosk?: KioskBridge }).kiosk;

/** How long the shell may take to hand over a port. */
const portTimeoutMs = 10_000;

/** A wire over a MessagePort that is already in hand. */
export function portWire(port: MessagePort, headers: Headers): Wire {
  const closed = Promise.withResolvers<WireEnd>();
  port.addEventListener('close', () => closed.resolve('broken'));
  const link = new PortLink({ port, headers });
  port.start();
  return {
    link,
    closed: closed.promise,
    close() {
      port.close();
      closed.resolve('broken');
    },
  };
}

/**
 * Ports come as window messages, also unasked: when the station was restarted, the shell hands over
 * a port to the new one, and the old wire ends there and then.
 */
function openPort(headers: Headers): OpenWire {
  let waiting: ((port: MessagePort) => void) | null = null;
  let handed: MessagePort | null = null;
  let current: Wire | null = null;
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const port = event.ports[0];
    // Only our own preload may hand us a port: it speaks from this very window.
    if (event.source !== window || port === undefined) return;
    if ((event.data as { type?: unknown } | null)?.type !== 'station-port') return;
    if (waiting) waiting(port);
    else {
      handed = port;
      current?.close();
    }
  });
  return async (signal) => {
    const port = handed ?? (await nextPort(signal, (take) => (waiting = take)));
    handed = null;
    waiting = null;
    current = portWire(port, headers);
    return current;
  };
}

function nextPort(
  signal: AbortSignal,
  wait: (take: ((port: MessagePort) => void) | null) => void,
): Promise<MessagePort> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      clearTimeout(timer);
      wait(null);
      reject(new Error('the shell handed over no port'));
    };
    const timer = setTimeout(giveUp, portTimeoutMs);
    signal.addEventListener('abort', giveUp, { once: true });
    wait((port) => {
      clearTimeout(timer);
      resolve(port);
    });
    bridge()?.connect?.();
  });
}

function openSocket(headers: Headers): OpenWire {
  return (signal) =>
    new Promise<Wire>((resolve, reject) => {
      const address = new URL('/rpc', window.location.href);
      address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
      const socket = new WebSocket(address);
      const closed = Promise.withResolvers<WireEnd>();
      let isOpen = false;
      signal.addEventListener('abort', () => socket.close(), { once: true });
      socket.addEventListener('close', (event) => {
        closed.resolve(event.code === shutOutCode ? 'shut-out' : 'broken');
        if (isOpen) return;
        // A browser does not say why a WebSocket was refused; a plain request does.
        void isShutOut(signal).then((shutOut) =>
          reject(shutOut ? new ShutOutError() : new Error('the station does not answer')),
        );
      });
      socket.addEventListener('open', () => {
        isOpen = true;
        resolve({
          link: new SocketLink({ websocket: socket, headers }),
          closed: closed.promise,
          close: () => socket.close(),
        });
      });
    });
}

async function isShutOut(signal: AbortSignal): Promise<boolean> {
  try {
    const asked = AbortSignal.any([signal, AbortSignal.timeout(5_000)]);
    return (
      (await fetch(new URL('/kiosk', window.location.href), { cache: 'no-store', signal: asked })).status ===
      401
    );
  } catch {
    return false;
  }
}

/** The wire this page should use: the shell's port where there is a shell, else a WebSocket. */
export function openWireFor(headers: Headers): OpenWire {
  return bridge()?.connect ? openPort(headers) : openSocket(headers);
}
