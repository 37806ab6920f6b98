type Answer = { ok: boolean };

const maxAnswers = 200;

/**
 * Commands about what lives in memory only (a walk test, a recording under way): the same idempotency
 * key gets the first answer; a refusal is not remembered, for nothing was done. Bounded.
 */
export class Once {
  /** In the order of insertion: the oldest goes first. */
  readonly #answers = new Map<string, unknown>();

  run<T extends Answer | Promise<Answer>>(idempotencyKey: string, carryOut: () => T): T {
    const known = this.#answers.get(idempotencyKey);
    if (known !== undefined) return known as T;
    const answer = carryOut();
    this.#answers.set(idempotencyKey, answer);
    const forgetRefusal = ({ ok }: Answer) => {
      if (!ok) this.#answers.delete(idempotencyKey);
    };
    if (answer instanceof Promise) {
      answer.then(forgetRefusal, () => this.#answers.delete(idempotencyKey));
    } else {
      forgetRefusal(answer);
    }
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= maxAnswers) break;
      this.#answers.delete(oldest);
    }
    return answer;
  }
}
