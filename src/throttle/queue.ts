import PQueue, { type Queue, type RunFunction } from 'p-queue';
import type { Clock } from '../core/clock.ts';
import type { Asker } from './asker.ts';
import { type Caps, createCapCounts } from './caps.ts';
import { expectedStarts, type Prospect } from './expected-wait.ts';
import { createFairLine } from './fair-line.ts';
import { type FairOptions, fairQueueClass } from './fair-queue.ts';
import { createGate } from './gate.ts';
import { createLearnedRate, type Refusal, type Told } from './learned-rate.ts';
import { createLedger } from './ledger.ts';
import { createLoads, type Request } from './loads.ts';
import { createOutlook } from './outlook.ts';
import { createStartWindow } from './window.ts';

export type { Asker } from './asker.ts';
export { type Caps, LimitReached } from './caps.ts';

/** The right to have one request open. */
export interface Slot {
  /**
   * The request leaves now, so that from now on its minute runs: to be called before it is sent, within a minute of getting
   * the slot. Without it the minute runs from then. Calling it again does nothing.
   */
  leaves(): void;
  /** Gives the place to the next in line. Calling it again does nothing. */
  release(): void;
}

/** A request in line. */
export interface Waiting {
  /**
   * Where it stands if nobody else comes: place 1 starts next, `startsInMs` is the expected wait. Both are 0 once it has
   * started or left. Of a line of 500 and more the answer may be a second old.
   */
  place(): { place: number; startsInMs: number };
}

export interface ThrottleStatus {
  waiting: number;
  running: number;
  /** In force now. */
  requestsPerMinute: number;
  configuredPerMinute: number;
  /** The server has said how many it allows; until then those that are configured count. */
  isTold: boolean;
  /** In force now. */
  maxConcurrent: number;
  usedInLastMinute: number;
  /** The expected wait of somebody who asks now and was not served of late. */
  startsInMs: number;
  /** Unix milliseconds; while a 429 lets nothing start. */
  closedUntil?: number;
}

export interface Throttle {
  /**
   * Resolves when a request may start now; from then on the place is the caller's until `release`, whatever the signal
   * does. An abort before that rejects at once with the signal's reason and costs no budget.
   *
   * @param options `onWaiting` is called once, before this returns, if the request cannot start now; `isRepeat` is a further
   *   try of a question that has been counted: the caps of people and servers leave it out, all else holds for it too
   */
  acquire(
    options: Asker & {
      signal: AbortSignal;
      onWaiting?: ((waiting: Waiting) => void) | undefined;
      isRepeat?: true | undefined;
    },
  ): Promise<Slot>;
  /** What an answer said of the key: the limit in force from now on. What no key is granted is ignored. */
  told(facts: Told): void;
  /**
   * A 429: nothing starts for `retryAfterMs` (without one, until the oldest start leaves the minute, at least 5 s), and one
   * of the limits goes down, once for all that are refused together. Without being told it recovers by one a minute.
   */
  refused(facts: Refusal & { retryAfterMs?: number | undefined }): void;
  /**
   * Keeps room, within the caps, for one request that will come; to be given back when it has entered the line, or will not.
   *
   * @throws LimitReached if there is none for this person or server
   */
  reserve(asker: Asker, caps: Caps): () => void;
  status(): ThrottleStatus;
}

export interface ThrottleOptions {
  /** Until the server says otherwise. */
  requestsPerMinute: number;
  maxConcurrent: number;
  clock: Clock;
}

/**
 * Keeps the requests of one API key within its budget: at most `requestsPerMinute` starts in any minute, with no even
 * spacing between them, and at most `maxConcurrent` open at once. Who goes first is decided in `fair-line.ts`.
 */
export function createThrottle({ requestsPerMinute, maxConcurrent, clock }: ThrottleOptions): Throttle {
  const loads = createLoads({ clock });
  const line = createFairLine({ loads });
  const queue = new PQueue<Queue<RunFunction, FairOptions>, FairOptions>({
    queueClass: fairQueueClass(line),
    concurrency: maxConcurrent,
  });
  const window = createStartWindow({ clock });
  const rate = createLearnedRate({ requestsPerMinute, maxConcurrent, clock });
  const gate = createGate({ queue, window, rate, clock });
  const capCounts = createCapCounts({ clock, expectedStart: (request) => outlook.of(request).startsAt });
  const ledger = createLedger({ clock, loads, window, capCounts });
  const outlook = createOutlook({ line, clock, expectedStarts: (count) => expectedStarts(prospect(), count) });

  const prospect = (): Prospect => ({
    now: clock.monotonic(),
    starts: window.starts(),
    requestsPerMinute: rate.requestsPerMinute(),
    shutUntil: gate.shutUntil(),
    runningSince: ledger.runningSince(),
    maxConcurrent: rate.maxConcurrent(),
    holdMs: ledger.holdMs(),
  });

  function changed(): void {
    outlook.changed();
    gate.adjust();
  }

  function acquire({ signal, onWaiting, isRepeat, ...asker }: Parameters<Throttle['acquire']>[0]): Promise<Slot> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const request = ledger.enter(asker, isRepeat === true);
      // p-queue would also end a running task when its signal aborts, while the request is still open: this one lives only
      // as long as the wait.
      const wait = new AbortController();
      const giveUp = (reason: unknown) => {
        signal.removeEventListener('abort', onAbort);
        wait.abort(reason);
        ledger.leave(request);
        changed();
        reject(reason);
      };
      const onAbort = () => giveUp(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      const run = () => {
        // Another listener of the signal may move the line before ours is called.
        if (signal.aborted) return undefined;
        signal.removeEventListener('abort', onAbort);
        const moveStart = ledger.start(request);
        changed();
        return new Promise<void>((free) => {
          resolve({
            leaves() {
              moveStart();
              changed();
            },
            release() {
              if (!ledger.end(request)) return;
              outlook.changed();
              free();
            },
          });
        });
      };
      // Its end is told by `giveUp` and `release`.
      queue.add(run, { id: request.id, request, signal: wait.signal }).catch(() => {});
      changed();
      if (request.startedAt !== undefined) return;
      try {
        onWaiting?.({ place: () => placeOf(request) });
      } catch (error) {
        giveUp(error);
      }
    });
  }

  function placeOf(request: Request): { place: number; startsInMs: number } {
    if (!line.has(request)) return { place: 0, startsInMs: 0 };
    const { place, startsAt } = outlook.of(request);
    return { place, startsInMs: fromNow(startsAt) };
  }

  const fromNow = (startsAt: number) => Math.max(0, Math.ceil(startsAt - clock.monotonic()));

  function told(facts: Told): void {
    rate.told(facts);
    changed();
  }

  function refused({ retryAfterMs, ...refusal }: Parameters<Throttle['refused']>[0]): void {
    rate.refused(refusal, gate.shutUntil() !== undefined);
    outlook.changed();
    gate.shut(retryAfterMs);
  }

  function status(): ThrottleStatus {
    const shutUntil = gate.shutUntil();
    return {
      waiting: line.size,
      running: ledger.runningSince().length,
      requestsPerMinute: rate.requestsPerMinute(),
      configuredPerMinute: requestsPerMinute,
      isTold: rate.isTold(),
      maxConcurrent: rate.maxConcurrent(),
      usedInLastMinute: window.starts().length,
      startsInMs: fromNow(outlook.newcomerStartsAt()),
      ...(shutUntil === undefined ? {} : { closedUntil: Math.round(clock.now() + shutUntil - clock.monotonic()) }),
    };
  }

  return { acquire, told, refused, reserve: capCounts.reserve, status };
}
