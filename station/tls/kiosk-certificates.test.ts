import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../shared/domain/index.ts';
import { silentLog } from '../setup/index.ts';
import { KioskCertificates, type MachineNames } from './index.ts';
import { makeAuthority, makeKioskCertificate } from './make-certificates.ts';

const dayMs = 24 * 3_600_000;
let dataDir = '';
let names: MachineNames;
let clock: ManualClock;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'kiosk-tls-'));
  names = { hostName: 'store-12', addresses: ['192.168.0.7'] };
  clock = new ManualClock(Date.now());
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const keeper = () => new KioskCertificates({ dataDir, clock, log: silentLog, names: () => names });
const leafOf = (served: { chainPem: string }) => new X509Certificate(served.chainPem);

/** Does a client that trusts `ca` accept the station under this name? Answers the reason why not. */
async function trusted(
  served: { keyPem: string; chainPem: string },
  ca: string,
  name: string,
): Promise<string> {
  const server = createServer({ key: served.keyPem, cert: served.chainPem });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await new Promise((resolve) => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      // `host` is what the certificate is checked against where no server name can be sent (addresses).
      const socket = connect(
        { port, host: '127.0.0.1', servername: /[a-z]/.test(name) ? name : '', ca },
        () => {
          socket.end();
          resolve('trusted');
        },
      );
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(`${error.code} ${error.message}`));
    });
  } finally {
    server.close();
  }
}

describe("the station's certificate", () => {
  it('is an EC P-256 one for the names and private addresses of the machine, good for a year', async () => {
    const certificate = leafOf(await keeper().current());
    expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(certificate.subjectAltName?.split(', ')).toEqual([
      'DNS:localhost',
      'DNS:store-12',
      'DNS:store-12.local',
      'IP Address:127.0.0.1',
      'IP Address:0:0:0:0:0:0:0:1',
      'IP Address:192.168.0.7',
    ]);
    const days = (certificate.validToDate.getTime() - clock.nowMs()) / dayMs;
    expect(days).toBeGreaterThan(364);
    expect(days).toBeLessThan(398);
    expect(certificate.ca).toBe(false);
  });

  it('is trusted by whoever trusts its authority, under its own names only', async () => {
    const served = await keeper().current();
    const ca = served.authority.certificatePem;
    for (const name of ['127.0.0.1', 'store-12', 'store-12.local', 'localhost']) {
      expect(await trusted(served, ca, name), name).toBe('trusted');
    }
    expect(await trusted(served, ca, 'bank.example')).toContain('ERR_TLS_CERT_ALTNAME_INVALID');
    const stranger = await makeAuthority('store-12', clock.nowMs());
    expect(await trusted(served, stranger.certificatePem, 'localhost')).not.toBe('trusted');
  });

  it('comes from an authority whose stolen key vouches for no bank and no public address', async () => {
    const authority = await makeAuthority('store-12', clock.nowMs());
    const sign = async (hosts: string[], ips: string[]) => {
      const pair = await makeKioskCertificate({ authority, hosts, ips, nowMs: clock.nowMs() });
      return { keyPem: pair.keyPem, chainPem: `${pair.certificatePem}\n${authority.certificatePem}` };
    };
    const bank = await sign(['bank.example'], ['127.0.0.1']);
    expect(await trusted(bank, authority.certificatePem, 'bank.example')).toContain(
      'permitted subtree violation',
    );
    const abroad = await sign(['localhost'], ['127.0.0.1', '8.8.8.8']);
    expect(await trusted(abroad, authority.certificatePem, 'localhost')).toContain(
      'permitted subtree violation',
    );
  });

  it('lies in the data folder for this user alone, and is the same after a restart', async () => {
    const first = await keeper().current();
    const folder = join(dataDir, 'tls');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const files = readdirSync(folder).sort();
    expect(files).toEqual(['authority.crt.pem', 'authority.key.pem', 'kiosk.crt.pem', 'kiosk.key.pem']);
    for (const file of files) expect(statSync(join(folder, file)).mode & 0o777, file).toBe(0o600);
    expect((await keeper().current()).fingerprint).toBe(first.fingerprint);
  });

  it('is renewed two months before it ends, by the same authority', async () => {
    const first = await keeper().current();
    clock.advance(304 * dayMs);
    expect((await keeper().current()).fingerprint).toBe(first.fingerprint);
    clock.advance(2 * dayMs);
    const second = await keeper().current();
    expect(second.fingerprint).not.toBe(first.fingerprint);
    expect(second.authority.fingerprint).toBe(first.authority.fingerprint);
    expect(second.validToMs).toBeGreaterThan(first.validToMs + 300 * dayMs);
  });

  it('is renewed for a new address, not for one that went away', async () => {
    const first = await keeper().current();
    names = { hostName: 'store-12', addresses: [] };
    expect((await keeper().current()).fingerprint).toBe(first.fingerprint);
    names = { hostName: 'store-12', addresses: ['10.1.2.3', 'fd00::12'] };
    const second = await keeper().current();
    expect(second.fingerprint).not.toBe(first.fingerprint);
    expect(leafOf(second).checkIP('10.1.2.3')).toBe('10.1.2.3');
    expect(leafOf(second).checkIP('fd00::12')).toBe('fd00::12');
    expect(await trusted(second, second.authority.certificatePem, 'localhost')).toBe('trusted');
  });

  it('of a machine that was renamed stays one that its authority may vouch for', async () => {
    const first = await keeper().current();
    names = { hostName: 'store-99', addresses: ['192.168.0.7'] };
    const second = await keeper().current();
    expect(second.authority.fingerprint).toBe(first.authority.fingerprint);
    expect(await trusted(second, second.authority.certificatePem, 'store-99.local')).toBe('trusted');
    expect((await keeper().current()).fingerprint).toBe(second.fingerprint);
  });

  it('is made anew where a power cut or a hand left half of it', async () => {
    const first = await keeper().current();
    truncateSync(join(dataDir, 'tls', 'kiosk.key.pem'), 20);
    const second = await keeper().current();
    expect(second.fingerprint).not.toBe(first.fingerprint);
    expect(second.authority.fingerprint).toBe(first.authority.fingerprint);
    rmSync(join(dataDir, 'tls', 'authority.crt.pem'));
    const third = await keeper().current();
    expect(third.authority.fingerprint).not.toBe(first.authority.fingerprint);
    expect(await trusted(third, third.authority.certificatePem, 'localhost')).toBe('trusted');
  });
});
