import type { CompletionsClient } from '../completions/client.ts';
import { CompletionError } from '../completions/errors.ts';
import type { Clock } from '../core/clock.ts';
import { UserError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { Seal } from '../core/seal.ts';
import type { Catalog } from '../models/catalog.ts';
import type { Settings, SettingsStore } from '../storage/settings.ts';
import type { Throttle } from '../throttle/queue.ts';

/** The API by one key: what it serves, its budget, and the way to it. */
export interface Upstream {
  /** `operator`, or the id of the server whose key it is. */
  id: string;
  catalog: Catalog;
  throttle: Throttle;
  completions: CompletionsClient;
}

export interface KeyState {
  /** The last characters. */
  hint: string;
  by: { id: string; name: string };
  /** Unix time in milliseconds. */
  at: number;
  /** When the API refused it; gone again after it was accepted. */
  refusedAt?: number | undefined;
}

/** One upstream for each API key: the operator's, and those of servers that brought their own. */
export interface Upstreams {
  /**
   * The server's own if it has a key, else the operator's.
   *
   * @throws UserError `unavailable` if there is neither, or the server's key cannot be opened any more
   */
  of(guildId: string | undefined): Promise<Upstream>;
  readonly operator: Upstream | undefined;
  /** False without SECRET_KEY. */
  readonly canHoldKeys: boolean;
  /** Tests a key against the list of models, and keeps it, sealed, only if that works. @throws UserError with what is wrong */
  setKey(guildId: string, key: string, by: { id: string; name: string }): Promise<{ models: number }>;
  /** False if the server had none. */
  removeKey(guildId: string): Promise<boolean>;
  keyState(guildId: string): Promise<KeyState | undefined>;
  /** What the API said of the key that a completion was sent with. Never throws. */
  noteKey(upstream: Upstream, verdict: 'accepted' | 'refused'): Promise<void>;
}

export interface UpstreamsOptions {
  /** Makes everything for one key, with `throttle` if that is given; `id` names its documents. */
  create: (id: string, apiKey: string, throttle?: Throttle) => Upstream;
  operatorKey: string | undefined;
  /** Of one server's key; undefined without SECRET_KEY. */
  sealOf: ((guildId: string) => Seal) | undefined;
  settings: SettingsStore;
  /** Called when a key is refused, once a day at most. */
  onRefused: (guildId: string, state: KeyState) => void;
  clock: Clock;
  logger: Logger;
  signal: AbortSignal;
}

const KEY_SHAPE = /^[\x21-\x7e]{8,500}$/;
const HINT_LENGTH = 4;
/** A list older than this is renewed when its key is used. */
const LIST_FRESH_MS = 10 * 60_000;
/** After a failure; one question asks for the upstream several times. */
const LIST_RETRY_MS = 15_000;
const TELL_AGAIN_MS = 24 * 60 * 60_000;
const LIST_WAIT_MS = 10_000;

const NO_KEY =
  'This server has no API key yet, and the bot has none of its own. Someone with the permission Manage Server can enter one: `/settings` → API key.';
const NO_KEY_HERE = 'The bot has no API key of its own, so it answers only in servers that brought theirs.';
const KEY_UNREADABLE =
  'This server’s API key cannot be read any more, because the bot’s SECRET_KEY was changed. Someone with the permission Manage Server can enter it again: `/settings` → API key.';
const NO_SECRET =
  'This bot cannot keep API keys yet: whoever runs it must set `SECRET_KEY` first (see `.env.example`).';
const WRONG_SHAPE =
  'That does not look like an API key. Copy it from infermatic.ai: after login, left bar, below “Join Discord”.';
const REFUSED_KEY =
  'The API does not accept this key, so it was not kept. Copy it again from infermatic.ai: after login, left bar, below “Join Discord”.';
const NOT_TESTED =
  'The key could not be tested, because the API did not answer. Nothing was changed: please try again in a minute.';

const NO_MODELS =
  'The API accepts this key, but lists no model for it, so it was not kept. Look at your plan on infermatic.ai, or try again in a few minutes.';

type StoredKey = NonNullable<Settings['apiKey']>;

function stateOf({ hint, by, at, refusedAt }: StoredKey): KeyState {
  return { hint, by, at, refusedAt };
}

interface Held {
  sealed: string;
  upstream: Upstream;
  /** By the clock's monotonic time. */
  listAgainAt: number;
  listing?: Promise<void>;
}

export function createUpstreams(options: UpstreamsOptions): Upstreams {
  const { create, operatorKey, sealOf, settings, onRefused, clock, logger, signal } = options;
  const operator = operatorKey === undefined ? undefined : create('operator', operatorKey);
  const held = new Map<string, Held>();

  /** Servers with one key share its queue, for they share its budget; and a key that is entered again finds its own. */
  const throttles = new Map<string, Throttle>();
  if (operator && operatorKey !== undefined) throttles.set(operatorKey, operator.throttle);

  async function list(upstream: Upstream): Promise<void> {
    await upstream.catalog.refresh({ signal: AbortSignal.any([signal, AbortSignal.timeout(LIST_WAIT_MS)]) });
  }

  async function open(guildId: string, sealed: string): Promise<Held> {
    const apiKey = sealOf?.(guildId).open(sealed);
    if (apiKey === undefined) throw new UserError('unavailable', KEY_UNREADABLE);
    const upstream = create(guildId, apiKey, throttles.get(apiKey));
    throttles.set(apiKey, upstream.throttle);
    await upstream.catalog.restore();
    return { sealed, upstream, listAgainAt: -Infinity };
  }

  /** In the background, except for the very first list, for which all wait who need it. */
  async function renew(known: Held): Promise<void> {
    if (clock.monotonic() >= known.listAgainAt) {
      known.listAgainAt = clock.monotonic() + LIST_FRESH_MS;
      known.listing = list(known.upstream).catch((error: unknown) => {
        known.listAgainAt = clock.monotonic() + LIST_RETRY_MS;
        logger.warn(
          { err: error, upstream: known.upstream.id },
          'the models of a server’s own key could not be listed',
        );
      });
    }
    if (known.upstream.catalog.state === 'empty') await known.listing;
  }

  async function ownOf(guildId: string): Promise<Upstream | undefined> {
    const { apiKey } = await settings.read({ guildId });
    if (!apiKey) {
      held.delete(guildId);
      return undefined;
    }
    let known = held.get(guildId);
    if (known?.sealed !== apiKey.sealed) {
      const opened = await open(guildId, apiKey.sealed);
      // Of two at once the first stays, so that both wait for one list of models.
      const other = held.get(guildId);
      known = other?.sealed === apiKey.sealed ? other : opened;
      held.set(guildId, known);
    }
    await renew(known);
    return known.upstream;
  }

  /** An outage looks like a wrong key again and again: the admin is told once a day. */
  function refusedNow(apiKey: StoredKey): StoredKey {
    const now = clock.now();
    const isTold = apiKey.toldAt !== undefined && now - apiKey.toldAt < TELL_AGAIN_MS;
    return { ...apiKey, refusedAt: now, ...(isTold ? {} : { toldAt: now }) };
  }

  async function test(upstream: Upstream): Promise<void> {
    try {
      await list(upstream);
    } catch (error) {
      const isRefused =
        error instanceof CompletionError && ['unauthorized', 'forbidden', 'payment'].includes(error.kind);
      logger.warn({ err: error, upstream: upstream.id }, 'a server’s new key could not be tested');
      throw new UserError(isRefused ? 'input' : 'upstream', isRefused ? REFUSED_KEY : NOT_TESTED);
    }
    if (upstream.catalog.list().length === 0) throw new UserError('upstream', NO_MODELS);
  }

  return {
    operator,
    canHoldKeys: sealOf !== undefined,
    async of(guildId) {
      const own = guildId === undefined ? undefined : await ownOf(guildId);
      if (own) return own;
      if (operator) return operator;
      throw new UserError('unavailable', guildId === undefined ? NO_KEY_HERE : NO_KEY);
    },
    async setKey(guildId, typed, by) {
      if (!sealOf) throw new UserError('unavailable', NO_SECRET);
      const key = typed.trim().replace(/^Bearer\s+/i, '');
      if (!KEY_SHAPE.test(key)) throw new UserError('input', WRONG_SHAPE);
      const isNew = !throttles.has(key);
      const upstream = create(guildId, key, throttles.get(key));
      // Before the test: another server may enter the same key meanwhile.
      throttles.set(key, upstream.throttle);
      await test(upstream).catch((error: unknown) => {
        if (isNew) throttles.delete(key);
        throw error;
      });
      throttles.set(key, upstream.throttle);
      const sealed = sealOf(guildId).seal(key);
      const state = { sealed, hint: key.slice(-HINT_LENGTH), by, at: clock.now() };
      await settings.update({ guildId }, (current) => ({ ...current, apiKey: state }));
      held.set(guildId, { sealed, upstream, listAgainAt: clock.monotonic() + LIST_FRESH_MS });
      return { models: upstream.catalog.list().length };
    },
    async removeKey(guildId) {
      const { before } = await settings.update({ guildId }, (current) => ({ ...current, apiKey: undefined }));
      held.delete(guildId);
      return before.apiKey !== undefined;
    },
    async keyState(guildId) {
      const { apiKey } = await settings.read({ guildId });
      return apiKey && stateOf(apiKey);
    },
    async noteKey(upstream, verdict) {
      const known = held.get(upstream.id);
      if (known?.upstream !== upstream) return;
      try {
        const { before, after } = await settings.update({ guildId: upstream.id }, (current) => {
          const { apiKey } = current;
          if (apiKey?.sealed !== known.sealed || (apiKey.refusedAt !== undefined) === (verdict === 'refused'))
            return current;
          return {
            ...current,
            apiKey: verdict === 'refused' ? refusedNow(apiKey) : { ...apiKey, refusedAt: undefined },
          };
        });
        if (after.apiKey && after.apiKey.toldAt !== before.apiKey?.toldAt)
          onRefused(upstream.id, stateOf(after.apiKey));
      } catch (error) {
        logger.warn({ err: error, upstream: upstream.id }, 'what the API said of a server’s key could not be stored');
      }
    },
  };
}
