import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { UserError } from '../../src/core/errors.ts';
import type { Logger } from '../../src/core/logger.ts';
import type { Owner, PersonaRef } from '../../src/core/refs.ts';
import { CHUNK_BYTES } from '../../src/storage/persona-files.ts';
import { createPersonaStore, type PersonaDraft, type PersonaStore } from '../../src/storage/personas.ts';
import { REMOVED_KEPT_MS } from '../../src/storage/shelf.ts';
import { openStore, type Store, type StoreEntry } from '../../src/storage/store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { collect } from './collect.ts';
import { recorded } from './recorded-store.ts';

const NOW_MS = 1_700_000_000_000;
const GUILD: Owner = 'guild:7';
const ada = { id: '1', name: 'Ada' };
const eve = { id: '2', name: 'Eve' };

let clock: FakeClock;
let store: Store;
let personas: PersonaStore;
let logger: Logger;
const log: string[] = [];
const logged: unknown[] = [];

beforeEach(async () => {
  log.length = 0;
  logged.length = 0;
  clock = new FakeClock(NOW_MS);
  const note = (facts: object, message: string) => void logged.push([message, facts]);
  logger = { debug: note, info: note, warn: note, error: note };
  store = recorded(await openStore('memory://', { clock }), log);
  personas = createPersonaStore({ store, clock, logger });
});

afterEach(() => store.close());

const picture = (size: number, seed = 1) => ({
  mediaType: 'image/png',
  bytes: new Uint8Array(Buffer.alloc(size, `${seed} is not `)),
});
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const summary = (name: string) => ({ name, tags: ['sea'], about: 'A sailor.', hasLorebook: false, greetings: 2 });

function draft(name: string, more: Partial<PersonaDraft> = {}): PersonaDraft {
  const card = { format: 'v3', raw: { data: { name } } };
  return { card, isAdult: false, by: ada, summary: summary(name), expressions: {}, otherAssets: {}, ...more };
}

const keys = async (prefix: string) => collect(store.keys(prefix));
const writes = () => log.filter((line) => line.startsWith('set'));

