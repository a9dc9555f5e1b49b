import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { StartError } from '../../src/core/errors.ts';
import { openStore } from '../../src/storage/store.ts';

const startedIn = process.cwd();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
});

afterEach(() => {
  process.chdir(startedIn);
  rmSync(folder, { recursive: true });
});

test.each([
  ['relative to the working directory', () => 'sqlite://data/deep/bot.sqlite', 'data/deep/bot.sqlite'],
  ['absolute', () => `sqlite://${folder}/elsewhere/bot.sqlite`, 'elsewhere/bot.sqlite'],
  [
    'with spaces, percent signs and question marks',
    () => 'sqlite://my data/100%25?x=1.sqlite',
    'my data/100%25?x=1.sqlite',
  ],
  ['called like the database in memory', () => 'sqlite://:memory:', ':memory:'],
])('a path %s is taken as it stands, and its folder is made', async (_name, url, file) => {
  process.chdir(folder);
  const store = await openStore(url());
  await store.setMany([{ key: 'k', value: 1 }]);
  await store.close();
  expect(existsSync(join(folder, file))).toBe(true);
});

const ACCEPTED = 'sqlite://data/dramatis.sqlite, sqlite:///absolute/path.sqlite or memory:// (forgets at restart)';

test.each([
  ['redis://someone:secret@host:6379', 'starts with redis:// and is none of them'],
  ['postgres://someone:secret@host/db', 'starts with postgres:// and is none of them'],
  ['sqlite://', 'starts with sqlite:// and is none of them'],
  ['memory://something', 'starts with memory:// and is none of them'],
  ['data/dramatis.sqlite', 'is not a URL'],
  ['', 'is not a URL'],
])('STORE_URL=%s is refused with what is accepted, and without its password', async (url, complaint) => {
  await expect(openStore(url)).rejects.toEqual(
    new StartError(`STORE_URL must be ${ACCEPTED}; what is set ${complaint}.`),
  );
  await expect(openStore(url)).rejects.toBeInstanceOf(StartError);
});
