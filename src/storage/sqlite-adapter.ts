import { type KeyvStorageAdapter, type KeyvStorageEntry, keyvStorageCapability } from 'keyv';
import type { Clock } from '../core/clock.ts';
import { openDatabase } from './sqlite-database.ts';

type AdapterMethod =
  | 'get'
  | 'getMany'
  | 'has'
  | 'hasMany'
  | 'set'
  | 'setMany'
  | 'delete'
  | 'deleteMany'
  | 'clear'
  | 'iterator'
  | 'disconnect';

/** What keyv uses of an adapter, without its events: every failure here is a rejection. */
export interface SqliteAdapter extends Required<Pick<KeyvStorageAdapter, AdapterMethod | 'capabilities'>> {
  /** In the order of their UTF-8 bytes; what is written meanwhile may or may not be among them. */
  keys(prefix: string): AsyncGenerator<string, void>;
}

/** Rows per read, so that no read transaction stays open while the reader does something else. */
const BATCH_ROWS = 256;

/**
 * keyv 6 storage on `node:sqlite`. `setMany` and `deleteMany` are one transaction each, on the disk when they resolve.
 * Expiry is absolute, in Unix milliseconds; a write that is already expired removes its key. Expired rows are never
 * read, and are deleted at the next start or the next write that expires.
 *
 * @throws StartError see `openDatabase`
 */
export function createSqliteAdapter({
  path,
  clock,
  busyTimeoutMs,
}: {
  path: string;
  clock: Clock;
  busyTimeoutMs?: number | undefined;
}): SqliteAdapter {
  const database = openDatabase(path, busyTimeoutMs === undefined ? {} : { busyTimeoutMs });
  const live = '(expires_at IS NULL OR expires_at > ?)';
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const select = database.prepare(`SELECT value FROM entries WHERE key = ? AND ${live}`);
  const selectKeys = database.prepare(`SELECT key FROM entries WHERE key >= ? AND ${live} ORDER BY key LIMIT ?`);
  const selectRows = database.prepare(`SELECT key, value FROM entries WHERE key >= ? AND ${live} ORDER BY key LIMIT ?`);
  const upsert = database.prepare(
    'INSERT INTO entries (key, value, expires_at) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at',
  );
  const remove = database.prepare('DELETE FROM entries WHERE key = ?');
  const sweep = database.prepare('DELETE FROM entries WHERE expires_at <= ?');
  sweep.run(clock.now());

  function inTransaction<T>(work: () => T): T {
    begin.run();
    try {
      const result = work();
      commit.run();
      return result;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  function write({ key, value, expires }: KeyvStorageEntry<unknown>): void {
    if (expires !== undefined && expires <= clock.now()) remove.run(key);
    else upsert.run(key, value as string, expires ?? null);
  }

  const read = (key: string) => (select.get(key, clock.now()) as { value: string } | undefined)?.value;

  async function* rows<Row extends { key: string }>(
    statement: typeof selectRows,
    prefix: string,
  ): AsyncGenerator<Row, void> {
    for (let from = prefix; ; ) {
      const batch = statement.all(from, clock.now(), BATCH_ROWS) as unknown as Row[];
      for (const row of batch) {
        if (!row.key.startsWith(prefix)) return;
        yield row;
      }
      const last = batch[BATCH_ROWS - 1];
      if (!last) return;
      from = `${last.key}\0`;
    }
  }

  const adapter: Omit<SqliteAdapter, 'capabilities'> = {
    get: async (key) => read(key),
    getMany: async (keys) => keys.map(read),
    has: async (key) => read(key) !== undefined,
    hasMany: async (keys) => keys.map((key) => read(key) !== undefined),
    async set(key, value, expires) {
      write({ key, value, ...(expires === undefined ? {} : { expires }) });
      return true;
    },
    async setMany(entries) {
      inTransaction(() => {
        if (entries.some(({ expires }) => expires !== undefined)) sweep.run(clock.now());
        for (const entry of entries) write(entry);
      });
      return entries.map(() => true);
    },
    delete: async (key) => remove.run(key).changes > 0,
    deleteMany: async (keys) => inTransaction(() => keys.map((key) => remove.run(key).changes > 0)),
    async clear() {
      database.exec('DELETE FROM entries');
    },
    async *iterator() {
      for await (const { key, value } of rows<{ key: string; value: string }>(selectRows, '')) yield [key, value];
    },
    async *keys(prefix) {
      for await (const { key } of rows(selectKeys, prefix)) yield key;
    },
    async disconnect() {
      if (!database.isOpen) return;
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      database.close();
    },
  };
  return { ...adapter, capabilities: keyvStorageCapability(adapter) };
}
