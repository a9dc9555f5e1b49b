import type { Clock } from '../core/clock.ts';
import type { Asker } from './asker.ts';
import type { Request } from './loads.ts';

const HOUR_MS = 60 * 60_000;

/** What the admins of a server set; absent means no cap. */
export interface Caps {
  personWaiting?: number | undefined;
  serverWaiting?: number | undefined;
  personPerHour?: number | undefined;
  serverPerHour?: number | undefined;
}

export interface LimitFacts {
  scope: 'person' | 'server';
  kind: 'waiting' | 'hour';
  limit: number;
  /** Unix milliseconds; for `waiting` an expectation. */
  freeAt: number;
}

/** A cap of the server leaves no room for one more request now. */
export class LimitReached extends Error {
  override name = 'LimitReached';
  readonly scope: LimitFacts['scope'];
  readonly kind: LimitFacts['kind'];
  readonly limit: number;
  readonly freeAt: number;

  constructor({ scope, kind, limit, freeAt }: LimitFacts) {
    super(`limit reached: ${limit} ${kind === 'waiting' ? 'waiting' : 'in an hour'} for one ${scope}`);
    this.scope = scope;
    this.kind = kind;
    this.limit = limit;
    this.freeAt = freeAt;
  }
}

/** What a server, or one person in it, has in line and had started within the hour. */
interface Tally {
  readonly key: string;
  readonly waiting: Set<Request>;
  /** Not in line yet, but sure to come. */
  reserved: number;
  /** By the monotonic clock, oldest first. */
  readonly starts: number[];
}

export interface CapCounts {
  enter(request: Request): void;
  leave(request: Request): void;
  /** Does nothing with one that has not entered. */
  start(request: Request): void;
  /** @throws LimitReached */
  reserve(asker: Asker, caps: Caps): () => void;
}

/** Counts per server what its people ask for. Nobody asked for what runs in the background: it is neither counted nor capped. */
export function createCapCounts(options: { clock: Clock; expectedStart: (request: Request) => number }): CapCounts {
  const { clock, expectedStart } = options;
  const tallies = new Map<string, Tally>();
  const started: { at: number; tallies: Tally[] }[] = [];

  function keysOf({ personId, guildId, kind }: Asker): string[] {
    return guildId === undefined || kind === 'background' ? [] : [`${guildId} ${personId}`, guildId];
  }

  function tallyOf(key: string): Tally {
    const tally = tallies.get(key) ?? { key, waiting: new Set(), reserved: 0, starts: [] };
    tallies.set(key, tally);
    return tally;
  }

  function forgetIfEmpty({ key, waiting, reserved, starts }: Tally): void {
    if (waiting.size === 0 && reserved === 0 && starts.length === 0) tallies.delete(key);
  }

  function leave(request: Request): void {
    for (const tally of keysOf(request.asker).flatMap((key) => tallies.get(key) ?? [])) {
      tally.waiting.delete(request);
      forgetIfEmpty(tally);
    }
  }

  function refresh(): void {
    const since = clock.monotonic() - HOUR_MS;
    const kept = started.findIndex(({ at }) => at > since);
    for (const { tallies } of started.splice(0, kept < 0 ? started.length : kept)) {
      for (const tally of tallies) {
        tally.starts.shift();
        forgetIfEmpty(tally);
      }
    }
  }

  const unixTime = (at: number) => Math.round(clock.now() + at - clock.monotonic());
  const inOrder = (waiting: Set<Request>) => [...waiting].map(expectedStart).sort((a, b) => a - b);

  /** Room comes when as many of theirs have started as are over the cap by one. */
  function checkWaiting(scope: LimitFacts['scope'], { waiting, reserved }: Tally, limit: number): void {
    const count = waiting.size + reserved;
    if (count < limit) return;
    const at = inOrder(waiting)[count - limit] ?? clock.monotonic();
    throw new LimitReached({ scope, kind: 'waiting', limit, freeAt: unixTime(at) });
  }

  /** What waits will start, and is counted already: else a long line would let any number through. */
  function checkHour(scope: LimitFacts['scope'], { waiting, reserved, starts }: Tally, limit: number): void {
    const count = starts.length + waiting.size + reserved;
    if (count < limit) return;
    const at = starts[count - limit] ?? inOrder(waiting)[count - limit - starts.length] ?? clock.monotonic();
    throw new LimitReached({ scope, kind: 'hour', limit, freeAt: unixTime(at + HOUR_MS) });
  }

  return {
    enter(request) {
      for (const key of keysOf(request.asker)) tallyOf(key).waiting.add(request);
    },
    leave,
    start(request) {
      refresh();
      const at = clock.monotonic();
      const counted = keysOf(request.asker)
        .flatMap((key) => tallies.get(key) ?? [])
        .filter(({ waiting }) => waiting.delete(request));
      for (const tally of counted) tally.starts.push(at);
      if (counted.length > 0) started.push({ at, tallies: counted });
    },
    reserve(asker, { personWaiting, serverWaiting, personPerHour, serverPerHour }) {
      refresh();
      const counted = keysOf(asker).map(tallyOf);
      const [person, server] = counted;
      try {
        if (person && server) {
          checkWaiting('person', person, personWaiting ?? Infinity);
          checkWaiting('server', server, serverWaiting ?? Infinity);
          checkHour('person', person, personPerHour ?? Infinity);
          checkHour('server', server, serverPerHour ?? Infinity);
        }
        for (const tally of counted) tally.reserved += 1;
      } finally {
        counted.forEach(forgetIfEmpty);
      }
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        for (const tally of counted) {
          tally.reserved -= 1;
          forgetIfEmpty(tally);
        }
      };
    },
  };
}
