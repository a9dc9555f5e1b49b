import type { Clock } from '../core/clock.ts';

/** What Discord said of a bucket with its last answer. */
export interface RateLimit {
  limit: number;
  remaining: number;
  resetAfterMs: number;
}

/** One of Discord's rate-limit buckets, shared by all replies that write into it. */
export interface EditBucket {
  /**
   * Waits for a free slot, then calls `request` at that moment, so that it takes its text as late as possible.
   * Urgent requests (the first text of a message, the last one of a reply) go as soon as a slot is free. The others leave
   * the kept-back slots alone, are spread evenly over the window, and go in the order in which their writers were last
   * served, so that of several replies none stands still. Rejects with the signal's reason if it aborts while waiting.
   */
  send<T>(request: () => Promise<T>, options: SendOptions): Promise<T>;
  /** Keeps a slot back for the last edit of one more reply, until the returned function is called. */
  keepSlot(): () => void;
}

export interface SendOptions {
  urgent: boolean;
  /** The reply that writes; without one the request stands for itself. */
  writer?: object;
  signal?: AbortSignal | undefined;
}

export interface EditClock {
  bucket(key: string): EditBucket;
  /** Feeds the headers of every answer in. */
  observe(key: string, rateLimit: RateLimit): void;
}

// What Discord usually grants, until its headers say otherwise.
const ASSUMED_LIMIT = 5;
const ASSUMED_WINDOW_MS = 5_000;
// So long before a window ends, slots that were kept back and not needed go to the replies that wait for one.
const RELEASE_MS = 250;
const SWEEP_INTERVAL_MS = 60_000;

/**
 * The rhythm in which replies may write into Discord: never refused, never slower than it must be.
 *
 * A bucket is a window that opens with its first request and refills when it ends. Of its slots, one is kept back for
 * each reply being written, so that its last edit goes out at once; at most half of them, so that many replies in one
 * channel still grow (see docs/decisions/0002-edit-clock.md).
 */
export function createEditClock({ clock }: { clock: Clock }): EditClock {
  const buckets = new Map<string, ReturnType<typeof createBucket>>();
  let sweptAt = clock.now();

  function sweep() {
    if (clock.now() - sweptAt < SWEEP_INTERVAL_MS) return;
    sweptAt = clock.now();
    for (const [key, bucket] of buckets) if (bucket.isIdle()) buckets.delete(key);
  }

  return {
    bucket(key) {
      sweep();
      let bucket = buckets.get(key);
      if (!bucket) buckets.set(key, (bucket = createBucket(clock)));
      return bucket;
    },
    observe(key, rateLimit) {
      buckets.get(key)?.observe(rateLimit);
    },
  };
}

interface Waiting {
  urgent: boolean;
  writer: object;
  start: () => void;
}

function createBucket(clock: Clock): EditBucket & { observe(rateLimit: RateLimit): void; isIdle(): boolean } {
  const waiting: Waiting[] = [];
  /** In which order the writers were last served. */
  const servedAs = new WeakMap<object, number>();
  let served = 0;
  let limit = ASSUMED_LIMIT;
  let windowMs = ASSUMED_WINDOW_MS;
  let remaining = limit;
  let resetAt = -Infinity;
  let lastSentAt = -Infinity;
  let inFlight = 0;
  let kept = 0;
  let wakeUp: AbortController | undefined;

  const isOpen = () => clock.now() < resetAt;

  function refill() {
    // Requests still on their way will be counted in the window that they open.
    if (!isOpen()) remaining = limit - inFlight;
  }

  /** With one reply there is nobody else to give a slot to. */
  const releaseAt = () => (kept > 1 ? resetAt - RELEASE_MS : resetAt);

  function keptNow(): number {
    if (isOpen() && clock.now() >= releaseAt()) return 0;
    return Math.min(kept, Math.ceil((limit - 1) / 2));
  }

  /** When the next request of this kind may leave, in the bucket's present state. */
  function dueAt({ urgent }: Waiting): number {
    if (remaining <= 0) return isOpen() ? resetAt : Infinity;
    if (urgent) return -Infinity;
    const usable = remaining - keptNow();
    if (usable <= 0) return isOpen() ? releaseAt() : Infinity;
    if (!isOpen()) return -Infinity;
    // Others may have opened the window.
    const spreadFrom = Number.isFinite(lastSentAt) ? lastSentAt : resetAt - windowMs;
    return spreadFrom + (resetAt - spreadFrom) / (usable + 1);
  }

  function next(): Waiting | undefined {
    const servedOf = ({ writer }: Waiting) => servedAs.get(writer) ?? 0;
    const longestUnserved = (a: Waiting, b: Waiting) => (servedOf(b) < servedOf(a) ? b : a);
    return waiting.find((entry) => entry.urgent) ?? (waiting.length > 0 ? waiting.reduce(longestUnserved) : undefined);
  }

  function pump() {
    wakeUp?.abort();
    wakeUp = undefined;
    for (let entry = next(); entry; entry = next()) {
      refill();
      const due = dueAt(entry);
      if (due > clock.now()) return sleepUntil(due);
      waiting.splice(waiting.indexOf(entry), 1);
      if (!isOpen()) resetAt = clock.now() + windowMs;
      remaining -= 1;
      lastSentAt = clock.now();
      servedAs.set(entry.writer, ++served);
      entry.start();
    }
  }

  function sleepUntil(due: number) {
    if (due === Infinity) return;
    const controller = new AbortController();
    wakeUp = controller;
    // Only the abort above rejects this sleep, and then another pump has taken over.
    clock.sleep(Math.ceil(due - clock.now()), { signal: controller.signal }).then(pump, () => {});
  }

  return {
    send(request, { urgent, writer = {}, signal }) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error);
        const entry: Waiting = {
          urgent,
          writer,
          start() {
            signal?.removeEventListener('abort', onAbort);
            inFlight += 1;
            request()
              .finally(() => {
                inFlight -= 1;
                pump();
              })
              .then(resolve, reject);
          },
        };
        const onAbort = () => {
          waiting.splice(waiting.indexOf(entry), 1);
          reject(signal?.reason as Error);
          pump();
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        waiting.push(entry);
        pump();
      });
    },
    keepSlot() {
      kept += 1;
      let released = false;
      return () => {
        if (released) return;
        released = true;
        kept -= 1;
        pump();
      };
    },
    observe(rateLimit) {
      limit = rateLimit.limit;
      if (rateLimit.remaining === rateLimit.limit - 1) windowMs = rateLimit.resetAfterMs;
      resetAt = clock.now() + rateLimit.resetAfterMs;
      // The answer to one request does not count the others in flight; its own is still among them.
      remaining = rateLimit.remaining - Math.max(0, inFlight - 1);
      pump();
    },
    isIdle: () => waiting.length === 0 && inFlight === 0 && kept === 0 && !isOpen(),
  };
}
