/**
 * Keeps the station's certificates: made when first asked for, kept in `<data>/tls` (for this user alone),
 * renewed sixty days before they end, when the machine has a new name or address, and when what lies there
 * cannot be read. A renewed kiosk certificate is signed by the same authority: devices that trust it notice
 * nothing, the others warn once more.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../shared/domain/index.ts';
import type { Log } from '../setup/index.ts';
import { type MachineNames, namesOf } from './machine-names.ts';
import type { PemPair } from './make-certificates.ts';

export interface ServedCertificate {
  keyPem: string;
  /** The kiosk's own certificate, then its authority's. */
  chainPem: string;
  /** SHA-256 of the kiosk's certificate, `AB:CD:…`: what a browser shows. */
  fingerprint: string;
  validToMs: number;
  authority: { certificatePem: string; fingerprint: string };
}

const dayMs = 24 * 3_600_000;
const renewBeforeMs = 60 * dayMs;

export class KioskCertificates {
  readonly #dir: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #names: () => MachineNames;

  constructor(options: { dataDir: string; clock: Clock; log: Log; names: () => MachineNames }) {
    this.#dir = join(options.dataDir, 'tls');
    this.#clock = options.clock;
    this.#log = options.log;
    this.#names = options.names;
  }

  /** The certificate to serve now. @throws when the folder cannot be written. */
  async current(): Promise<ServedCertificate> {
    const nowMs = this.#clock.nowMs();
    const names = this.#names();
    const { hosts, ips } = namesOf(names);
    let authority = this.#read('authority', nowMs);
    if (authority === null) {
      const { makeAuthority } = await maker();
      authority = this.#keep('authority', await makeAuthority(names.hostName, nowMs));
      this.#log('tls.authority-made');
    }
    // Only what its authority may vouch for: a machine that was renamed since keeps its addresses and `.local`.
    const vouched = hosts.filter(
      (host) => host === 'localhost' || host.includes('.') || authority.names(host),
    );
    const kept = this.#read('kiosk', nowMs);
    const isGood =
      kept !== null &&
      kept.certificate.validToDate.getTime() - nowMs > renewBeforeMs &&
      kept.certificate.checkIssued(authority.certificate) &&
      vouched.every((host) => kept.certificate.checkHost(host, { subject: 'never' }) !== undefined) &&
      ips.every((ip) => kept.certificate.checkIP(ip) !== undefined);
    if (isGood) return served(kept, authority);
    const { makeKioskCertificate } = await maker();
    const made = await makeKioskCertificate({ authority: authority.pem, hosts: vouched, ips, nowMs });
    this.#log('tls.certificate-made', { addresses: ips.length, renewed: kept !== null });
    return served(this.#keep('kiosk', made), authority);
  }

  /** null: not there, not readable, key and certificate are not a pair, or not valid now. */
  #read(name: string, nowMs: number): Kept | null {
    try {
      const read = (file: string) => readFileSync(join(this.#dir, file), 'utf8');
      const kept = toKept({ keyPem: read(`${name}.key.pem`), certificatePem: read(`${name}.crt.pem`) });
      const { validFromDate, validToDate } = kept.certificate;
      const isPair = kept.certificate.checkPrivateKey(createPrivateKey(kept.pem.keyPem));
      const isValid = validFromDate.getTime() <= nowMs && nowMs < validToDate.getTime();
      return isPair && isValid ? kept : null;
    } catch {
      return null;
    }
  }

  /** Key first: a power cut between the two leaves a pair that does not fit, and that is made anew. */
  #keep(name: string, pair: PemPair): Kept {
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    for (const [file, text] of [
      [`${name}.key.pem`, pair.keyPem],
      [`${name}.crt.pem`, pair.certificatePem],
    ] as const) {
      const path = join(this.#dir, file);
      writeFileSync(`${path}.part`, text, { mode: 0o600, flush: true });
      renameSync(`${path}.part`, path);
    }
    return toKept(pair);
  }
}

interface Kept {
  pem: PemPair;
  certificate: X509Certificate;
  /** Is it an authority made under this name of the machine? The name stands at the end of its subject. */
  names(host: string): boolean;
}

function toKept(pem: PemPair): Kept {
  const certificate = new X509Certificate(pem.certificatePem);
  return { pem, certificate, names: (host) => certificate.subject.endsWith(` ${host}`) };
}

function served(kiosk: Kept, authority: Kept): ServedCertificate {
  return {
    keyPem: kiosk.pem.keyPem,
    chainPem: `${kiosk.pem.certificatePem.trim()}\n${authority.pem.certificatePem.trim()}\n`,
    fingerprint: kiosk.certificate.fingerprint256,
    validToMs: kiosk.certificate.validToDate.getTime(),
    authority: {
      certificatePem: authority.pem.certificatePem,
      fingerprint: authority.certificate.fingerprint256,
    },
  };
}

/** Loaded only where a certificate must be made: most stations serve one kiosk and never need it. */
function maker() {
  return import('./make-certificates.ts');
}
