import type { Clock } from '../core/clock.ts';
import { CompletionError } from './errors.ts';

export interface TimeLimits {
  /** From the request to the first token: models are loaded on demand, and a long prompt takes its time. */
  firstTokenMs: number;
  /** Between two tokens. */
  stallMs: number;
  /** Of the whole reply. */
  totalMs: number;
}

/** Global `fetch` gives up by itself after 300 s without headers, or between two parts of the body: stay below. */
export const DEFAULT_TIME_LIMITS: TimeLimits = { firstTokenMs: 90_000, stallMs: 30_000, totalMs: 600_000 };

/** After the finish only usage and `[DONE]` can follow; no reply waits longer than this for them. */
const TRAILER_LIMIT_MS = 2_000;

/** What is awaited. Only a token or the finish ends a phase: pings and empty chunks prove that a proxy lives, not the model. */
type Phase = 'first-byte' | 'stall' | 'trailer';
const LIMIT_OF_PHASE = { 'first-byte': 'first-byte', stall: 'stall', trailer: 'stall' } as const;

export interface Lifetime {
  /** For the request: aborts with the caller's reason, with a `timeout` CompletionError, or by `close`. */
  readonly signal: AbortSignal;
  /** The consumer has the floor; its time is not the server's. The total limit runs on. */
  hold(): void;
  /** The consumer asks for more: the limit of what is awaited now starts. */
  expect(phase: Phase): void;
  /** Ends the request if it still runs, and lets go of the caller's signal and of the clock. */
  close(): void;
}

interface LifetimeOptions {
  signal: AbortSignal;
  clock: Clock;
  limits: TimeLimits;
}

/** Bounds one request by its caller's signal and by the time limits. Costs one read of the clock per token, no timer. */
export function createLifetime({ signal, clock, limits }: LifetimeOptions): Lifetime {
  const request = new AbortController();
  const endsAt = clock.monotonic() + limits.totalMs;
  let phase: Phase = 'first-byte';
  let since = clock.monotonic();
  let isHeld = false;
  let sleep = new AbortController();

  const onAbort = () => request.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  void watch(sleep.signal);

  function phaseEndsAt(): number {
    const limitMs = { 'first-byte': limits.firstTokenMs, stall: limits.stallMs, trailer: TRAILER_LIMIT_MS }[phase];
    return (isHeld ? clock.monotonic() : since) + limitMs;
  }

  /** Within a phase the end only moves away, so it is enough to look again when the old end is reached. */
  async function watch(sleepSignal: AbortSignal): Promise<void> {
    for (;;) {
      const dueAt = Math.min(phaseEndsAt(), endsAt);
      const remainingMs = dueAt - clock.monotonic();
      if (remainingMs <= 0) {
        request.abort(new CompletionError('timeout', { limit: dueAt === endsAt ? 'total' : LIMIT_OF_PHASE[phase] }));
        return;
      }
      const isDue = await clock.sleep(remainingMs, { signal: sleepSignal }).then(
        () => true,
        () => false,
      );
      if (!isDue) return;
    }
  }

  return {
    signal: request.signal,
    hold() {
      isHeld = true;
    },
    expect(next) {
      since = clock.monotonic();
      isHeld = false;
      if (next === phase) return;
      phase = next;
      sleep.abort();
      sleep = new AbortController();
      void watch(sleep.signal);
    },
    close() {
      signal.removeEventListener('abort', onAbort);
      sleep.abort();
      request.abort();
    },
  };
}
