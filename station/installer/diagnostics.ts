/** One file for somebody far away: what runs here, how it is set, what its receivers went through. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../shared/domain/index.ts';
import type { DiagnosticsBundle, LaneRadioView, StationStatus } from '../../shared/station-contract/index.ts';
import type { Core, Enrolment } from '../core/types.ts';
import type { Radio } from '../receivers/index.ts';

export interface DiagnosticsDeps {
  core: Pick<Core, 'settings'>;
  radio: Pick<Radio, 'beacon' | 'receivers' | 'healthHistory' | 'presence'>;
  clock: Clock;
  dataDir: string;
  version: string;
  status: () => StationStatus;
  lanes: LaneRadioView[];
  startedAtMs: number;
}

/** Named one by one: what is not named here is not in it. */
export async function diagnosticsBundle(deps: DiagnosticsDeps): Promise<DiagnosticsBundle> {
  const { core, radio, clock, dataDir, version, status, lanes, startedAtMs } = deps;
  const enrolment = core.settings.enrolment();
  const { currency, timeZone, simulated } = core.settings.site();
  const now = status();
  return {
    madeAtMs: Math.round(clock.nowMs()),
    versions: { product: version, node: process.version, platform: process.platform, arch: process.arch },
    uptimeMs: Math.max(0, Math.round(clock.nowMs() - startedAtMs)),
    memoryMb: Math.round(process.memoryUsage().rss / (1024 * 1024)),
    settings: {
      currency,
      timeZone,
      simulated,
      enrolled: enrolment !== null,
      serverHost: hostOf(enrolment?.serverUrl),
      lanes,
      testBeacon: { set: radio.beacon().code !== null, silentAfterMs: radio.beacon().silentAfterMs },
    },
    status: {
      radio: now.radio,
      server: now.server,
      outbox: { waiting: now.outbox.waiting, attention: now.outbox.attention },
    },
    receivers: radio.receivers(),
    healthHistory: radio.healthHistory(),
    presence: radio.presence(),
    logLines: await lastLogLines(dataDir, secretsOf(enrolment)),
  };
}

/** All of the enrolment but what the server says of the site, and where the server is. */
function secretsOf(enrolment: Enrolment | null): string[] {
  if (enrolment === null) return [];
  const { site: _site, serverUrl: _address, ...secret } = enrolment;
  const strings = (value: unknown): string[] => {
    if (typeof value === 'string') return [value];
    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
  };
  return strings(secret);
}

const tailBytes = 64 * 1024;
const maxLines = 200;

/** The last lines of the station's log, scrubbed once more though the log holds nothing personal. */
export async function lastLogLines(dataDir: string, secrets: readonly string[]): Promise<string[]> {
  const now = await tailOf(join(dataDir, 'station.log'));
  // It has just been turned over: what led up to it stands in the one before.
  const before = now.length < maxLines ? await tailOf(join(dataDir, 'station.log.1')) : [];
  return [...before, ...now].slice(-maxLines).map((line) => scrubLine(line, secrets));
}

async function tailOf(path: string): Promise<string[]> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const length = Math.min(size, tailBytes);
      const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
      const lines = buffer.toString('utf8').split('\n');
      // The first one is cut unless the file began there.
      if (size > length) lines.shift();
      return lines.filter((line) => line !== '').slice(-maxLines);
    } finally {
      await file.close();
    }
  } catch {
    return [];
  }
}

/** Korean plates, with or without the region's name before them. */
const plates = /[\p{Script=Hangul}]{0,2}\d{2,3}\s?[\p{Script=Hangul}]\s?\d{4}/gu;
const tokens = /Bearer\s+[\x21-\x7e]+/g;
/** Codes from the air, keys and credentials: long hexadecimal or base64url. */
const longSecrets = /\b(?=[A-Za-z0-9_-]*\d)[A-Za-z0-9_-]{32,}\b/g;
/** What enrols a station: three groups of four, of letters and digits that cannot be confused (server/sites). */
const pairingCodes = /\b[2-9A-HJKMNP-TV-Z]{4}(?:-[2-9A-HJKMNP-TV-Z]{4}){2}\b/g;
const userInUrl = /(\w+:\/\/)[^\s/@"]+@/g;

export function scrubLine(line: string, secrets: readonly string[]): string {
  let clean = line;
  for (const secret of secrets) if (secret.length >= 4) clean = clean.replaceAll(secret, '…');
  return clean
    .replace(userInUrl, '$1')
    .replace(tokens, 'Bearer …')
    .replace(plates, '…')
    .replace(pairingCodes, '…')
    .replace(longSecrets, (found) => (/^[0-9a-f]{8}-/.test(found) ? found : '…'));
}

/** Host and port alone: an address can hold a name and a password. */
export function hostOf(url: string | undefined): string | null {
  return url === undefined ? null : (URL.parse(url)?.host ?? null);
}
