import type { Clock } from '../core/clock.ts';
import { CompletionError, type CompletionErrorKind } from './errors.ts';
import type { CompletionEvent } from './events.ts';

const MAX_ATTEMPTS = 3;
/** Of the first back-off; each further one doubles it. */
const BACK_OFF_BASE_MS = 1_000;
/** A back-off is shortened by up to this share, so that requests that failed together do not return together. */
const JITTER_SHARE = 0.5;
/** While the service is down it refuses valid keys, and takes them again some seconds later. */
const UNAUTHORIZED_WAIT_MS = 5_000;

/** Every attempt costs budget, and these seldom go away: an empty reply, a bad key, a model that takes minutes to wake. */
const RETRIES_MAX: Partial<Record<CompletionErrorKind, number>> = { empty: 1, unauthorized: 1, timeout: 1 };

export interface RetryOptions {
  clock: Clock;
  signal: AbortSignal;
  /** From 0 to below 1. */
  random?: (() => number) | undefined;
}

/**
 * Opens a completion, and again when it fails in a way that may pass and before its first text or reasoning event.
 *
 * A 429 is tried again without a wait of its own: the throttle, which `open` has told of it, keeps its gate closed for as long as
 * the server asked, and the retry queues there, where its place can be seen.
 *
 * @param open starts attempt 1, 2, ... and must take its place in the throttle itself, so that every retry queues like a
 *   first request and no place is held during the wait; it tells the throttle of a 429 before it throws
 * @throws the last attempt's error, or the signal's reason
 */
export async function* streamWithRetry(
  open: (attempt: number) => AsyncIterable<CompletionEvent>,
  { clock, signal, random = Math.random }: RetryOptions,
): AsyncGenerator<CompletionEvent, void, undefined> {
  const failures = new Map<CompletionErrorKind, number>();
  for (let attempt = 1; ; attempt++) {
    let hasStarted = false;
    try {
      for await (const event of open(attempt)) {
        hasStarted ||= event.type === 'text' || event.type === 'reasoning';
        yield event;
      }
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (hasStarted || attempt >= MAX_ATTEMPTS || !(error instanceof CompletionError) || !error.isRetryable)
        throw error;
      const earlier = failures.get(error.kind) ?? 0;
      if (earlier >= (RETRIES_MAX[error.kind] ?? Infinity)) throw error;
      failures.set(error.kind, earlier + 1);
      const waitMs = waitBefore(error, attempt, random);
      if (waitMs > 0) await clock.sleep(waitMs, { signal });
    }
  }
}

function waitBefore(error: CompletionError, attempt: number, random: () => number): number {
  if (error.kind === 'rate-limited') return 0;
  if (error.retryAfterMs !== undefined) return error.retryAfterMs;
  if (error.kind === 'unauthorized') return UNAUTHORIZED_WAIT_MS;
  const backOffMs = BACK_OFF_BASE_MS * 2 ** (attempt - 1);
  return Math.round(backOffMs * (1 - JITTER_SHARE * random()));
}
