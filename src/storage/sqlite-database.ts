import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartError } from '../core/errors.ts';

/** The path of a database that lives in memory and ends with its handle. */
export const IN_MEMORY = ':memory:';

const BUSY_TIMEOUT_MS = 5_000;

// Result codes of SQLite, https://www.sqlite.org/rescode.html; the low byte is the primary one.
const PERM = 3;
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/**
 * Opens the file, and its folder, or makes them. A commit is on the disk when it returns (WAL with synchronous=FULL).
 *
 * @param path absolute, or `IN_MEMORY`
 * @throws StartError with the path and the fix, if the file cannot be opened or cannot be written
 */
export function openDatabase(path: string, { busyTimeoutMs = BUSY_TIMEOUT_MS } = {}): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    if (path !== IN_MEMORY) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    database = new DatabaseSync(path);
    database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL`);
    // Opening succeeds on files that may not be written; taking the write lock does not.
    database.exec('BEGIN IMMEDIATE');
    database.exec(`
      CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL, expires_at INTEGER) STRICT;
      CREATE INDEX IF NOT EXISTS entries_expiry ON entries (expires_at) WHERE expires_at IS NOT NULL;
      COMMIT`);
    return database;
  } catch (error) {
    if (database?.isOpen) database.close();
    throw new StartError(explain(path, error), { cause: error });
  }
}

function explain(path: string, error: unknown): string {
  const { code, errcode, message } = error as { code?: string; errcode?: number; message: string };
  const store = `The store ${path}`;
  const folder = dirname(path);
  const writable = `Make sure that the folder ${folder} exists and that the user who runs the bot may write to it, or set STORE_URL to a file elsewhere.`;
  if (isFolder(path)) {
    return `${store} is a folder. Set STORE_URL to a file in it, such as sqlite://${join(path, 'dramatis.sqlite')}.`;
  }
  switch (errcode === undefined ? (code ?? '') : errcode & 0xff) {
    case NOTADB:
      return `${store} is not an SQLite database. Set STORE_URL to another file, or move this one away and a new one is made.`;
    case CORRUPT:
      return `${store} is damaged. Restore it from a backup, or move it away (with its -wal and -shm files) and a new one is made.`;
    case BUSY:
    case LOCKED:
      return `${store} is locked by another program. Stop the other bot or tool that has it open, then start again.`;
    case FULL:
    case 'ENOSPC':
      return `${store} has no room left on its disk. Free some space, or set STORE_URL to a file elsewhere.`;
    case CANTOPEN:
    case READONLY:
    case PERM:
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `${store} cannot be written. ${writable}`;
    case 'ENOTDIR':
    case 'EEXIST':
      return `${store} cannot be made, because a part of its folder's path is a file. Set STORE_URL to a file elsewhere.`;
    default:
      return `${store} cannot be opened (${message}). ${writable}`;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
