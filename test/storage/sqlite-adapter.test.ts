import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Keyv } from 'keyv';
import { StartError } from '../../src/core/errors.ts';
import { createSqliteAdapter, type SqliteAdapter } from '../../src/storage/sqlite-adapter.ts';
import { openStore } from '../../src/storage/store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { collect } from './collect.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sqlite-'));
  path = join(folder, 'bot.sqlite');
});

afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

async function withAdapter(work: (adapter: SqliteAdapter, clock: FakeClock) => Promise<void>): Promise<void> {
  const clock = new FakeClock(1_000);
  const adapter = createSqliteAdapter({ path, clock });
  try {
    await work(adapter, clock);
  } finally {
    await adapter.disconnect();
  }
}

/** What the file holds, whatever the adapter would show of it. */
function rowsInFile(): unknown[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database.prepare('SELECT key, value, expires_at FROM entries ORDER BY key').all();
  database.close();
  return rows.map((row) => ({ ...row }));
}

function change(sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

describe('as an adapter of keyv', () => {
  test('keyv uses it directly and passes absolute expiry', async () => {
    await withAdapter(async (adapter) => {
      const keyv = new Keyv({ store: adapter });
      expect(keyv.store).toBe(adapter);
      await keyv.set('k', { text: ':v' }, 60_000);
      expect([await keyv.get('k'), await keyv.has('k'), await keyv.has('l')]).toEqual([{ text: ':v' }, true, false]);
      const [row] = rowsInFile() as { expires_at: number }[];
      expect(row?.expires_at).toBeGreaterThan(1_700_000_000_000);
      expect(await collect(keyv.iterator())).toEqual([['k', { text: ':v' }]]);
      expect(await keyv.delete('k')).toBe(true);
    });
  });

  test('answers one by one as it does for many', async () => {
    await withAdapter(async (adapter) => {
      expect(await adapter.set('a', '1')).toBe(true);
      expect(
        await adapter.setMany([
          { key: 'b', value: '2' },
          { key: 'c', value: '3', expires: 2_000 },
        ]),
      ).toEqual([true, true]);
      expect(await adapter.getMany(['a', 'b', 'c', 'd'])).toEqual(['1', '2', '3', undefined]);
      expect([await adapter.get('c'), await adapter.get('d')]).toEqual(['3', undefined]);
      expect(await adapter.hasMany(['a', 'd'])).toEqual([true, false]);
      expect(await adapter.deleteMany(['a', 'd'])).toEqual([true, false]);
      expect([await adapter.delete('b'), await adapter.delete('b'), await adapter.has('b')]).toEqual([
        true,
        false,
        false,
      ]);
      await adapter.clear();
      expect(await collect(adapter.iterator())).toEqual([]);
    });
  });

  test('a set that is expired already removes the key', async () => {
    await withAdapter(async (adapter) => {
      await adapter.set('k', '1');
      await adapter.set('k', '2', 1_000);
      expect(rowsInFile()).toEqual([]);
    });
  });
});

describe('the file', () => {
  test('what expired leaves the file with the next write that expires, or at the next start', async () => {
    await withAdapter(async (adapter, clock) => {
      await adapter.setMany([{ key: 'a', value: '1', expires: 1_500 }]);
      await clock.advance(500);
      await adapter.setMany([{ key: 'b', value: '2', expires: 1_600 }]);
      expect(rowsInFile()).toEqual([{ key: 'b', value: '2', expires_at: 1_600 }]);
      await clock.advance(100);
    });
    await createSqliteAdapter({ path, clock: new FakeClock(1_600) }).disconnect();
    expect(rowsInFile()).toEqual([]);
  });

  test('a write that the database refuses half way leaves nothing behind', async () => {
    await withAdapter(async (adapter) => {
      await adapter.set('a', 'before');
      change(
        "CREATE TRIGGER full BEFORE INSERT ON entries WHEN new.key = 'c' BEGIN SELECT RAISE(ABORT, 'no room'); END",
      );
      const write = adapter.setMany(['a', 'b', 'c'].map((key) => ({ key, value: 'after' })));
      await expect(write).rejects.toThrow('no room');
      expect(rowsInFile()).toEqual([{ key: 'a', value: 'before', expires_at: null }]);
      await adapter.setMany([{ key: 'd', value: 'later' }]);
      expect(await adapter.get('d')).toBe('later');
    });
  });

  test('the store rejects what the database refuses', async () => {
    const store = await openStore(`sqlite://${path}`);
    change("CREATE TRIGGER full BEFORE INSERT ON entries BEGIN SELECT RAISE(ABORT, 'no room'); END");
    await expect(store.setMany([{ key: 'a', value: 1 }])).rejects.toThrow('no room');
    change('DROP TABLE entries');
    await expect(store.get('a')).rejects.toThrow('no such table');
    await expect(store.delete(['a'])).rejects.toThrow('no such table');
    await expect(collect(store.keys(''))).rejects.toThrow('no such table');
    await store.close();
  });

  test('text that is not JSON any more is given as it is', async () => {
    const store = await openStore(`sqlite://${path}`);
    await store.setMany([
      { key: 'k', value: { a: 1 } },
      { key: 'l', value: 1 },
    ]);
    change(
      `UPDATE entries SET value = '{"value":{"a":' WHERE key = 'k'; UPDATE entries SET value = '[1]' WHERE key = 'l'`,
    );
    expect([await store.get('k'), await store.get('l')]).toEqual(['{"value":{"a":', '[1]']);
    await store.close();
  });

  test('a closed store is one whole file that nobody else may read', async () => {
    path = join(folder, 'own/bot.sqlite');
    const store = await openStore(`sqlite://${path}`);
    await store.setMany([{ key: 'k', value: 'v' }]);
    expect(readdirSync(join(folder, 'own'))).toEqual(['bot.sqlite', 'bot.sqlite-shm', 'bot.sqlite-wal']);
    await store.close();
    expect(readdirSync(join(folder, 'own'))).toEqual(['bot.sqlite']);
    expect(statSync(join(folder, 'own')).mode & 0o077).toBe(0);
  });

  test('closing puts everything into the file even while another handle is open', async () => {
    const other = await openStore(`sqlite://${path}`);
    const store = await openStore(`sqlite://${path}`);
    await store.setMany([{ key: 'k', value: 'v' }]);
    await store.close();
    expect(readFileSync(`${path}-wal`).length).toBe(0);
    await other.close();
  });

  test('opening, writing and closing say nothing on the console', () => {
    const script = join(import.meta.dirname, '../fixtures/storage/open-store.ts');
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, `sqlite://${path}`], {
      encoding: 'utf8',
      env: {},
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'written\n', stderr: '' });
  });
});

