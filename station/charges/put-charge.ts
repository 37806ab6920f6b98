import type { ChargeRecord, Tx, VisitRecord } from '../records/index.ts';
import { putWithJobs } from '../visits/index.ts';

/** Puts a changed charge of a visit. How a stay ended long ago does not change with its money. */
export function putCharge(tx: Tx, visit: VisitRecord, charge: ChargeRecord): VisitRecord {
  const charges = visit.charges.map((c) => (c.chargeId === charge.chargeId ? charge : c));
  const next: VisitRecord = { ...visit, charges };
  return visit.closed === null ? putWithJobs(tx, next) : tx.put(next);
}
