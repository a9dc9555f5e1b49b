import type { Clock } from '../../src/core/clock.ts';

interface Timer {
  ms: number;
  dueAt: number;
  callback: () => void;
  handle: NodeJS.Timeout;
}

/** Of simulators: they wait by callbacks. */
interface CallbackClock {
  setTimeout(callback: () => void, ms: number): () => void;
}

/** The system's time, except that a test moves it on instead of waiting for it. */
export interface SkippableClock extends Clock, CallbackClock {
  /** Moves time on by `ms`; whatever falls due on the way happens now. */
  skip(ms: number): void;
  /** Waits until somebody begins, or is in, a wait of this length, and moves time on to its end. */
  skipWait(length: { fromMs: number; toMs: number }): Promise<void>;
}

const GIVE_UP_MS = 5_000;

export function createSkippableClock(): SkippableClock {
  const timers = new Set<Timer>();
  const onTimer = new Set<() => void>();
  let skippedMs = 0;

  const now = () => Date.now() + skippedMs;

  function start(timer: Timer): void {
    timer.handle = setTimeout(
      () => {
        timers.delete(timer);
        timer.callback();
      },
      Math.max(0, timer.dueAt - now()),
    ).unref();
  }

  function add(callback: () => void, ms: number): () => void {
    const timer = { ms, dueAt: now() + ms, callback } as Timer;
    timers.add(timer);
    start(timer);
    for (const listener of onTimer) listener();
    return () => {
      clearTimeout(timer.handle);
      timers.delete(timer);
    };
  }

  function skip(ms: number): void {
    skippedMs += ms;
    for (const timer of [...timers].sort((a, b) => a.dueAt - b.dueAt)) {
      clearTimeout(timer.handle);
      if (timers.has(timer)) start(timer);
    }
  }

  function skipWait({ fromMs, toMs }: { fromMs: number; toMs: number }): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const timer = [...timers].find(({ ms, dueAt }) => ms >= fromMs && ms <= toMs && dueAt > now());
        if (!timer) return;
        clearTimeout(givingUp);
        onTimer.delete(look);
        skip(timer.dueAt - now());
        resolve();
      };
      const givingUp = setTimeout(() => {
        onTimer.delete(look);
        const waits = [...timers].map(({ ms }) => ms).join(', ');
        reject(new Error(`nobody waits for ${fromMs} to ${toMs} ms; waits under way: ${waits || 'none'}`));
      }, GIVE_UP_MS);
      onTimer.add(look);
      look();
    });
  }

  function sleep(ms: number, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const cancel = add(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      const onAbort = () => {
        cancel();
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  return { now, monotonic: now, setTimeout: add, sleep, skip, skipWait };
}
