/** Sites, drivers and their jacks by the thousand, written straight into the store: the load is what is measured. */
import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { App } from '../../../server/app.ts';
import { tables } from '../../../server/db/index.ts';
import { hashToken, newToken } from '../../../server/http/index.ts';
import { authKeyPurpose } from '../../../server/jacks/index.ts';
import { newId } from '../../../shared/domain/index.ts';

export interface SeededSite {
  siteId: string;
  token: string;
}

export interface SeededDriver {
  driverId: string;
  token: string;
  jackId: string;
  code: string;
  key: Buffer;
}

export interface Fleet {
  sites: SeededSite[];
  drivers: SeededDriver[];
}

const perInsert = 500;

async function inParts<T>(rows: T[], insert: (part: T[]) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < rows.length; at += perInsert) await insert(rows.slice(at, at + perInsert));
}

/** @param reserve sites that ask for a reservation at arrival instead of an approval at completion */
export async function seedFleet(
  app: App,
  counts: { sites: number; drivers: number },
  reserve = false,
): Promise<Fleet> {
  const { db, secrets } = app;
  const createdAtMs = app.clock.nowMs();
  const sites = Array.from({ length: counts.sites }, () => ({ siteId: newId(), token: newToken('site') }));
  const drivers = Array.from({ length: counts.drivers }, () => ({
    driverId: newId(),
    token: newToken('phone'),
    jackId: newId(),
    vehicleId: newId(),
    code: `eddystone-uid:${randomBytes(16).toString('hex')}`,
    key: randomBytes(32),
  }));
  await inParts(sites, (part) =>
    db.insert(tables.sites).values(
      part.map(({ siteId }) => ({
        id: siteId,
        name: 'Load',
        currency: 'KRW',
        timeZone: 'Asia/Seoul',
        approvalMode: reserve ? ('reserve-at-arrival' as const) : ('at-completion' as const),
        reservationMaximumMinor: reserve ? 100_000 : null,
        approvalMs: 3_600_000,
        createdAtMs,
      })),
    ),
  );
  await inParts(sites, (part) =>
    db.insert(tables.siteCredentials).values(
      part.map(({ siteId, token }) => ({
        id: newId(),
        siteId,
        tokenHash: hashToken(token),
        stationName: 'load',
        createdAtMs,
      })),
    ),
  );
  await inParts(drivers, (part) =>
    db
      .insert(tables.drivers)
      .values(part.map(({ driverId }) => ({ id: driverId, name: 'd', locale: 'ko' as const, createdAtMs }))),
  );
  await inParts(drivers, (part) =>
    db.insert(tables.phones).values(
      part.map(({ driverId, token }) => ({
        id: newId(),
        driverId,
        name: 'phone',
        tokenHash: hashToken(token),
        createdAtMs,
      })),
    ),
  );
  await inParts(drivers, (part) =>
    db.insert(tables.vehicles).values(
      part.map(({ driverId, vehicleId }, n) => ({
        id: vehicleId,
        driverId,
        plateTyped: `12가${String(n).padStart(4, '0')}`,
        plate: `12가${String(n).padStart(4, '0')}`,
        model: 'Sonata',
        color: 'white',
        fuel: 'gasoline' as const,
        createdAtMs,
      })),
    ),
  );
  await inParts(drivers, (part) =>
    db.insert(tables.jacks).values(
      part.map(({ driverId, vehicleId, jackId, code, key }) => ({
        id: jackId,
        driverId,
        vehicleId,
        behaviour: 'static' as const,
        staticCode: code,
        authKeySealed: secrets.seal(key, authKeyPurpose(jackId)),
        createdAtMs,
      })),
    ),
  );
  await inParts(drivers, (part) =>
    db.insert(tables.paymentMethods).values(
      part.map(({ driverId }) => ({
        id: newId(),
        driverId,
        processorToken: 'tok_ok',
        label: 'card',
        createdAtMs,
      })),
    ),
  );
  // Regulars: each was heard before at the site that it comes to (`visitOf`).
  await inParts(
    drivers.map(({ jackId }, n) => ({ jackId, siteId: sites[n % sites.length]?.siteId ?? '' })),
    (part) => db.insert(tables.lastHeard).values(part.map((heard) => ({ ...heard, heardAtMs: createdAtMs }))),
  );
  await db.execute(sql`ANALYZE`);
  return { sites, drivers };
}
