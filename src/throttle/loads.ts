import type { Clock } from '../core/clock.ts';
import type { Asker } from './asker.ts';

/** Whoever was served this recently goes behind those who were not. Then all is forgotten, so that nobody starves. */
export const HORIZON_MS = 10 * 60_000;

/** A person or a channel, for one kind of request, while any of its requests waits, runs or was just served. */
export interface Party {
  readonly key: string;
  /** Requests that run, or started within the horizon. */
  load: number;
  /** Those, and the waiting ones. */
  known: number;
}

/** One place that was asked for, from its arrival until it counts for nobody any more. */
export interface Request {
  readonly id: string;
  /** Ascends from one request to the next. */
  readonly arrival: number;
  readonly asker: Asker;
  readonly person: Party;
  readonly channel: Party;
  /** By the monotonic clock; undefined while it waits. */
  startedAt: number | undefined;
  /** Why it counts as load: it runs, and it started within the horizon. */
  reasons: number;
}

export interface Loads {
  /** A request that waits from now on. */
  enter(asker: Asker): Request;
  /** It waits no more, and never started. */
  leave(request: Request): void;
  start(request: Request): void;
  end(request: Request): void;
  /** Takes off what has left the horizon; to be called before loads are compared. */
  refresh(): void;
}

/** Counts what each person and each channel was just given. The bot's work in the background counts apart from people's own. */
export function createLoads({ clock }: { clock: Clock }): Loads {
  const parties = new Map<string, Party>();
  const started: Request[] = [];
  let arrivals = 0;

  function party(key: string): Party {
    const found = parties.get(key) ?? { key, load: 0, known: 0 };
    found.known += 1;
    parties.set(key, found);
    return found;
  }

  function leave({ person, channel }: Request): void {
    for (const party of [person, channel]) {
      party.known -= 1;
      if (party.known === 0) parties.delete(party.key);
    }
  }

  function dropReason(request: Request): void {
    request.reasons -= 1;
    if (request.reasons > 0) return;
    request.person.load -= 1;
    request.channel.load -= 1;
    leave(request);
  }

  return {
    enter(asker) {
      arrivals += 1;
      return {
        id: String(arrivals),
        arrival: arrivals,
        asker,
        person: party(`${asker.kind} of person ${asker.personId}`),
        channel: party(`${asker.kind} of channel ${asker.channelId}`),
        startedAt: undefined,
        reasons: 0,
      };
    },
    leave,
    start(request) {
      request.startedAt = clock.monotonic();
      request.reasons = 2;
      request.person.load += 1;
      request.channel.load += 1;
      started.push(request);
    },
    end: dropReason,
    refresh() {
      const since = clock.monotonic() - HORIZON_MS;
      const kept = started.findIndex(({ startedAt = 0 }) => startedAt > since);
      for (const request of started.splice(0, kept < 0 ? started.length : kept)) dropReason(request);
    },
  };
}
