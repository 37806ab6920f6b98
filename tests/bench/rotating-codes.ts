/**
 * Codes that change while cars come, stand and leave, and a site that learns whose they are:
 *
 *   jack heard ─▶ every third jack: another code every 16 s (Eddystone-EID, K = 4) ─▶ engine
 *   engine ─ change of a code ─▶ whose is it? ─ every second of those: known at once, by the expected list
 *                                             └ the others: the server answers after 0.6 s; held back until then
 */
import { type BeaconCode, beaconCode } from '../../shared/domain/index.ts';
import type { PresenceChange, PresenceEngine } from '../../station/presence/index.ts';

const rotationMs = 16_000;
const answerMs = 600;

interface Jack {
  code: BeaconCode;
  number: number;
}

interface Asked {
  jack: Jack;
  answered: boolean;
  answerAtMs: number;
  latest: PresenceChange | null;
}

export class RotatingCodes {
  readonly #engine: PresenceEngine;
  readonly #take: (jack: BeaconCode, change: PresenceChange) => void;
  readonly #jacks = new Map<BeaconCode, Jack>();
  readonly #asked = new Map<BeaconCode, Asked>();
  readonly #waiting = new Set<Asked & { code: BeaconCode }>();
  readonly #share: number;

  /** @param share of jacks that rotate, 0 to 1 */
  constructor(
    engine: PresenceEngine,
    share: number,
    take: (jack: BeaconCode, change: PresenceChange) => void,
  ) {
    this.#engine = engine;
    this.#share = share;
    this.#take = take;
  }

  isRotating(jack: BeaconCode): boolean {
    const { number } = this.#jack(jack);
    return Math.floor((number + 1) * this.#share) > Math.floor(number * this.#share);
  }

  /** The code that this jack has now. */
  now(jack: BeaconCode, atMs: number): BeaconCode {
    if (!this.isRotating(jack)) return jack;
    const known = this.#jack(jack);
    const turn = Math.floor((atMs + known.number * 7_919) / rotationMs);
    const code = beaconCode(
      'eddystone-eid',
      `${known.number.toString(16).padStart(8, '0')}${(turn % 2 ** 32).toString(16).padStart(8, '0')}`,
    );
    if (!this.#asked.has(code)) {
      this.#asked.set(code, { jack: known, answered: false, answerAtMs: atMs + answerMs, latest: null });
      // A jack has no more than a few codes at a time.
      this.#asked.delete(
        beaconCode(
          'eddystone-eid',
          `${code.slice(-16, -8)}${((turn - 40) % 2 ** 32).toString(16).padStart(8, '0')}`,
        ),
      );
    }
    return code;
  }

  /** What the engine said, as the station's core takes it: of codes whose car is known. */
  judge(changes: readonly PresenceChange[], nowMs: number): void {
    for (const change of changes) {
      const asked = this.#asked.get(change.code);
      if (asked === undefined || asked.answered) {
        if (change.why.rule !== 'code-changed') this.#take(asked?.jack.code ?? change.code, change);
        continue;
      }
      asked.latest = change.state === 'departed' ? null : change;
      if (asked.jack.number % 2 === 0) this.#answer(change.code, asked, nowMs);
      else if (asked.latest !== null) this.#waiting.add(Object.assign(asked, { code: change.code }));
    }
  }

  /** The server's answers that are due. */
  tick(nowMs: number): void {
    for (const asked of this.#waiting) {
      if (asked.answerAtMs > nowMs) continue;
      this.#waiting.delete(asked);
      this.#answer(asked.code, asked, nowMs);
    }
  }

  #answer(code: BeaconCode, asked: Asked, nowMs: number): void {
    asked.answered = true;
    const changes = this.#engine.sameCar(code, asked.jack.code, nowMs);
    this.judge(changes, nowMs);
    if (changes.some((change) => change.code === code) || asked.latest === null) return;
    this.#take(asked.jack.code, asked.latest);
  }

  #jack(code: BeaconCode): Jack {
    let jack = this.#jacks.get(code);
    if (jack === undefined) {
      jack = { code, number: this.#jacks.size };
      this.#jacks.set(code, jack);
    }
    return jack;
  }
}
