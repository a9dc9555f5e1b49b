export interface SimulatorClock {
  /** Unix time in milliseconds. */
  now(): number;
  /** Calls back after `ms`; the answer cancels that. */
  setTimeout(callback: () => void, ms: number): () => void;
}

/** Every wait of one simulator, so that closing it leaves none behind. */
export interface Timers {
  now(): number;
  /** Runs `callback` after `ms`, at once (not on a later tick) when `ms` is 0 or less. */
  after(ms: number, callback: () => void): () => void;
  cancelAll(): void;
}

export const systemClock: SimulatorClock = {
  now: () => Date.now(),
  setTimeout(callback, ms) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

export function createTimers(clock: SimulatorClock): Timers {
  const pending = new Set<() => void>();
  return {
    now: () => clock.now(),
    after(ms, callback) {
      if (ms <= 0) {
        callback();
        return () => {};
      }
      const stop = clock.setTimeout(() => {
        pending.delete(cancel);
        callback();
      }, ms);
      const cancel = () => {
        pending.delete(cancel);
        stop();
      };
      pending.add(cancel);
      return cancel;
    },
    cancelAll() {
      for (const cancel of pending) cancel();
    },
  };
}
