/**
 * The payment server alone.
 *
 *   node server/main.ts --data DIR | --database-url URL [--database-connections N]  --port N  [--host 127.0.0.1] [--demo [--demo-approval-seconds N]]
 *   node server/main.ts admin site-create --name N --currency KRW --time-zone Asia/Seoul …
 *   node server/main.ts admin pairing-code --site ID
 */
import { parseArgs } from 'node:util';
import { runAdmin } from './admin/cli.ts';
import { StoreInUse } from './db/index.ts';
import { MigrationRefused } from './db/migrate.ts';
import { isMetricsToken, metricsTokenMin } from './http/metrics-guard.ts';
import { usualLimits } from './http/rate-limits.ts';
import { logLevels, serverLog } from './log.ts';
import { stripeProcessor } from './processor/index.ts';
import { startServer } from './start.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const complain = (line: string) => process.stderr.write(`${line}\n`);

async function main(args: string[]): Promise<number | null> {
  if (args[0] === 'admin') return runAdmin(args.slice(1), say, complain);
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string', default: '.data/server' },
      'database-url': { type: 'string' },
      'database-connections': { type: 'string' },
      'master-key-file': { type: 'string' },
      port: { type: 'string', default: '4720' },
      host: { type: 'string', default: '127.0.0.1' },
      demo: { type: 'boolean', default: false },
      'demo-approval-seconds': { type: 'string' },
      processor: { type: 'string', default: 'sandbox' },
      'log-level': { type: 'string', default: 'info' },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    complain('--port is a number from 0 to 65535.');
    return 2;
  }
  const connections =
    values['database-connections'] === undefined ? undefined : Number(values['database-connections']);
  if (
    connections !== undefined &&
    !(Number.isInteger(connections) && connections >= 2 && connections <= 200)
  ) {
    complain('--database-connections is a number from 2 to 200.');
    return 2;
  }
  const approvalSeconds =
    values['demo-approval-seconds'] === undefined ? undefined : Number(values['demo-approval-seconds']);
  if (approvalSeconds !== undefined && !(approvalSeconds >= 1 && approvalSeconds <= 3600)) {
    complain('--demo-approval-seconds is a number from 1 to 3600.');
    return 2;
  }
  const level = logLevels.find((name) => name === values['log-level']);
  if (level === undefined) {
    complain(`--log-level is one of ${logLevels.join(', ')}.`);
    return 2;
  }
  const metricsToken = process.env.METRICS_TOKEN;
  if (metricsToken !== undefined && !isMetricsToken(metricsToken)) {
    complain(
      `METRICS_TOKEN has at least ${metricsTokenMin} characters without a space. Nothing was started; leave it away to serve /metrics to this machine only.`,
    );
    return 2;
  }
  const secretKey = process.env.STRIPE_SECRET_KEY;
  if (values.processor !== 'sandbox' && (values.processor !== 'stripe' || !secretKey)) {
    complain('--processor is sandbox, or stripe with its key in the environment (STRIPE_SECRET_KEY).');
    return 2;
  }
  // Two, with a comma between, while the endpoint's secret is rolled.
  const webhookSecrets = (process.env.STRIPE_WEBHOOK_SECRET ?? '').split(',').filter((s) => s !== '');
  const server = await startServer({
    ...(values.processor === 'stripe' && secretKey
      ? {
          processor: ({ clock }) =>
            stripeProcessor({ secretKey, webhookSecrets, nowMs: () => clock.nowMs() }),
        }
      : {}),
    dataDir: values.data,
    databaseUrl: values['database-url'],
    databaseConnections: connections,
    masterKeyFile: values['master-key-file'],
    port,
    host: values.host,
    demo: values.demo,
    demoApprovalMs: approvalSeconds === undefined ? undefined : approvalSeconds * 1000,
    log: serverLog(level),
    limits: usualLimits,
    metricsToken,
  });
  // Before it says that it is ready: whoever waits for that line may end it at once.
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        complain(`It did not close cleanly: ${error instanceof Error ? error.message : String(error)}`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  if (server.demo !== null) {
    const { pairingCode, siteId } = server.demo;
    say(JSON.stringify({ demo: { pairingCode, siteId } }));
  }
  say(`Payment server ready at ${server.url}`);
  return null;
}

try {
  const code = await main(process.argv.slice(2));
  if (code !== null) process.exit(code);
} catch (error) {
  if (error instanceof StoreInUse || error instanceof MigrationRefused) complain(error.message);
  else if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    complain('The port is taken by another program. Choose another one with --port.');
  } else complain(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
}