describe('a persona', () => {
  test('is one write with its files, and comes back whole', async () => {
    const files = {
      portrait: picture(10),
      expressions: { joy: picture(20, 2) },
      otherAssets: { 'a/b.txt': picture(5, 3) },
    };
    log.length = 0;
    const saved = await personas.save(GUILD, draft('Sam', { ...files, isAdult: true, lorebookOff: true }));
    const { ref } = saved;
    expect(writes()).toEqual([
      `set persona-file:${ref}:0 persona-file:${ref}:1 persona-file:${ref}:2 persona:${ref} persona-index:guild:7`,
    ]);
    const info = (name: string, { mediaType, bytes }: ReturnType<typeof picture>) => ({
      name,
      mediaType,
      sha256: hashOf(bytes),
      sizeBytes: bytes.length,
    });
    expect(saved).toEqual({
      ref: expect.stringMatching(/^guild:7:[\w-]{12}$/),
      card: { format: 'v3', raw: { data: { name: 'Sam' } } },
      isAdult: true,
      lorebookOff: true,
      portrait: info('portrait', files.portrait),
      expressions: { joy: info('expression:joy', files.expressions.joy) },
      otherAssets: { 'a/b.txt': info('asset:a/b.txt', files.otherAssets['a/b.txt']) },
      by: ada,
      at: NOW_MS,
      changedAt: NOW_MS,
    });
    expect(await personas.get(ref)).toEqual(saved);
    for (const [name, { mediaType, bytes }] of [
      ['portrait', files.portrait],
      ['expression:joy', files.expressions.joy],
      ['asset:a/b.txt', files.otherAssets['a/b.txt']],
    ] as const) {
      expect(await personas.file(ref, name)).toEqual({ mediaType, bytes: Buffer.from(bytes), sha256: hashOf(bytes) });
    }
    expect(await personas.file(ref, 'none')).toBeUndefined();
    expect(JSON.stringify(await store.get(`persona:${ref}`))).not.toContain(
      Buffer.from(files.portrait.bytes).toString('base64'),
    );
  });

  test('is listed in one read, by name without regard to case, for its owner alone', async () => {
    for (const name of ['zoe', 'Bob', 'alice', 'Ébert']) await personas.save(GUILD, draft(name));
    await personas.save('user:7', draft('mine', { portrait: picture(3) }));
    log.length = 0;
    const listed = await personas.list(GUILD);
    expect(log).toEqual(['get persona-index:guild:7']);
    expect(listed.map(({ name }) => name)).toEqual(['alice', 'Bob', 'zoe', 'Ébert']);
    const [mine] = await personas.list('user:7');
    expect(mine).toEqual({
      ...summary('mine'),
      ref: expect.stringMatching(/^user:7:/),
      isAdult: false,
      portrait: { name: 'portrait', mediaType: 'image/png', sha256: hashOf(picture(3).bytes), sizeBytes: 3 },
      by: ada,
      at: NOW_MS,
    });
    expect(await personas.list('guild:77')).toEqual([]);
  });

  test('has a summary that is cut where it is too long', async () => {
    const tags = Array.from({ length: 40 }, () => 't'.repeat(60));
    const long = { name: 'n'.repeat(300), about: '😀'.repeat(200), tags, hasLorebook: true, greetings: 1 };
    await personas.save(GUILD, draft('x', { summary: long }));
    const [listed] = await personas.list(GUILD);
    expect([listed?.name.length, listed?.about, listed?.tags.length, listed?.tags[0]]).toEqual([
      200,
      `${'😀'.repeat(99)}…`,
      30,
      `${'t'.repeat(49)}…`,
    ]);
  });

  test('that is replaced keeps who made it and when, keeps the files it is told to, and loses the others', async () => {
    const saved = await personas.save(
      GUILD,
      draft('Sam', { portrait: picture(10), expressions: { joy: picture(20, 2) } }),
    );
    const { ref, portrait } = saved;
    await clock.advance(5);
    log.length = 0;
    const after = await personas.save(
      GUILD,
      draft('Samuel', { ref, by: eve, expressions: { calm: portrait ?? picture(1), anger: picture(30, 5) } }),
    );
    expect(writes()).toEqual([`set persona-file:${ref}:2 -persona-file:${ref}:1 persona:${ref} persona-index:guild:7`]);
    expect(after).toMatchObject({ ref, by: ada, at: NOW_MS, changedAt: NOW_MS + 5 });
    expect(after.portrait).toBeUndefined();
    expect(after.expressions['calm']).toEqual({ ...portrait, name: 'expression:calm' });
    expect((await personas.file(ref, 'expression:calm'))?.bytes).toEqual(Buffer.from(picture(10).bytes));
    expect((await personas.file(ref, 'expression:anger'))?.bytes).toEqual(Buffer.from(picture(30, 5).bytes));
    expect(await personas.file(ref, 'expression:joy')).toBeUndefined();
    expect((await personas.list(GUILD)).map(({ name }) => name)).toEqual(['Samuel']);
  });

  test('keeps files of equal content once', async () => {
    const { ref } = await personas.save(
      GUILD,
      draft('Sam', { portrait: picture(9), expressions: { joy: picture(9) } }),
    );
    expect(await keys('persona-file:')).toEqual([`persona-file:${ref}:0`]);
    expect((await personas.file(ref, 'expression:joy'))?.bytes).toEqual((await personas.file(ref, 'portrait'))?.bytes);
  });

  test('may have an empty file', async () => {
    const { ref } = await personas.save(GUILD, draft('Sam', { otherAssets: { empty: picture(0) } }));
    expect((await personas.file(ref, 'asset:empty'))?.bytes).toEqual(Buffer.alloc(0));
  });

  test('of many saved at once is listed once each', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => personas.save(GUILD, draft(`p${index}`))));
    expect(new Set((await personas.list(GUILD)).map(({ name }) => name)).size).toBe(20);
    expect(await keys('persona:')).toHaveLength(20);
  });

  test.each<[string, Owner, Partial<PersonaDraft>]>([
    ['that is not there', GUILD, { ref: 'guild:7:abcdefghijkl' }],
    ['of the bot', GUILD, { ref: 'built-in:sailor' }],
    ['of somebody else', 'user:9', {}],
  ])('%s is not replaced', async (_name, owner, more) => {
    const { ref } = await personas.save(GUILD, draft('Sam'));
    await expect(personas.save(owner, draft('Eve', { ref, ...more }))).rejects.toThrow(
      new UserError('missing', 'This persona was deleted meanwhile, so nothing was saved. Make a new one.'),
    );
    expect((await personas.list(GUILD)).map(({ name }) => name)).toEqual(['Sam']);
  });

  test('whose file is to be kept, but is gone, is not replaced', async () => {
    const { ref, portrait } = await personas.save(GUILD, draft('Sam', { portrait: picture(10) }));
    await personas.save(GUILD, draft('Sam', { ref }));
    const saving = personas.save(GUILD, draft('Samuel', { ref, portrait }));
    await expect(saving).rejects.toThrow('A picture of this persona was replaced meanwhile');
    expect((await personas.list(GUILD)).map(({ name }) => name)).toEqual(['Sam']);
  });

  test.each<[string, () => Partial<PersonaDraft>, string]>([
    ['a card of 8 MiB', () => ({ card: { format: 'v3', raw: { a: 'x'.repeat(8 << 20) } } }), 'larger than 8 MiB'],
    [
      'files of 64 MiB',
      () => ({ portrait: { mediaType: 'x', bytes: new Uint8Array((64 << 20) + 1) } }),
      'more than 64 MiB',
    ],
    [
      '1,001 files',
      () => ({ expressions: Object.fromEntries(Array.from({ length: 1_001 }, (_, at) => [`e${at}`, picture(1)])) }),
      '1000 files',
    ],
    ['a long name of a file', () => ({ otherAssets: { ['x'.repeat(600)]: picture(1) } }), 'names of 600 characters'],
  ])('with %s is refused', async (_name, more, complaint) => {
    const saving = personas.save(GUILD, draft('Sam', more()));
    await expect(saving).rejects.toThrow(UserError);
    await expect(saving).rejects.toThrow(complaint);
    expect(await keys('')).toEqual([]);
  });

  test('whose kept and new files are too large together is refused', async () => {
    const large = (seed: number) => ({ mediaType: 'x', bytes: new Uint8Array(40 << 20).fill(seed) });
    const { ref, portrait } = await personas.save(GUILD, draft('Sam', { portrait: large(1) }));
    const saving = personas.save(GUILD, draft('Sam', { ref, portrait, expressions: { joy: large(2) } }));
    await expect(saving).rejects.toThrow('more than 64 MiB');
    expect(await personas.get(ref)).toMatchObject({ portrait, expressions: {} });
  });

  test('with labels that are names of JavaScript’s own comes back whole', async () => {
    const expressions = JSON.parse('{"__proto__":0,"constructor":0}') as Record<string, never>;
    const labels = Object.fromEntries(Object.keys(expressions).map((label, at) => [label, picture(at + 2, at + 2)]));
    const { ref } = await personas.save(GUILD, draft('Sam', { expressions: labels }));
    expect(Object.keys((await personas.get(ref))?.expressions ?? {})).toEqual(['__proto__', 'constructor']);
    expect((await personas.file(ref, 'expression:__proto__'))?.bytes).toHaveLength(2);
  });
});

