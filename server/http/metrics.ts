/** Figures for Prometheus (text format 0.0.4), kept by hand: a few counters, one histogram, some gauges. */
import { isNull, sql } from 'drizzle-orm';
import type { App } from '../app.ts';
import { isWord, tables } from '../db/index.ts';

const boundsSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

interface Route {
  byStatus: Map<number, number>;
  /** Per bound, not cumulated; the last is beyond all bounds. */
  buckets: number[];
  sumSeconds: number;
}

export interface Metrics {
  /** @param route the contract's path of names (`site.reportCode`), never the address with its ids */
  observe(route: string, status: number, seconds: number): void;
  streamOpened(): void;
  streamClosed(): void;
  render(app: App): Promise<string>;
}

export function metrics(): Metrics {
  const routes = new Map<string, Route>();
  let streams = 0;
  return {
    observe(route, status, seconds) {
      const entry = routes.get(route) ?? {
        byStatus: new Map(),
        buckets: boundsSeconds.map(() => 0).concat(0),
        sumSeconds: 0,
      };
      routes.set(route, entry);
      entry.byStatus.set(status, (entry.byStatus.get(status) ?? 0) + 1);
      const bound = boundsSeconds.findIndex((b) => seconds <= b);
      const index = bound < 0 ? boundsSeconds.length : bound;
      entry.buckets[index] = (entry.buckets[index] ?? 0) + 1;
      entry.sumSeconds += seconds;
    },
    streamOpened() {
      streams++;
    },
    streamClosed() {
      streams--;
    },
    async render(app) {
      const { processorOperations, paymentRequests, alarms } = tables;
      const lines: string[] = [];
      const head = (name: string, type: string, help: string) =>
        lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
      head('cigar_requests_total', 'counter', 'Requests by route and status.');
      for (const [route, { byStatus }] of routes) {
        for (const [status, count] of byStatus) {
          lines.push(`cigar_requests_total{route="${route}",status="${status}"} ${count}`);
        }
      }
      head('cigar_request_seconds', 'histogram', 'Time to the answer by route.');
      for (const [route, { buckets, sumSeconds }] of routes) {
        let count = 0;
        for (const [index, inBucket] of buckets.entries()) {
          count += inBucket;
          lines.push(
            `cigar_request_seconds_bucket{route="${route}",le="${boundsSeconds[index] ?? '+Inf'}"} ${count}`,
          );
        }
        lines.push(`cigar_request_seconds_sum{route="${route}"} ${sumSeconds}`);
        lines.push(`cigar_request_seconds_count{route="${route}"} ${count}`);
      }
      head('cigar_event_streams', 'gauge', 'Event streams open.');
      lines.push(`cigar_event_streams ${streams}`);
      const count = sql<number>`COUNT(*)`.mapWith(Number);
      const open = await app.db
        .select({
          state: processorOperations.state,
          count,
          oldest: sql<number>`MIN(created_at_ms)`.mapWith(Number),
        })
        .from(processorOperations)
        .where(isWord(processorOperations.state, 'pending', 'unknown'))
        .groupBy(processorOperations.state);
      head('cigar_operations_open', 'gauge', 'Asks of the processor without a known outcome.');
      for (const state of ['pending', 'unknown']) {
        lines.push(
          `cigar_operations_open{state="${state}"} ${open.find((o) => o.state === state)?.count ?? 0}`,
        );
      }
      const oldest = Math.min(...open.map((o) => o.oldest), app.clock.nowMs());
      head('cigar_operations_oldest_seconds', 'gauge', 'Age of the oldest of them.');
      lines.push(`cigar_operations_oldest_seconds ${(app.clock.nowMs() - oldest) / 1000}`);
      const releasing = await app.db
        .select({ count, oldest: sql<number | null>`MIN(${paymentRequests.createdAtMs})::float8` })
        .from(paymentRequests)
        .where(isWord(paymentRequests.reservationState, 'releasing'));
      head('cigar_reservations_releasing', 'gauge', 'Reservations whose money is not back yet.');
      lines.push(`cigar_reservations_releasing ${releasing[0]?.count ?? 0}`);
      head('cigar_reservations_releasing_oldest_seconds', 'gauge', 'Age of the oldest of them.');
      const since = releasing[0]?.oldest ?? app.clock.nowMs();
      lines.push(`cigar_reservations_releasing_oldest_seconds ${(app.clock.nowMs() - since) / 1000}`);
      const unpaid = await app.db
        .select({ count })
        .from(tables.driveOffs)
        .where(isNull(tables.driveOffs.settledAtMs));
      head('cigar_drive_offs_open', 'gauge', 'Cars that left unpaid and still are.');
      lines.push(`cigar_drive_offs_open ${unpaid[0]?.count ?? 0}`);
      const raised = await app.db.select({ count }).from(alarms);
      head('cigar_alarms_total', 'counter', 'Alarms raised (impossible travel).');
      lines.push(`cigar_alarms_total ${raised[0]?.count ?? 0}`);
      return `${lines.join('\n')}\n`;
    },
  };
}