describe('a file that cannot be used is said with its path and the fix', () => {
  /** As somebody whom the permissions of files bind; root is not bound. */
  function unprivileged<T>(work: () => T): T {
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      return work();
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  }

  function openAt(file: string): Promise<void> {
    return createSqliteAdapter({ path: file, clock: new FakeClock(), busyTimeoutMs: 1 }).disconnect();
  }

  async function makeDatabase(): Promise<void> {
    await openAt(path);
    change("INSERT INTO entries (key, value) VALUES ('k', '{}')");
  }

  function refusalOf(file: string): string {
    try {
      void openAt(file);
      return 'it opened';
    } catch (error) {
      expect(error).toBeInstanceOf(StartError);
      return (error as StartError).message;
    }
  }

  test('not a database', () => {
    const notes = 'somebody kept notes here\n'.repeat(100);
    writeFileSync(path, notes);
    expect(refusalOf(path)).toBe(
      `The store ${path} is not an SQLite database. Set STORE_URL to another file, or move this one away and a new one is made.`,
    );
    expect(readFileSync(path, 'utf8')).toBe(notes);
  });

  test('damaged', async () => {
    await makeDatabase();
    const bytes = readFileSync(path);
    writeFileSync(path, Buffer.concat([bytes.subarray(0, 100), Buffer.alloc(bytes.length - 100, 0x5a)]));
    expect(refusalOf(path)).toBe(
      `The store ${path} is damaged. Restore it from a backup, or move it away (with its -wal and -shm files) and a new one is made.`,
    );
  });

  test('locked, until the other lets go', async () => {
    await makeDatabase();
    const holder = new DatabaseSync(path);
    holder.exec('BEGIN IMMEDIATE');
    expect(refusalOf(path)).toBe(
      `The store ${path} is locked by another program. Stop the other bot or tool that has it open, then start again.`,
    );
    holder.exec('ROLLBACK');
    expect(refusalOf(path)).toBe('it opened');
    holder.close();
  });

  test.each([
    ['a folder that may not be written', 'bot.sqlite', async () => {}],
    ['a folder that may not be made', 'sub/deep/bot.sqlite', async () => {}],
    ['a file in a folder that may not be written', 'bot.sqlite', makeDatabase],
  ])('%s', async (_name, file, prepare) => {
    await prepare();
    chmodSync(folder, 0o555);
    const place = join(folder, file, '..');
    expect(unprivileged(() => refusalOf(join(folder, file)))).toBe(
      `The store ${join(folder, file)} cannot be written. Make sure that the folder ${place} exists and that the user who runs the bot may write to it, or set STORE_URL to a file elsewhere.`,
    );
  });

  test('a folder in place of the file', () => {
    mkdirSync(path);
    expect(refusalOf(path)).toBe(
      `The store ${path} is a folder. Set STORE_URL to a file in it, such as sqlite://${path}/dramatis.sqlite.`,
    );
  });

  test('a file in place of a folder', () => {
    writeFileSync(path, '');
    for (const file of [`${path}/bot.sqlite`, `${path}/deep/bot.sqlite`]) {
      expect(refusalOf(file)).toBe(
        `The store ${file} cannot be made, because a part of its folder's path is a file. Set STORE_URL to a file elsewhere.`,
      );
    }
  });

  test('a database of another program, which stays as it was', () => {
    change('CREATE TABLE entries (id INTEGER); INSERT INTO entries VALUES (7)');
    expect(refusalOf(path)).toContain(`The store ${path} cannot be opened (`);
    const database = new DatabaseSync(path);
    expect(database.prepare('SELECT * FROM entries').all()).toHaveLength(1);
    database.close();
  });
});