describe('a large file', () => {
  const large = picture(10 * CHUNK_BYTES + 7, 3);

  test('is written in parts before the persona that names them', async () => {
    const { ref } = await personas.save(GUILD, draft('Sam', { portrait: large }));
    expect(writes()).toHaveLength(1 + 11 + 1);
    expect([writes()[0], writes().at(-1)]).toEqual([
      `set persona-files-ahead:${ref}`,
      `set persona:${ref} persona-index:guild:7`,
    ]);
    expect((await personas.file(ref, 'portrait'))?.sha256).toBe(hashOf(large.bytes));
    expect(await personas.sweepRemoved()).toBe(0);
    expect((await personas.file(ref, 'portrait'))?.bytes.equals(large.bytes)).toBe(true);
    expect(await keys('persona-files-ahead:')).toEqual([]);
  });

  test.each([[false], [true]])(
    'whose write a crash breaks off leaves nothing after the sweep (replacing: %j)',
    async (isReplacing) => {
      const earlier = isReplacing ? await personas.save(GUILD, draft('Sam', { portrait: picture(10) })) : undefined;
      const before = await keys('');
      let writesLeft = 6;
      const setMany = (entries: StoreEntry[]) =>
        writesLeft-- > 0 ? store.setMany(entries) : Promise.reject(new Error('crash'));
      const crashing = createPersonaStore({ store: { ...store, setMany }, clock, logger });
      const saving = crashing.save(GUILD, draft('Samuel', { ref: earlier?.ref, portrait: large }));
      await expect(saving).rejects.toThrow('crash');
      personas = createPersonaStore({ store, clock, logger });
      expect((await personas.list(GUILD)).map(({ name }) => name)).toEqual(isReplacing ? ['Sam'] : []);
      if (earlier) await personas.remove(earlier.ref);
      await personas.sweepRemoved();
      if (earlier) expect(await personas.restore(earlier.ref)).toEqual(earlier);
      expect(await keys('')).toEqual(before);
      if (earlier) expect((await personas.file(earlier.ref, 'portrait'))?.bytes).toHaveLength(10);
    },
  );

  test.each<[string, (key: string) => StoreEntry]>([
    ['is gone', (key) => ({ key, value: null, ttlMs: 0 })],
    ['is not the one that was written', (key) => ({ key, value: { v: 1, base64: 'AAAA' } })],
    ['cannot be read', (key) => ({ key, value: { v: 1, base64: 5 } })],
    ['is of a newer release', (key) => ({ key, value: { v: 2 } })],
  ])('of which a part %s is not given, and named in the log', async (_name, damage) => {
    const { ref } = await personas.save(GUILD, draft('Sam', { portrait: large }));
    await store.setMany([damage(`persona-file:${ref}:3`)]);
    expect(await personas.file(ref, 'portrait')).toBeUndefined();
    const sha256 = hashOf(large.bytes);
    expect(logged.at(-1)).toEqual(['a file of a persona is damaged', { ref, sha256 }]);
    expect((await personas.get(ref))?.portrait?.sha256).toBe(sha256);
  });
});

