/** Several payment servers on one database behind one address, killed and started again. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Balancer } from './balancer.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

/** systemd's `RestartSec`, about; a database needs some seconds to begin anew. */
const supervisorMs = 500;
const mostTries = 20;

export class Servers {
  readonly #args: readonly string[];
  readonly #balancer: Balancer;
  readonly #running: (ServerProcess | null)[] = [];
  readonly complaints: string[] = [];
  kills = 0;

  constructor(args: readonly string[], balancer: Balancer) {
    this.#args = args;
    this.#balancer = balancer;
  }

  async start(count: number): Promise<void> {
    this.#running.push(...Array.from({ length: count }, () => null));
    await Promise.all(this.#running.map((_, n) => this.#startOne(n)));
  }

  /** As a power cut ends it, in the middle of whatever it does; then it is started anew. */
  async killAndRestart(n: number): Promise<void> {
    const server = this.#running[n];
    if (server === null || server === undefined) return;
    this.kills++;
    this.#running[n] = null;
    // Callers still meet the dead one until the balancer notices.
    server.child.kill('SIGKILL');
    await server.ended;
    this.#keepComplaints(server);
    this.#point();
    await this.#startOne(n);
  }

  /** As an operator ends them. @returns what each ended with */
  async stop(): Promise<(number | string)[]> {
    const ends: (number | string)[] = [];
    for (const [n, server] of this.#running.entries()) {
      if (server === null) continue;
      this.#running[n] = null;
      await server.stop();
      this.#keepComplaints(server);
      ends.push(await server.ended);
    }
    return ends;
  }

  /** As a supervisor does: a server that meets a database that is just being restarted ends, and is started again. */
  async #startOne(n: number): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        this.#running[n] = await startServerProcess(this.#args);
        break;
      } catch (error) {
        if (tries >= mostTries) throw error;
        this.complaints.push(String(error));
        await delay(supervisorMs);
      }
    }
    this.#point();
  }

  #point(): void {
    this.#balancer.use(
      this.#running.flatMap((server) => (server === null ? [] : [Number(new URL(server.url).port)])),
    );
  }

  #keepComplaints(server: ServerProcess): void {
    this.complaints.push(...server.complaints);
  }
}
