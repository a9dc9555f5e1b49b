import type { Loads, Party, Request } from './loads.ts';

/** A waiting request in the order in which all would be served now. */
export interface Ranked {
  request: Request;
  /** Its person's load when it starts, if nobody else comes: that of now, and one for each of theirs before it. */
  rank: number;
}

export interface FairLine {
  readonly size: number;
  has(request: Request): boolean;
  add(request: Request): void;
  remove(request: Request): void;
  /** Takes out the request that is to start now. */
  shift(): Request | undefined;
  /** What `shift` would answer again and again. */
  order(): Ranked[];
  rankOf(request: Request): number;
}

/** Somebody who waits. */
interface Waiter {
  /** Never empty; in the order of arrival. */
  readonly requests: Set<Request>;
  /** The first of them, at hand for looking through thousands. */
  first: Request;
}

type Waiters = Map<Party, Waiter>;

/**
 * Whose turn it is: people before what runs in the background; then whoever has the fewest requests that run or were just
 * served; then the channel that has; then first come. Background waits for as long as people do.
 */
export function createFairLine({ loads }: { loads: Loads }): FairLine {
  const lines: Record<Request['asker']['kind'], Waiters> = { person: new Map(), background: new Map() };
  let size = 0;

  function remove(request: Request): void {
    const waiters = lines[request.asker.kind];
    const waiter = waiters.get(request.person);
    if (!waiter?.requests.delete(request)) return;
    size -= 1;
    if (request !== waiter.first) return;
    const [first] = waiter.requests;
    if (first) waiter.first = first;
    else waiters.delete(request.person);
  }

  return {
    get size() {
      return size;
    },
    has: (request) => lines[request.asker.kind].get(request.person)?.requests.has(request) ?? false,
    add(request) {
      const waiters = lines[request.asker.kind];
      const waiter = waiters.get(request.person) ?? { requests: new Set(), first: request };
      waiter.requests.add(request);
      waiters.set(request.person, waiter);
      size += 1;
    },
    remove,
    shift() {
      loads.refresh();
      const next = firstOf(lines.person) ?? firstOf(lines.background);
      if (next) remove(next);
      return next;
    },
    order() {
      loads.refresh();
      return [...orderOf(lines.person), ...orderOf(lines.background)];
    },
    rankOf({ asker, person }) {
      return person.load + (lines[asker.kind].get(person)?.requests.size ?? 1) - 1;
    },
  };
}

function firstOf(waiters: Waiters): Request | undefined {
  let best: Request | undefined;
  for (const { first } of waiters.values()) if (!best || isBefore(first, best)) best = first;
  return best;
}

function isBefore(one: Request, other: Request): boolean {
  const difference = one.person.load - other.person.load || one.channel.load - other.channel.load;
  return difference === 0 ? one.arrival < other.arrival : difference < 0;
}

/** Within one rank the channels take turns, and what they got in the ranks before counts for them. */
function orderOf(waiters: Waiters): Ranked[] {
  const given = new Map<Party, number>();
  const takeTurn = ({ request: { channel } }: Ranked) => {
    const turn = given.get(channel) ?? channel.load;
    given.set(channel, turn + 1);
    return turn;
  };
  return groupsInOrder(rankedOf(waiters), ({ rank }) => rank).flatMap((sameRank) => {
    sameRank.sort((a, b) => a.request.arrival - b.request.arrival);
    return groupsInOrder(sameRank, takeTurn).flat();
  });
}

function rankedOf(waiters: Waiters): Ranked[] {
  const ranked: Ranked[] = [];
  for (const [person, { requests }] of waiters) {
    let rank = person.load;
    for (const request of requests) {
      ranked.push({ request, rank });
      rank += 1;
    }
  }
  return ranked;
}

/** Faster than sorting thousands that share few keys. */
function groupsInOrder<T>(items: T[], keyOf: (item: T) => number): T[][] {
  return [...Map.groupBy(items, keyOf)].sort(([a], [b]) => a - b).map(([, group]) => group);
}
