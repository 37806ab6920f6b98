/** Wakes, within this process, whoever waits for a stream to grow. It carries no data: the table does. */
export interface EventBus {
  wake(stream: string): void;
  /** Wakes everybody: after a time in which waking may have been missed. */
  wakeAll(): void;
  /** @param position of the last event that this reader has */
  onWake(stream: string, action: () => void, position?: () => number): () => void;
  /** Streams that somebody waits for, with the position of whoever is furthest behind. */
  waiting(): { stream: string; position: number }[];
}

export function eventBus(): EventBus {
  const waiting = new Map<string, Map<() => void, () => number>>();
  return {
    wake(stream) {
      for (const action of waiting.get(stream)?.keys() ?? []) action();
    },
    wakeAll() {
      for (const actions of waiting.values()) for (const action of actions.keys()) action();
    },
    onWake(stream, action, position = () => Number.POSITIVE_INFINITY) {
      const actions = waiting.get(stream) ?? new Map<() => void, () => number>();
      waiting.set(stream, actions.set(action, position));
      return () => {
        actions.delete(action);
        if (actions.size === 0 && waiting.get(stream) === actions) waiting.delete(stream);
      };
    },
    waiting() {
      return [...waiting].flatMap(([stream, actions]) => {
        const position = Math.min(...[...actions.values()].map((of) => of()));
        return Number.isFinite(position) ? [{ stream, position }] : [];
      });
    },
  };
}