test('a removed persona keeps its files for ten minutes, after a restart too, and none after that', async () => {
  const saved = await personas.save(GUILD, draft('Sam', { portrait: picture(10) }));
  const { ref } = saved;
  expect(await personas.remove(ref)).toEqual(saved);
  expect([await personas.get(ref), await personas.file(ref, 'portrait'), await personas.list(GUILD)]).toEqual([
    undefined,
    undefined,
    [],
  ]);
  await clock.advance(REMOVED_KEPT_MS - 1);
  personas = createPersonaStore({ store, clock, logger });
  expect(await personas.sweepRemoved()).toBe(0);
  expect(await personas.restore(ref)).toEqual(saved);
  expect((await personas.file(ref, 'portrait'))?.bytes).toHaveLength(10);
  await personas.remove(ref);
  await clock.advance(REMOVED_KEPT_MS);
  expect(await personas.restore(ref)).toBeUndefined();
  expect(await personas.sweepRemoved()).toBe(1);
  expect(await keys('')).toEqual([]);
});

test.each<[PersonaRef]>([['built-in:sailor'], ['guild:7:abcdefghijkl']])(
  'of %s there is nothing to get or remove',
  async (ref) => {
    const nothing = await Promise.all([
      personas.get(ref),
      personas.remove(ref),
      personas.restore(ref),
      personas.file(ref, 'x'),
    ]);
    expect(nothing).toEqual([undefined, undefined, undefined, undefined]);
    expect(writes()).toEqual([]);
  },
);
