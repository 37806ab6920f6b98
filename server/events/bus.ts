/** Wakes, within this process, whoever waits for a stream to grow. It carries no data: the table does. */
export interface EventBus {
  wake(stream: string): void;
  /** Wakes everybody: after a time in which waking may have been missed. */
  wakeAll(): void;
  onWake(stream: string, action: () => void): () => void;
}

export function eventBus(): EventBus {
  const waiting = new Map<string, Set<() => void>>();
  return {
    wake(stream) {
      for (const action of waiting.get(stream) ?? []) action();
    },
    wakeAll() {
      for (const actions of waiting.values()) for (const action of actions) action();
    },
    onWake(stream, action) {
      const actions = waiting.get(stream) ?? new Set();
      waiting.set(stream, actions.add(action));
      return () => {
        actions.delete(action);
        if (actions.size === 0 && waiting.get(stream) === actions) waiting.delete(stream);
      };
    },
  };
}
