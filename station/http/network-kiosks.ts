/**
 * The station on its site's network, for other kiosks: TLS with the station's own certificate, and only for devices
 * that were let in.
 *
 *   off ──switched on in Setup, or --network-port──▶ on ──switched off──▶ off
 *    on/off: kept in the records                      │ ▲
 *                              port not to be had     ▼ │ tried again
 *                                                   failed      (the station itself is never kept from its work)
 */
import type { IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import type { WebSocket } from 'ws';
import { type Cancel, type Clock, every, ok } from '../../shared/domain/index.ts';
import type { KioskNetwork } from '../../shared/station-contract/index.ts';
import type { Actor, CommandResult, Core, Inputs } from '../core/types.ts';
import { type JoinCodes, joinDevice } from '../kiosks/index.ts';
import { errorFields, type Log } from '../setup/index.ts';
import { type KioskCertificates, type MachineNames, namesOf, type ServedCertificate } from '../tls/index.ts';
import { JoinDoor } from './join-door.ts';
import { type KioskServer, serveKiosks } from './kiosk-server.ts';
import { OriginGuard } from './origin-guard.ts';
import { tlsOrRedirect } from './tls-or-redirect.ts';

/** Switched on in Setup; `--network-port` says otherwise. */
export const usualNetworkPort = 7443;

export const networkDelays = {
  /** New addresses, a certificate that is to be renewed. */
  lookMs: 30_000,
  /** After a port could not be had. */
  retryMs: 15_000,
};

const maxConnections = 256;
const switchKey = 'kiosks.network';

export interface NetworkKiosksOptions {
  core: Core;
  clock: Clock;
  log: Log;
  codes: JoinCodes;
  certificates: KioskCertificates;
  names: () => MachineNames;
  rendererDir: string;
  maxMessageBytes: number;
  /** The command line's port (0 = any free one): on, whatever Setup says. */
  portAtStart: number | null;
  onKiosk: (socket: WebSocket, kioskId: string | null) => void;
}

interface Running {
  listener: Server;
  port: number;
  kiosks: KioskServer;
  certificate: ServedCertificate;
  guard: OriginGuard;
  names: MachineNames;
  renew(certificate: ServedCertificate): void;
  closeAll(): void;
}

export class NetworkKiosks {
  readonly #options: NetworkKiosksOptions;
  readonly #stopListening: () => void;
  readonly #stopLooking: Cancel;
  #running: Running | null = null;
  #failed: Extract<KioskNetwork, { state: 'failed' }> | null = null;
  #cancelRetry: Cancel = () => {};
  /** One change after the other. */
  #changing: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: NetworkKiosksOptions) {
    this.#options = options;
    this.#stopListening = options.core.kiosks.onRemoved((kioskId) => {
      const connections = this.#running?.kiosks.shutOut(kioskId) ?? 0;
      options.log('kiosks.shut-out', { kioskId, connections });
    });
    this.#stopLooking = every(
      options.clock,
      networkDelays.lookMs,
      () => void this.#change(() => this.#look()),
    );
  }

  get setAtStart(): boolean {
    return this.#options.portAtStart !== null;
  }

  /** The port it listens on, or would. */
  get port(): number {
    return this.#running?.port ?? this.#options.portAtStart ?? usualNetworkPort;
  }

  /** Resolves when it serves, is off, or has failed and will try again. Never rejects. */
  start(): Promise<void> {
    return this.#change(() => this.#open());
  }

  state(): KioskNetwork {
    if (this.#failed !== null) return this.#failed;
    if (this.#running === null) return { state: 'off' };
    const { certificate, port, names } = this.#running;
    return {
      state: 'on',
      addresses: addressesOf(names, port),
      fingerprint: certificate.fingerprint,
      authorityFingerprint: certificate.authority.fingerprint,
      validToMs: certificate.validToMs,
    };
  }

  async setOn(
    actor: Actor,
    input: Inputs['kiosks']['setNetwork'],
  ): Promise<CommandResult<{ network: KioskNetwork }>> {
    const { core, codes } = this.#options;
    const { on } = input;
    const entry = { key: switchKey, journal: 'kiosk-network-switched', details: { on } };
    const kept = core.settings.keep<Record<string, never>>(actor, 'kiosks.setNetwork', input, entry, () =>
      this.setAtStart
        ? { ok: false, error: 'network-set-at-start' }
        : ok({ value: on ? 'on' : 'off', answer: {} }),
    );
    if (!kept.ok) return kept;
    if (!on) codes.cancel();
    await this.#change(() => (this.#isWanted() ? this.#open() : this.#shut()));
    return ok({ network: this.state() });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopListening();
    this.#stopLooking();
    await this.#change(() => this.#shut());
  }

  #isWanted(): boolean {
    return !this.#closed && (this.setAtStart || this.#options.core.settings.recall(switchKey) === 'on');
  }

  #change(work: () => Promise<void>): Promise<void> {
    this.#changing = this.#changing.then(work).catch((error: unknown) => {
      this.#options.log('kiosks.network-failed', errorFields(error));
    });
    return this.#changing;
  }

  async #open(): Promise<void> {
    if (this.#running !== null || !this.#isWanted()) return;
    this.#cancelRetry();
    try {
      this.#running = await this.#listen();
      this.#failed = null;
      this.#options.log('kiosks.network-on', { port: this.#running.port });
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      this.#options.log('kiosks.network-failed', { code, ...errorFields(error) });
      this.#failed = {
        state: 'failed',
        reason: code === 'EADDRINUSE' ? 'port-in-use' : code === 'EACCES' ? 'port-forbidden' : 'other',
        port: this.port,
        retryAtMs: this.#options.clock.nowMs() + networkDelays.retryMs,
      };
      this.#cancelRetry = this.#options.clock.schedule(
        networkDelays.retryMs,
        () => void this.#change(() => this.#open()),
      );
    }
  }

  async #listen(): Promise<Running> {
    const { core, codes, log } = this.#options;
    const names = this.#options.names();
    const certificate = await this.#options.certificates.current();
    const tls = createTlsServer({
      key: certificate.keyPem,
      cert: certificate.chainPem,
      minVersion: 'TLSv1.2',
      requestTimeout: 30_000,
      headersTimeout: 10_000,
      keepAliveTimeout: 5_000,
    });
    // A browser that does not trust the certificate yet breaks off: nothing to log.
    tls.on('tlsClientError', (_error, socket) => socket.destroy());
    const door = new JoinDoor({
      rendererDir: this.#options.rendererDir,
      admit: (credential) => core.kiosks.admit(credential),
      join: (body, address) => {
        const joined = joinDevice(core, codes, body, address);
        if (joined.ok) log('kiosks.joined', { kioskId: joined.value.kioskId });
        else log('kiosks.join-refused', { why: joined.error.refused });
        return joined;
      },
      authorityPem: () => running.certificate.authority.certificatePem,
    });
    const kiosks = serveKiosks(tls, {
      scheme: 'https',
      rendererDir: this.#options.rendererDir,
      maxMessageBytes: this.#options.maxMessageBytes,
      maxKiosks: 64,
      maxOfOneKiosk: 4,
      guard: () => running.guard,
      admit: (request) => door.admit(request),
      stranger: (request, response, path) => door.stranger(request, response, path),
      extra: (request, response, path) => {
        if (path !== '/station.crt') return false;
        door.certificate(request, response);
        return true;
      },
      onKiosk: this.#options.onKiosk,
      log,
    });
    const listener = tlsOrRedirect(tls, (request: IncomingMessage) => {
      const host = request.headers.host ?? '';
      return running.guard.knows(host) ? `https://${host}${request.url ?? '/'}` : null;
    });
    listener.maxConnections = maxConnections;
    await listenOn(listener, this.#options.portAtStart ?? usualNetworkPort);
    const { port } = listener.address() as AddressInfo;
    const running: Running = {
      listener,
      port,
      kiosks,
      certificate,
      names,
      guard: guardOf(names, port),
      renew: ({ keyPem, chainPem }) => tls.setSecureContext({ key: keyPem, cert: chainPem }),
      closeAll: () => tls.closeAllConnections(),
    };
    return running;
  }

  /** Addresses change, certificates end: what is open goes on with what it began with. */
  async #look(): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    running.names = this.#options.names();
    const certificate = await this.#options.certificates.current();
    if (certificate.fingerprint !== running.certificate.fingerprint) {
      running.certificate = certificate;
      running.renew(certificate);
    }
    running.guard = guardOf(running.names, running.port);
  }

  async #shut(): Promise<void> {
    this.#cancelRetry();
    this.#failed = null;
    const running = this.#running;
    if (running === null) return;
    this.#running = null;
    running.kiosks.close();
    await new Promise<void>((resolve) => {
      const hurry = setTimeout(() => {
        running.kiosks.terminate();
        running.closeAll();
      }, 500);
      running.listener.close(() => {
        clearTimeout(hurry);
        resolve();
      });
    });
    this.#options.log('kiosks.network-off');
  }
}

/** Every address the machine has, IPv6 too where there is IPv6. */
function listenOn(listener: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, () => {
      listener.off('error', reject);
      resolve();
    });
  });
}

function guardOf(names: MachineNames, port: number): OriginGuard {
  const { hosts, ips } = namesOf(names);
  return new OriginGuard('https', port, [...hosts, ...ips]);
}

function addressesOf({ hostName, addresses }: MachineNames, port: number): string[] {
  const inUrl = addresses.map((address) => (address.includes(':') ? `[${address}]` : address));
  const named = hostName === null ? [] : [`${hostName}.local`];
  // A number can be typed on every handheld; the name needs mDNS; IPv6 is for the patient.
  const typed = [
    ...inUrl.filter((one) => !one.startsWith('[')),
    ...named,
    ...inUrl.filter((one) => one.startsWith('[')),
  ];
  return typed.map((host) => `https://${host}:${port}`);
}
