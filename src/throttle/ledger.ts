import type { Clock } from '../core/clock.ts';
import type { Asker } from './asker.ts';
import type { CapCounts } from './caps.ts';
import { createHoldTimes } from './expected-wait.ts';
import type { Loads, Request } from './loads.ts';
import type { StartWindow } from './window.ts';

/** Tells everybody who counts requests what becomes of one: it enters, and then leaves, or starts and ends. */
export interface Ledger {
  /** @param isRepeat of a question that was counted already: the caps leave it out */
  enter(asker: Asker, isRepeat: boolean): Request;
  leave(request: Request): void;
  /** @returns moves its start in the window to now, once */
  start(request: Request): () => void;
  /** @returns false if it did not run */
  end(request: Request): boolean;
  /** When those that run were started, by the monotonic clock. */
  runningSince(): number[];
  /** How long one is expected to run. */
  holdMs(): number;
}

export function createLedger(options: {
  clock: Clock;
  loads: Loads;
  window: StartWindow;
  capCounts: CapCounts;
}): Ledger {
  const { clock, loads, window, capCounts } = options;
  const running = new Map<Request, number>();
  const holdTimes = createHoldTimes();
  return {
    enter(asker, isRepeat) {
      const request = loads.enter(asker);
      if (!isRepeat) capCounts.enter(request);
      return request;
    },
    leave(request) {
      loads.leave(request);
      capCounts.leave(request);
    },
    start(request) {
      const moveStart = window.record();
      loads.start(request);
      capCounts.start(request);
      running.set(request, clock.monotonic());
      return moveStart;
    },
    end(request) {
      const since = running.get(request);
      if (since === undefined) return false;
      running.delete(request);
      loads.end(request);
      holdTimes.record(clock.monotonic() - since);
      return true;
    },
    runningSince: () => [...running.values()],
    holdMs: holdTimes.meanMs,
  };
}
