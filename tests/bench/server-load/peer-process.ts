/**
 * One process of the peer: single-row transactions through the servers' driver, on so many connections.
 *
 *   node peer-process.ts URL CONNECTIONS SECONDS explicit|bare
 *
 * Prints { perSecond, p99Ms, count, cpuMs } as JSON.
 */
import pg from 'pg';

const [url, connections, seconds, kind] = process.argv.slice(2);
const startMs = performance.now();
const started = process.cpuUsage();
const untilMs = startMs + Number(seconds) * 1000;
const tookMs: number[] = [];
const rows = 100_000;

async function run(): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  while (performance.now() < untilMs) {
    const atMs = performance.now();
    if (kind === 'explicit') await client.query('BEGIN');
    await client.query({
      name: 'peer',
      text: 'UPDATE peer_accounts SET balance = balance + $1 WHERE id = $2',
      values: [1, 1 + Math.floor(Math.random() * rows)],
    });
    if (kind === 'explicit') await client.query('COMMIT');
    tookMs.push(performance.now() - atMs);
  }
  await client.end();
}

await Promise.all(Array.from({ length: Number(connections) }, run));
const perSecond = tookMs.length / ((performance.now() - startMs) / 1000);
tookMs.sort((a, b) => a - b);
const { user, system } = process.cpuUsage(started);
const cpuMs = (user + system) / 1000;
const p99Ms = tookMs[Math.floor(tookMs.length * 0.99)] ?? 0;
console.log(JSON.stringify({ perSecond, p99Ms, count: tookMs.length, cpuMs }));
