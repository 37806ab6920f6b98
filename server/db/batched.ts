/**
 * Many callers who ask the same kind of thing at the same time are served with one question:
 *
 *   a ─┐
 *   b ─┼─ [a b c] ──► run ──► [A B C] ─► each its own
 *   c ─┘      d, e gather while the earlier ones are on their way
 *
 * An idle server asks at once; the busier it is, the more callers share a question.
 */
export interface BatchLimits {
  /** Keys per question. */
  most: number;
  /** Questions on their way at once. */
  atOnce: number;
}

interface Waiting<K, V> {
  key: K;
  resolve(value: V): void;
  reject(error: unknown): void;
}

/**
 * @param run answers all keys, in their order. When it fails for several, each is asked alone, so that no
 *   caller pays for another's.
 */
export function batched<K, V>(
  run: (keys: K[]) => Promise<V[]>,
  limits: BatchLimits = { most: 64, atOnce: 2 },
): (key: K) => Promise<V> {
  let gathered: Waiting<K, V>[] = [];
  let running = 0;
  let planned = false;

  const ask = async (group: Waiting<K, V>[]): Promise<void> => {
    try {
      const values = await run(group.map((waiting) => waiting.key));
      if (values.length !== group.length) throw new Error('a batch answered for others than it was asked');
      for (const [index, waiting] of group.entries()) waiting.resolve(values[index] as V);
    } catch (error) {
      const [only] = group;
      if (group.length === 1) only?.reject(error);
      else await Promise.all(group.map((waiting) => ask([waiting])));
    }
  };

  const start = () => {
    planned = false;
    while (gathered.length > 0 && running < limits.atOnce) {
      const group = gathered.slice(0, limits.most);
      gathered = gathered.slice(limits.most);
      running++;
      void ask(group).finally(() => {
        running--;
        start();
      });
    }
  };

  return (key) =>
    new Promise<V>((resolve, reject) => {
      gathered.push({ key, resolve, reject });
      if (planned || running >= limits.atOnce) return;
      planned = true;
      // After what came in with this turn of the loop.
      setImmediate(start);
    });
}

/** `batched` for each of those whom it is asked of: several servers in one process share no question. */
export function batchedPer<Owner extends object, K, V>(
  run: (owner: Owner, keys: K[]) => Promise<V[]>,
): (owner: Owner, key: K) => Promise<V> {
  const known = new WeakMap<Owner, (key: K) => Promise<V>>();
  return (owner, key) => {
    let ask = known.get(owner);
    if (ask === undefined) {
      ask = batched((keys: K[]) => run(owner, keys));
      known.set(owner, ask);
    }
    return ask(key);
  };
}
