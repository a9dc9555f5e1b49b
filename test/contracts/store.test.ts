import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { openStore, type Store } from '../../src/storage/store.ts';
import { collect } from '../storage/collect.ts';
import { FakeClock } from '../support/fake-clock.ts';

const START_MS = 1_700_000_000_000;

const opened: Store[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function freshFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  folders.push(folder);
  return `sqlite://${folder}/some.sqlite`;
}

async function open(url: string, clock = new FakeClock(START_MS)): Promise<Store> {
  const store = await openStore(url, { clock });
  opened.push(store);
  return store;
}

const implementations = [
  { name: 'memory', url: () => 'memory://', isKept: false },
  { name: 'an SQLite file', url: freshFile, isKept: true },
];

describe.each(implementations)('a store in $name', ({ url, isKept }) => {
  test('knows nothing of a key that was never written', async () => {
    const store = await open(url());
    expect(await store.get('unwritten')).toBeUndefined();
    expect(await collect(store.keys(''))).toEqual([]);
  });

  test.each([
    ['null', null],
    ['false', false],
    ['zero', 0],
    ['an empty string', ''],
    ['strings that look like marks of a serializer', [':', ':base64:AAAA', ':bigint:7', '{"value":1}']],
    ['many scripts, emoji and control characters', 'ñ 日本語 עברית 👩‍👩‍👧 \u0000 \u2028 "quoted" \\'],
    ['half of a surrogate pair', '\ud83d'],
    ['nested data', { list: [1, [2.5, { deep: { __proto__key: true } }]], empty: {}, none: [] }],
    ['an object with the keys of an envelope', { value: 1, expires: 5 }],
  ])('gives back %s as it was written', async (_name, value) => {
    const store = await open(url());
    await store.setMany([{ key: 'k', value }]);
    expect(await store.get('k')).toEqual(value);
  });

  test('keeps a value of 1 MB', async () => {
    const store = await open(url());
    const value = { text: 'é'.repeat(500_000), list: Array.from({ length: 1_000 }, (_, index) => index) };
    await store.setMany([{ key: 'large', value }]);
    expect(await store.get('large')).toEqual(value);
  });

  test.each([
    '日本語:ключ:👋',
    "'; DROP TABLE entries; --",
    '%_*?[a]',
    ' ',
    '\0',
    'a\0b',
    '../x',
    'constructor',
    '__proto__',
  ])('takes %j as a key', async (key) => {
    const store = await open(url());
    await store.setMany([
      { key, value: 'this' },
      { key: `${key}.`, value: 'other' },
    ]);
    expect([await store.get(key), await store.get(`${key}.`)]).toEqual(['this', 'other']);
    await store.delete([key]);
    expect(await collect(store.keys(''))).toEqual([`${key}.`]);
  });

  test('a later write replaces an earlier one, the last of one write wins', async () => {
    const store = await open(url());
    await store.setMany([{ key: 'k', value: { old: 1, gone: true } }]);
    await store.setMany([
      { key: 'k', value: { new: 1 } },
      { key: 'k', value: { new: 2 } },
    ]);
    expect(await store.get('k')).toEqual({ new: 2 });
    expect(await collect(store.keys(''))).toEqual(['k']);
  });

  test('what is given back is a copy', async () => {
    const store = await open(url());
    const value = { list: [1] };
    await store.setMany([{ key: 'k', value }]);
    value.list.push(2);
    ((await store.get('k')) as typeof value).list.push(3);
    expect(await store.get('k')).toEqual({ list: [1] });
  });

  test('a value lives until its time is over, and then is neither given nor listed', async () => {
    const clock = new FakeClock(START_MS);
    const store = await open(url(), clock);
    await store.setMany([
      { key: 'short', value: 1, ttlMs: 1_000 },
      { key: 'long', value: 2, ttlMs: 1_001.5 },
      { key: 'ever', value: 3 },
    ]);
    await clock.advance(999);
    expect(await collect(store.keys(''))).toEqual(['ever', 'long', 'short']);
    expect(await store.get('short')).toBe(1);
    await clock.advance(1);
    expect(await store.get('short')).toBeUndefined();
    expect(await collect(store.keys(''))).toEqual(['ever', 'long']);
    await clock.advance(365 * 24 * 3_600_000);
    expect(await collect(store.keys(''))).toEqual(['ever']);
  });

  test('a write without a time to live makes the key live for ever', async () => {
    const clock = new FakeClock(START_MS);
    const store = await open(url(), clock);
    await store.setMany([{ key: 'k', value: 1, ttlMs: 10 }]);
    await store.setMany([{ key: 'k', value: 2 }]);
    await clock.advance(10);
    expect(await store.get('k')).toBe(2);
  });

  test('a time to live of 0 removes the key in the same write', async () => {
    const store = await open(url());
    await store.setMany([{ key: 'old', value: 1 }]);
    await store.setMany([
      { key: 'new', value: 2 },
      { key: 'old', value: null, ttlMs: 0 },
    ]);
    expect(await collect(store.keys(''))).toEqual(['new']);
    expect(await store.get('old')).toBeUndefined();
  });

  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  test.each([
    ['nothing', undefined],
    ['a function', () => {}],
    ['a symbol', Symbol('s')],
    ['a bigint', 1n],
    ['a cycle', cycle],
  ])('a write of which one value is %s rejects and changes nothing', async (_name, value) => {
    const store = await open(url());
    await store.setMany([{ key: 'a', value: 'before' }]);
    const write = store.setMany([
      { key: 'a', value: 'after' },
      { key: 'b', value },
      { key: 'c', value: 'after' },
    ]);
    await expect(write).rejects.toThrow(TypeError);
    expect(await store.get('a')).toBe('before');
    expect(await collect(store.keys(''))).toEqual(['a']);
  });

  test('an empty key is refused instead of ignored', async () => {
    const store = await open(url());
    await expect(
      store.setMany([
        { key: 'a', value: 1 },
        { key: '', value: 1 },
      ]),
    ).rejects.toThrow(TypeError);
    await expect(store.delete([''])).rejects.toThrow(TypeError);
    expect(await collect(store.keys(''))).toEqual([]);
  });

  test('deletes what is there and does not mind what is not', async () => {
    const store = await open(url());
    await store.setMany(['a', 'b', 'c'].map((key) => ({ key, value: key })));
    await store.delete(['a', 'unwritten', 'c']);
    await store.delete([]);
    expect(await collect(store.keys(''))).toEqual(['b']);
  });

  test('lists the keys of a prefix and no others', async () => {
    const store = await open(url());
    const keys = ['p', 'p:', 'p:1', 'p:10', 'p:2', 'p:\u{10ffff}x', 'p;', 'P:1', 'q', 'p%', 'p_x'];
    await store.setMany(keys.map((key) => ({ key, value: 0 })));
    expect(await collect(store.keys('p:'))).toEqual(['p:', 'p:1', 'p:10', 'p:2', 'p:\u{10ffff}x']);
    expect(await collect(store.keys('p%'))).toEqual(['p%']);
    expect((await collect(store.keys(''))).sort()).toEqual(keys.sort());
    expect(await collect(store.keys('r'))).toEqual([]);
  });

  test('lists thousands of keys, each once, while others are written and deleted', async () => {
    const store = await open(url());
    const keys = Array.from({ length: 2_000 }, (_, index) => `k:${String(index).padStart(5, '0')}`);
    await store.setMany(keys.map((key) => ({ key, value: 0 })));
    const seen: string[] = [];
    for await (const key of store.keys('k:')) {
      seen.push(key);
      await store.delete([key]);
      if (seen.length % 100 === 0) await store.setMany([{ key: `j:${key}`, value: 0 }]);
    }
    expect(seen).toEqual(keys);
  });

  test('writes begun together all arrive, in the order in which they were begun', async () => {
    const store = await open(url());
    const writes = Array.from({ length: 50 }, (_, index) =>
      store.setMany([
        { key: `own:${index}`, value: index },
        { key: 'shared', value: index },
      ]),
    );
    await Promise.all(writes);
    expect(await store.get('shared')).toBe(49);
    expect((await collect(store.keys('own:'))).length).toBe(50);
  });

  test('a closed store rejects every use, and closing it again does nothing', async () => {
    const store = await openStore(url());
    await store.setMany([{ key: 'k', value: 1 }]);
    await store.close();
    await store.close();
    await expect(store.get('k')).rejects.toThrow();
    await expect(store.setMany([{ key: 'k', value: 2 }])).rejects.toThrow();
    await expect(store.delete(['k'])).rejects.toThrow();
    await expect(collect(store.keys(''))).rejects.toThrow();
  });

  if (isKept) {
    test('what was written is there after the store is opened again, with its time to live', async () => {
      const clock = new FakeClock(START_MS);
      const address = url();
      const before = await openStore(address, { clock });
      await before.setMany([
        { key: 'ever', value: ['ü'] },
        { key: 'soon', value: 1, ttlMs: 1_000 },
        { key: 'later', value: 2, ttlMs: 2_000 },
      ]);
      await before.close();
      await clock.advance(1_000);
      const after = await open(address, clock);
      expect(await collect(after.keys(''))).toEqual(['ever', 'later']);
      expect([await after.get('ever'), await after.get('soon'), await after.get('later')]).toEqual([
        ['ü'],
        undefined,
        2,
      ]);
    });

    test('two handles on one file see what the other has written, and survive its end', async () => {
      const address = url();
      const one = await openStore(address);
      const other = await open(address);
      await one.setMany([{ key: 'k', value: 'one' }]);
      expect(await other.get('k')).toBe('one');
      await Promise.all([other.setMany([{ key: 'k', value: 'other' }]), one.setMany([{ key: 'l', value: 'one' }])]);
      expect([await one.get('k'), await other.get('l')]).toEqual(['other', 'one']);
      await one.close();
      await other.setMany([{ key: 'm', value: 'still' }]);
      expect(await collect(other.keys(''))).toEqual(['k', 'l', 'm']);
    });
  } else {
    test('two stores in memory share nothing', async () => {
      const one = await open(url());
      const other = await open(url());
      await one.setMany([{ key: 'k', value: 1 }]);
      expect(await other.get('k')).toBeUndefined();
    });
  }
});
