import type { Clock } from '../core/clock.ts';
import type { Asker } from './asker.ts';
import type { CapCounts } from './caps.ts';
import { createHoldTimes } from './expected-wait.ts';
import type { Loads, Request } from './loads.ts';
import type { StartWindow } from './window.ts';

/** Tells everybody who counts requests what becomes of one: it enters, and then leaves, or starts and ends. */
export interface Ledger {
  enter(asker: Asker): Request;
  leave(request: Request): void;
  start(request: Request): void;
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
    enter(asker) {
      const request = loads.enter(asker);
      capCounts.enter(request);
      return request;
    },
    leave(request) {
      loads.leave(request);
      capCounts.leave(request);
    },
    start(request) {
      window.record();
      loads.start(request);
      capCounts.start(request);
      running.set(request, clock.monotonic());
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
