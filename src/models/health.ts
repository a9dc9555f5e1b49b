import type { Clock } from '../core/clock.ts';

export type Outcome = { ok: true; firstTextMs: number } | { ok: false; kind: string };

export interface ModelHealth {
  /**
   * `down`: the two newest outcomes are failures of the model, both of the last ten minutes. `up`: it answered within the
   * last hour, and its two newest outcomes are not failures. `unknown` otherwise.
   */
  state: 'up' | 'down' | 'unknown';
  /** Median of the newest 20 answers, in milliseconds. */
  firstTextMs?: number;
  /** Kind of the newest outcome, if that is a failure of the last hour. */
  failure?: string;
  /** While it is down: when the first of its unbroken failures was, in Unix milliseconds. */
  since?: number;
}

/** Which models are up, as the bot's own requests show it. */
export interface Health {
  record(modelId: string, outcome: Outcome): void;
  of(modelId: string): ModelHealth;
}

interface Tracked {
  /** Newest first; times are monotonic. */
  newest: { failure: string | undefined; at: number }[];
  answeredAt: number;
  failingSince: number | undefined;
  /** Newest last. */
  firstTextsMs: number[];
}

/** Other failures are of the request or of the key, and say nothing of the model. */
const FAILURES_OF_THE_MODEL: ReadonlySet<string> = new Set(['unavailable', 'timeout', 'network', 'cut']);
const DOWN_MS = 10 * 60_000;
const KNOWN_MS = 60 * 60_000;
const DOWN_FAILURES = 2;
const FIRST_TEXTS_COUNT = 20;
const MAX_MODELS = 2_000;
const NEVER_ASKED: Tracked = { newest: [], answeredAt: -Infinity, failingSince: undefined, firstTextsMs: [] };

export function createHealth({ clock }: { clock: Pick<Clock, 'now' | 'monotonic'> }): Health {
  const models = new Map<string, Tracked>();

  return {
    record(modelId, outcome) {
      const failure = outcome.ok ? undefined : outcome.kind;
      if (failure !== undefined && !FAILURES_OF_THE_MODEL.has(failure)) return;
      const at = clock.monotonic();
      const before = models.get(modelId) ?? NEVER_ASKED;
      const { firstTextsMs } = before;
      models.delete(modelId);
      models.set(modelId, {
        newest: [{ failure, at }, ...before.newest].slice(0, DOWN_FAILURES),
        answeredAt: outcome.ok ? at : before.answeredAt,
        failingSince: outcome.ok ? undefined : (before.failingSince ?? at),
        firstTextsMs: outcome.ok ? [...firstTextsMs, outcome.firstTextMs].slice(-FIRST_TEXTS_COUNT) : firstTextsMs,
      });
      // Insertion order is that of the newest outcome.
      const [oldest] = models.keys();
      if (models.size > MAX_MODELS && oldest !== undefined) models.delete(oldest);
    },
    of(modelId) {
      const tracked = models.get(modelId);
      if (!tracked) return { state: 'unknown' };
      const now = clock.monotonic();
      const failure = tracked.newest.find(({ at }) => now - at < KNOWN_MS)?.failure;
      const state = stateOf(tracked, now);
      const { failingSince = now } = tracked;
      return {
        state,
        ...(state === 'down' ? { since: clock.now() - (now - failingSince) } : {}),
        ...(tracked.firstTextsMs.length > 0 ? { firstTextMs: median(tracked.firstTextsMs) } : {}),
        ...(failure === undefined ? {} : { failure }),
      };
    },
  };
}

function stateOf({ newest, answeredAt }: Tracked, now: number): ModelHealth['state'] {
  const isFailing = newest.length === DOWN_FAILURES && newest.every(({ failure }) => failure !== undefined);
  if (isFailing) return newest.every(({ at }) => now - at < DOWN_MS) ? 'down' : 'unknown';
  return now - answeredAt < KNOWN_MS ? 'up' : 'unknown';
}

/** Of an even count the higher of the two in the middle. */
function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
