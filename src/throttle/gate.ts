import type { Clock } from '../core/clock.ts';
import type { LearnedRate } from './learned-rate.ts';
import { type StartWindow, WINDOW_MS } from './window.ts';

/** Of a 429 that names no wait. */
const UNNAMED_WAIT_MIN_MS = 5_000;
/** Of a 429 that says "at once", which it was. */
const WAIT_MIN_MS = 1_000;
/** A longer wait is slept in parts: timers take no more than 24 days. */
const SLEEP_MAX_MS = 60 * 60_000;

/** What the gate moves; p-queue's own interface. */
interface Gated {
  concurrency: number;
  readonly size: number;
  start(): void;
  pause(): void;
}

export interface Gate {
  /** Opens or shuts as the window, the limits and the last 429 want it now; to be called after every change of these. */
  adjust(): void;
  /** Shuts after a 429. Of several the one that ends last counts. */
  shut(retryAfterMs: number | undefined): void;
  /** Until when the last 429 keeps it shut, by the monotonic clock; undefined when it does not. */
  shutUntil(): number | undefined;
}

/** Lets p-queue start requests only while the budget allows another one, and sleeps only while somebody waits. */
export function createGate(options: { queue: Gated; window: StartWindow; rate: LearnedRate; clock: Clock }): Gate {
  const { queue, window, rate, clock } = options;
  let keptShutUntil = -Infinity;
  let alarm: { at: number; sleep: AbortController } | undefined;

  function adjust(): void {
    const isOpen = opensAt() <= clock.monotonic();
    if (!isOpen) queue.pause();
    if (queue.concurrency !== rate.maxConcurrent()) queue.concurrency = rate.maxConcurrent();
    if (isOpen) queue.start();
    setAlarm();
  }

  const opensAt = () => Math.max(keptShutUntil, window.opensAt(rate.requestsPerMinute()));

  /** Ends of requests move the line by themselves; only what comes with time needs waking up. */
  function setAlarm(): void {
    const opening = opensAt();
    const at =
      queue.size === 0 ? Infinity : Math.min(rate.nextRiseAt(), opening > clock.monotonic() ? opening : Infinity);
    if (alarm?.at === at) return;
    alarm?.sleep.abort();
    alarm = at === Infinity ? undefined : { at, sleep: new AbortController() };
    if (alarm) void wakeAt(alarm);
  }

  async function wakeAt({ at, sleep: { signal } }: { at: number; sleep: AbortController }): Promise<void> {
    try {
      await clock.sleep(Math.min(Math.max(at - clock.monotonic(), 1), SLEEP_MAX_MS), { signal });
    } catch {
      // Nobody waits any more, or for another time.
    }
    if (signal.aborted) return;
    alarm = undefined;
    adjust();
  }

  function waitAfter(retryAfterMs: number | undefined): number {
    if (retryAfterMs !== undefined && Number.isFinite(retryAfterMs)) {
      return retryAfterMs > 0 ? retryAfterMs : WAIT_MIN_MS;
    }
    const [oldest = -Infinity] = window.starts();
    return Math.max(UNNAMED_WAIT_MIN_MS, oldest + WINDOW_MS - clock.monotonic());
  }

  return {
    adjust,
    shut(retryAfterMs) {
      keptShutUntil = Math.max(keptShutUntil, clock.monotonic() + waitAfter(retryAfterMs));
      adjust();
    },
    shutUntil: () => (keptShutUntil > clock.monotonic() ? keptShutUntil : undefined),
  };
}
