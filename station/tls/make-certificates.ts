/**
 * The two certificates of a station, EC P-256 (RFC 5280; Node's own crypto can read certificates, not make them).
 *
 *   authority   ten years, made once, what a device may trust. Its name constraints let it vouch for private
 *               addresses, `.local`, `localhost` and this machine's name only: whoever steals its key can pose
 *               as this station, never as a bank.
 *     └─ kiosk  a year, what the browser sees. Renewed without a device having to trust anything anew.
 */
import 'reflect-metadata';
import { KeyObject, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { nameConstraints } from './name-constraints.ts';

export interface PemPair {
  keyPem: string;
  certificatePem: string;
}

const dayMs = 24 * 3_600_000;
const authorityDays = 3_650;
/** Apple's and Google's browsers refuse more than 825 and 398. */
export const kioskDays = 365;
/** The clock of a device that was switched off for long may be late. */
const earlyMs = dayMs;

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' };

/** @param hostName The machine's own name, the one single-label name the authority may vouch for. */
export async function makeAuthority(hostName: string | null, nowMs: number): Promise<PemPair> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serialNumber(),
      name: `CN=Kiosk station ${hostName ?? 'without a name'}`,
      notBefore: new Date(nowMs - earlyMs),
      notAfter: new Date(nowMs + authorityDays * dayMs),
      keys,
      signingAlgorithm,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.Extension('2.5.29.30', true, nameConstraints(hostName)),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto as Crypto),
      ],
    },
    webcrypto as Crypto,
  );
  return { keyPem: pemOf(keys.privateKey), certificatePem: certificate.toString('pem') };
}

export async function makeKioskCertificate(options: {
  authority: PemPair;
  hosts: readonly string[];
  ips: readonly string[];
  nowMs: number;
}): Promise<PemPair> {
  const authority = new x509.X509Certificate(options.authority.certificatePem);
  const signingKey = await webcrypto.subtle.importKey(
    'pkcs8',
    derOf(options.authority.keyPem),
    algorithm,
    false,
    ['sign'],
  );
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      subject: 'CN=Kiosk',
      issuer: authority.subject,
      notBefore: new Date(options.nowMs - earlyMs),
      // Never longer than whoever vouches for it.
      notAfter: new Date(Math.min(options.nowMs + kioskDays * dayMs, authority.notAfter.getTime())),
      publicKey: keys.publicKey,
      signingKey: signingKey as CryptoKey,
      signingAlgorithm,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([
          ...options.hosts.map((value) => ({ type: 'dns' as const, value })),
          ...options.ips.map((value) => ({ type: 'ip' as const, value })),
        ]),
        await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey, false, webcrypto as Crypto),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto as Crypto),
      ],
    },
    webcrypto as Crypto,
  );
  return { keyPem: pemOf(keys.privateKey), certificatePem: certificate.toString('pem') };
}

async function newKeys(): Promise<CryptoKeyPair> {
  return (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair;
}

/** Positive, 120 bits of chance (RFC 5280 section 4.1.2.2). */
function serialNumber(): string {
  return `01${Buffer.from(webcrypto.getRandomValues(new Uint8Array(15))).toString('hex')}`;
}

function pemOf(key: CryptoKey): string {
  return KeyObject.from(key as webcrypto.CryptoKey)
    .export({ type: 'pkcs8', format: 'pem' })
    .toString();
}

function derOf(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64');
}
