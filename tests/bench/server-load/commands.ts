/** The three commands whose pace is measured, as bytes on the wire, and what must be there before them. */
import { randomUUID } from 'node:crypto';
import type { App } from '../../../server/app.ts';
import { tables } from '../../../server/db/index.ts';
import { authCode, authCodeChallenge } from '../../../shared/auth-code/index.ts';
import { newId } from '../../../shared/domain/index.ts';
import { requestText } from './http-caller.ts';
import type { Fleet, SeededDriver, SeededSite } from './seed.ts';

export interface Visit {
  site: SeededSite;
  driver: SeededDriver;
  visitId: string;
  paymentRequestId: string;
}

export const amountMinor = 50_000;
const money = { amountMinor, currency: 'KRW' };
const perInsert = 500;

/** A visit of some driver at some site: spread evenly, none of the two twice in a row. */
export function visitOf(fleet: Fleet, n: number): Visit {
  const site = fleet.sites[n % fleet.sites.length];
  const driver = fleet.drivers[n % fleet.drivers.length];
  if (site === undefined || driver === undefined) throw new Error('an empty fleet');
  return { site, driver, visitId: newId(), paymentRequestId: newId() };
}

export function codeReport({ site, driver }: Pick<Visit, 'site' | 'driver'>): string {
  const body = { code: driver.code, heardAtMs: Date.now(), laneId: null };
  return requestText('/v1/site/code-reports', site.token, body, randomUUID());
}

export function arrival({ site, driver, visitId }: Visit): string {
  const body = {
    visitId,
    jackId: driver.jackId,
    arrivedAtMs: Date.now(),
    laneId: 'pump-1',
    laneKind: 'pump',
  };
  return requestText('/v1/site/arrivals', site.token, body, randomUUID());
}

export function completion({ site, driver, visitId, paymentRequestId }: Visit): string {
  const body = {
    paymentRequestId,
    visitId,
    jackId: driver.jackId,
    laneId: 'pump-1',
    pumpNumber: 1,
    fuel: 'gasoline',
    unitPriceMilli: 1_000_000,
    volumeMl: amountMinor,
    amount: money,
    completedAtMs: Date.now(),
  };
  return requestText(`/v1/site/refuels/${newId()}/completion`, site.token, body, randomUUID());
}

export function approval({ site, driver, paymentRequestId }: Visit): string {
  const { siteId } = site;
  const challenge = authCodeChallenge({ siteId, paymentRequestId, ...money });
  const code = authCode(driver.key, challenge, Date.now());
  const body = { decision: { answer: 'approve', siteId, amount: money, authCode: code } };
  return requestText(`/v1/approvals/${paymentRequestId}`, driver.token, body, randomUUID());
}

async function inParts<T>(rows: T[], insert: (part: T[]) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < rows.length; at += perInsert) await insert(rows.slice(at, at + perInsert));
}

/** Cars that have entered. */
export async function seedArrivals({ db, clock }: App, visits: Visit[]): Promise<void> {
  await inParts(visits, (part) =>
    db.insert(tables.arrivals).values(
      part.map(({ site, driver, visitId }) => ({
        siteId: site.siteId,
        visitId,
        jackId: driver.jackId,
        arrivedAtMs: clock.nowMs(),
        laneId: 'pump-1',
        laneKind: 'pump' as const,
        departedAtMs: clock.nowMs(),
      })),
    ),
  );
}

/** Refuels whose drivers are asked. */
export async function seedWaiting({ db, clock }: App, visits: Visit[]): Promise<void> {
  await inParts(visits, (part) =>
    db.insert(tables.paymentRequests).values(
      part.map(({ site, driver, visitId, paymentRequestId }) => ({
        id: paymentRequestId,
        kind: 'refuel' as const,
        siteId: site.siteId,
        driverId: driver.driverId,
        jackId: driver.jackId,
        visitId,
        amountMinor,
        currency: 'KRW',
        state: 'waiting' as const,
        version: 1,
        createdAtMs: clock.nowMs(),
        expiresAtMs: clock.nowMs() + 3_600_000,
      })),
    ),
  );
}
