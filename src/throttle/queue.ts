import PQueue from 'p-queue';
import type { Clock } from '../core/clock.ts';

const WINDOW_MS = 60_000;
/**
 * Requests may arrive closer together than they left: the first of a window pays for the connection, the last does not.
 * Costs 0.7 % of the budget.
 */
const TRANSIT_MARGIN_MS = 400;

/** The right to have one request open. */
export interface Slot {
  /** Gives the place to the next in line. Calling it again does nothing. */
  release(): void;
}

export interface Throttle {
  /**
   * Resolves, first come first served, when a request may start now; from then on the place is the caller's until
   * `release`, whatever the signal does. An abort before that rejects at once with the signal's reason and costs no budget.
   */
  acquire(options: { signal: AbortSignal }): Promise<Slot>;
  /** Lets nothing start for `ms`, as a server asked that counts otherwise than we do. Of several pauses the last to end counts. */
  pauseFor(ms: number): void;
  readonly waiting: number;
  readonly running: number;
}

export interface ThrottleOptions {
  requestsPerMinute: number;
  maxConcurrent: number;
  clock: Clock;
}

/**
 * Keeps the requests of one API key within its budget: at most `requestsPerMinute` starts in any minute, with no even
 * spacing between them, and at most `maxConcurrent` open at once.
 */
export function createThrottle({ requestsPerMinute, maxConcurrent, clock }: ThrottleOptions): Throttle {
  const queue = new PQueue({
    concurrency: maxConcurrent,
    intervalCap: requestsPerMinute,
    interval: WINDOW_MS + TRANSIT_MARGIN_MS,
    // A true sliding window. The default counts fixed ones, and lets twice the budget through where two of them meet.
    strict: true,
  });
  let pausedUntil = -Infinity;
  let reopening: AbortController | undefined;

  function acquire({ signal }: { signal: AbortSignal }): Promise<Slot> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      // p-queue would also end a running task when its signal aborts, while the request is still open: this one lives only
      // as long as the wait.
      const wait = new AbortController();
      const onAbort = () => wait.abort(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      const held = queue.add(
        () => {
          signal.removeEventListener('abort', onAbort);
          return new Promise<void>((release) => resolve({ release }));
        },
        { signal: wait.signal },
      );
      held.catch((error: unknown) => {
        if (queue.size === 0) reopening?.abort();
        reject(error);
      });
      if (queue.isPaused) void reopenWhenDue();
    });
  }

  function pauseFor(ms: number): void {
    pausedUntil = Math.max(pausedUntil, clock.now() + ms);
    queue.pause();
    if (queue.size > 0) void reopenWhenDue();
  }

  /** Sleeps only while somebody waits, so that a pause keeps no process alive that wants to end. */
  async function reopenWhenDue(): Promise<void> {
    if (reopening) return;
    reopening = new AbortController();
    const { signal } = reopening;
    try {
      while (clock.now() < pausedUntil) await clock.sleep(pausedUntil - clock.now(), { signal });
      queue.start();
    } catch {
      // Nobody waited any more.
    }
    reopening = undefined;
    if (queue.isPaused && queue.size > 0) void reopenWhenDue();
  }

  return {
    acquire,
    pauseFor,
    get waiting() {
      return queue.size;
    },
    get running() {
      return queue.pending;
    },
  };
}
