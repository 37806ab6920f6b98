/**
 * The peer: as many single-row transactions as the same database takes through the same driver, one
 * prepared INSERT or UPDATE and its COMMIT each, on so many connections for so many seconds.
 *
 *   node peer-process.ts URL CONNECTIONS SECONDS insert|update
 *
 * Prints { perSecond, p99Ms } as JSON.
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';

const [url, connections, seconds, kind] = process.argv.slice(2);
const untilMs = performance.now() + Number(seconds) * 1000;
const startMs = performance.now();
const tookMs: number[] = [];
const rows = 100_000;

async function run(): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  while (performance.now() < untilMs) {
    const atMs = performance.now();
    if (kind === 'insert') {
      await client.query({
        name: 'peer-insert',
        text: 'INSERT INTO peer_rows (id, at_ms, what) VALUES ($1, $2, $3)',
        values: [randomUUID(), Date.now(), 'a row of the peer'],
      });
    } else {
      await client.query({
        name: 'peer-update',
        text: 'UPDATE peer_accounts SET balance = balance + $1 WHERE id = $2',
        values: [1, 1 + Math.floor(Math.random() * rows)],
      });
    }
    tookMs.push(performance.now() - atMs);
  }
  await client.end();
}

await Promise.all(Array.from({ length: Number(connections) }, run));
const perSecond = tookMs.length / ((performance.now() - startMs) / 1000);
tookMs.sort((a, b) => a - b);
console.log(JSON.stringify({ perSecond, p99Ms: tookMs[Math.floor(tookMs.length * 0.99)] ?? 0 }));
