/** Time for the simulator. The page and the benchmarks run on the system's; tests that cross a deadline bring a manual one. */
export interface SimulatorClock {
  /** Unix time in milliseconds. */
  now(): number;
  /** Runs `callback` once after `ms`; the returned function cancels it. */
  setTimeout(callback: () => void, ms: number): () => void;
}

export interface ManualClock extends SimulatorClock {
  /** Moves time on by `ms`, running what falls due in the order of its due times. */
  advance(ms: number): void;
}

// Timers never keep the process alive: a listening server does that as long as it is wanted.
export const systemClock: SimulatorClock = {
  now: () => Date.now(),
  setTimeout(callback, ms) {
    const timer = setTimeout(callback, ms).unref();
    return () => clearTimeout(timer);
  },
};

/** Starts well after Discord's epoch (2015), so that ids made from it have their usual length. */
export function createManualClock(startAt = Date.UTC(2026, 10, 1)): ManualClock {
  let now = startAt;
  let timers: { dueAt: number; callback: () => void }[] = [];
  return {
    now: () => now,
    setTimeout(callback, ms) {
      const timer = { dueAt: now + Math.max(0, ms), callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const next = timers.filter((timer) => timer.dueAt <= end).sort((a, b) => a.dueAt - b.dueAt)[0];
        if (!next) break;
        now = Math.max(now, next.dueAt);
        timers = timers.filter((timer) => timer !== next);
        next.callback();
      }
      now = end;
    },
  };
}
