import { resolve } from 'node:path';
import { Keyv, type KeyvSerializationAdapter } from 'keyv';
import { type Clock, systemClock } from '../core/clock.ts';
import { StartError } from '../core/errors.ts';
import { createSqliteAdapter, type SqliteAdapter } from './sqlite-adapter.ts';
import { IN_MEMORY } from './sqlite-database.ts';

export interface StoreEntry {
  /** Not empty. */
  key: string;
  /** Plain JSON. */
  value: unknown;
  /** From now on; left out: for ever; 0: the key is removed by this very write. */
  ttlMs?: number | undefined;
}

/** Keys and plain JSON values. Whatever fails rejects. */
export interface Store {
  /** `undefined` if there is none or it has expired; the raw text, a string, if what is stored is not JSON any more. */
  get(key: string): Promise<unknown>;
  /** All of the entries or none; on the disk when it resolves, if the store has one. */
  setMany(entries: StoreEntry[]): Promise<void>;
  /** All of the keys or none. A key that is not there is not an error. */
  delete(keys: string[]): Promise<void>;
  /** Every key that starts with `prefix`; one written or deleted meanwhile may or may not be among them. */
  keys(prefix: string): AsyncIterable<string>;
  /** Ends every use of this handle. */
  close(): Promise<void>;
}

const ACCEPTED = 'sqlite://data/dramatis.sqlite, sqlite:///absolute/path.sqlite or memory:// (forgets at restart)';

/**
 * Opens the store that a URL names: `sqlite://` and a path, relative to the working directory or absolute, or
 * `memory://`. Memory is an SQLite database without a file and not keyv's own Map, so that both write atomically, list
 * keys by prefix and expire by `clock` in the same way.
 *
 * @throws StartError if the scheme is not known, or the file cannot be opened or written
 */
export async function openStore(
  url: string,
  { clock = systemClock }: { clock?: Clock | undefined } = {},
): Promise<Store> {
  const [, scheme, path] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(url) ?? [];
  if (scheme === 'memory' && !path) return createStore(createSqliteAdapter({ path: IN_MEMORY, clock }), clock);
  if (scheme === 'sqlite' && path) return createStore(createSqliteAdapter({ path: resolve(path), clock }), clock);
  // The rest of the URL may hold a password.
  const given = scheme ? `starts with ${scheme}:// and is none of them` : 'is not a URL';
  throw new StartError(`STORE_URL must be ${ACCEPTED}; what is set ${given}.`);
}

function createStore(adapter: SqliteAdapter, clock: Clock): Store {
  // No listener for keyv's "error" event is ever added: with one, keyv reports a failed write as a mere `false`.
  const keyv = new Keyv({ store: adapter, serialization: plainJson });
  return {
    get: (key) => keyv.get(named(key)),
    async setMany(entries) {
      if (entries.length === 0) return;
      const now = clock.now();
      const written = await keyv.setManyRaw(
        entries.map(({ key, value, ttlMs }) => ({
          key: named(key),
          value: { value, expires: ttlMs === undefined ? undefined : now + ttlMs },
        })),
      );
      if (written.includes(false))
        throw new Error(`the store refused to write ${entries.map(({ key }) => key).join(', ')}`);
    },
    async delete(keys) {
      if (keys.length > 0) await keyv.deleteMany(keys.map(named));
    },
    keys: (prefix) => adapter.keys(prefix),
    close: () => keyv.disconnect(),
  };
}

/** keyv ignores an empty key without a word. */
function named(key: string): string {
  if (key === '') throw new TypeError('a key of the store must not be empty');
  return key;
}

/**
 * Values as JSON, without the marks that keyv's own serializer puts into strings. The expiry is not part of it: the
 * adapter keeps it and compares it with `clock`, where keyv would compare with the system's time.
 */
const plainJson: KeyvSerializationAdapter = {
  stringify(envelope) {
    const text = JSON.stringify((envelope as { value: unknown }).value) as string | undefined;
    if (text === undefined) throw new TypeError('a value of the store must be JSON');
    return `{"value":${text}}`;
  },
  parse: (text) => (parseEnvelope(text) ?? { value: text }) as never,
};

function parseEnvelope(text: string): object | undefined {
  try {
    const envelope: unknown = JSON.parse(text);
    return typeof envelope === 'object' && envelope !== null && 'value' in envelope ? envelope : undefined;
  } catch {
    return undefined;
  }
}
