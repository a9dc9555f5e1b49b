import type { Clock } from '../core/clock.ts';

/**
 * Requests may arrive closer together than they left: the first of a window pays for the connection, the last does not.
 * Costs 0.7 % of the budget.
 */
const TRANSIT_MARGIN_MS = 400;
export const WINDOW_MS = 60_000 + TRANSIT_MARGIN_MS;

export interface StartWindow {
  /** @returns moves this start to now, the first time it is called: for a request that leaves later than it was let go. */
  record(): () => void;
  /** Starts of the last window, oldest first. */
  starts(): readonly number[];
  /** When one more start keeps within `limit`; a time that has passed if that is now. */
  opensAt(limit: number): number;
}

/** The starts of a true sliding minute, whose limit may be another at each question. Times are the monotonic clock's. */
export function createStartWindow({ clock }: { clock: Clock }): StartWindow {
  let kept: number[] = [];

  function starts(): readonly number[] {
    const since = clock.monotonic() - WINDOW_MS;
    const first = kept.findIndex((at) => at > since);
    if (first !== 0) kept = first < 0 ? [] : kept.slice(first);
    return kept;
  }

  return {
    record() {
      const at = clock.monotonic();
      kept.push(at);
      let isMoved = false;
      return () => {
        if (isMoved) return;
        isMoved = true;
        // Of several at one time any will do. None is left if it took longer than the window.
        const index = kept.indexOf(at);
        if (index >= 0) kept.splice(index, 1);
        kept.push(clock.monotonic());
      };
    },
    starts,
    opensAt(limit) {
      const leaving = starts().at(-limit);
      return leaving === undefined ? -Infinity : leaving + WINDOW_MS;
    },
  };
}
