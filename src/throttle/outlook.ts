import type { Clock } from '../core/clock.ts';
import type { FairLine, Ranked } from './fair-line.ts';
import type { Request } from './loads.ts';

/** Below this many in line every answer is exact. */
const EXACT_BELOW = 500;
/** Of a longer line, this share may come, go or start before it is looked through again, */
const CHANGED_SHARE = 1 / 16;
/** or this time may pass. */
const STALE_MS = 1_000;

export interface Outlook {
  /** The line, the budget or what runs has changed. */
  changed(): void;
  /** Of a request in line; `place` is from 1, `startsAt` by the monotonic clock. */
  of(request: Request): { place: number; startsAt: number };
  /** When a person would start who comes now and was not served of late; by the monotonic clock. */
  newcomerStartsAt(): number;
}

interface Seen {
  at: number;
  order: Ranked[];
  places: Map<Request, number>;
  /** One more than there are places, for who came since. */
  starts: number[];
}

/** Where everybody in the line stands. Looks through it once for many questions, so that thousands may ask each second. */
export function createOutlook(options: {
  line: FairLine;
  clock: Clock;
  expectedStarts: (count: number) => number[];
}): Outlook {
  const { line, clock, expectedStarts } = options;
  let seen: Seen | undefined;
  let changes = 0;

  function look(): Seen {
    const tolerated = line.size < EXACT_BELOW ? 0 : line.size * CHANGED_SHARE;
    if (seen && changes <= tolerated && clock.monotonic() - seen.at < STALE_MS) return seen;
    const order = line.order();
    const places = new Map(order.map(({ request }, index) => [request, index + 1]));
    seen = { at: clock.monotonic(), order, places, starts: expectedStarts(order.length + 1) };
    changes = 0;
    return seen;
  }

  /** Who came since the last look is told the end of their own rank. */
  function behindItsRank(order: Ranked[], own: { rank: number; kind: Request['asker']['kind'] }): number {
    const isPerson = own.kind === 'person';
    const last = order.findLastIndex(({ request: { asker }, rank }) =>
      asker.kind === own.kind ? rank <= own.rank : !isPerson,
    );
    return last + 2;
  }

  const startAtPlace = (starts: number[], place: number) => starts[place - 1] ?? clock.monotonic();

  return {
    changed() {
      changes += 1;
    },
    of(request) {
      const { order, places, starts } = look();
      const { kind } = request.asker;
      const place = places.get(request) ?? behindItsRank(order, { rank: line.rankOf(request), kind });
      return { place, startsAt: startAtPlace(starts, place) };
    },
    newcomerStartsAt() {
      const { order, starts } = look();
      return startAtPlace(starts, behindItsRank(order, { rank: 0, kind: 'person' }));
    },
  };
}
