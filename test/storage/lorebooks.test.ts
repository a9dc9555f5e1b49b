import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../../src/core/errors.ts';
import type { Logger } from '../../src/core/logger.ts';
import type { LorebookRef, Owner } from '../../src/core/refs.ts';
import { createLorebookStore, type LorebookDraft, type LorebookStore } from '../../src/storage/lorebooks.ts';
import { REMOVED_KEPT_MS, SHELF_MAX } from '../../src/storage/shelf.ts';
import { openStore, type Store } from '../../src/storage/store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { collect } from './collect.ts';
import { recorded } from './recorded-store.ts';

const NOW_MS = 1_700_000_000_000;
const GUILD: Owner = 'guild:7';
const ada = { id: '1', name: 'Ada' };
const REF: LorebookRef = 'guild:7:abcdefghijkl';

let clock: FakeClock;
let store: Store;
let lorebooks: LorebookStore;
const log: string[] = [];
const logged: unknown[] = [];

const note = (facts: object, message: string) => void logged.push([message, facts]);
const logger: Logger = { debug: note, info: note, warn: note, error: note };

beforeEach(async () => {
  log.length = 0;
  logged.length = 0;
  clock = new FakeClock(NOW_MS);
  store = recorded(await openStore('memory://', { clock }), log);
  lorebooks = createLorebookStore({ store, clock, logger });
});

afterEach(() => store.close());

const draft = (name: string, more: Partial<LorebookDraft> = {}): LorebookDraft => ({
  name,
  format: 'sillytavern',
  raw: { entries: { 0: { content: name } } },
  entries: 3,
  disabled: 1,
  by: ada,
  ...more,
});
const names = async (owner: Owner = GUILD) => (await lorebooks.list(owner)).map(({ name }) => name);
const writes = () => log.filter((line) => line.startsWith('set'));

test('a lorebook is one write, comes back whole and is listed without its entries in one read', async () => {
  const saved = await lorebooks.save(GUILD, draft('Harbour'));
  const { ref } = saved;
  const facts = { ref, name: 'Harbour', format: 'sillytavern', by: ada, at: NOW_MS };
  expect(saved).toEqual({ ...facts, raw: { entries: { 0: { content: 'Harbour' } } } });
  expect(writes()).toEqual([`set lorebook:${ref} lorebook-index:guild:7`]);
  expect(await lorebooks.get(ref)).toEqual(saved);
  log.length = 0;
  expect(await lorebooks.list(GUILD)).toEqual([{ ...facts, entries: 3, disabled: 1 }]);
  expect(log).toEqual(['get lorebook-index:guild:7']);
  expect(await lorebooks.list('user:7')).toEqual([]);
});

test('one that is replaced keeps who made it and when, and what this release does not know of', async () => {
  const { ref } = await lorebooks.save(GUILD, draft('Harbour'));
  const record = (await store.get(`lorebook:${ref}`)) as { item: object };
  await store.setMany([
    { key: `lorebook:${ref}`, value: { ...record, more: 1, item: { ...record.item, unheardOf: 2 } } },
  ]);
  await clock.advance(5);
  const saved = await lorebooks.save(GUILD, draft('Port', { ref, by: { id: '2', name: 'Eve' }, entries: 9 }));
  expect(saved).toMatchObject({ ref, name: 'Port', by: ada, at: NOW_MS });
  expect(await lorebooks.list(GUILD)).toMatchObject([{ name: 'Port', entries: 9 }]);
  expect(await store.get(`lorebook:${ref}`)).toMatchObject({ more: 1, item: { unheardOf: 2, name: 'Port' } });
});

describe('replacing one for a while', () => {
  const replaced = async () => {
    const saved = await lorebooks.save(GUILD, draft('Harbour'));
    const { ref } = saved;
    log.length = 0;
    const earlier = await lorebooks.replace(ref, draft('Port', { by: { id: '2', name: 'Eve' }, entries: 9 }));
    return { saved, ref, earlier };
  };

  test('is one write, and so is taking it back', async () => {
    const { saved, ref, earlier } = await replaced();
    expect(writes()).toEqual([`set lorebook-removed:${earlier} lorebook:${ref} lorebook-index:guild:7`]);
    expect(await lorebooks.get(ref)).toMatchObject({ name: 'Port', by: ada, at: NOW_MS });
    expect(await lorebooks.list(GUILD)).toMatchObject([{ ref, name: 'Port', entries: 9 }]);
    log.length = 0;
    expect(await lorebooks.undoReplace(ref, earlier)).toEqual(saved);
    expect(writes()).toEqual([`set lorebook:${ref} -lorebook-removed:${earlier} lorebook-index:guild:7`]);
    expect(await lorebooks.get(ref)).toEqual(saved);
    expect(await lorebooks.list(GUILD)).toMatchObject([{ ref, name: 'Harbour', entries: 3 }]);
    expect(await lorebooks.undoReplace(ref, earlier)).toBeUndefined();
  });

  test('cannot be taken back after 10 minutes, when nothing is left of the earlier one', async () => {
    const { ref, earlier } = await replaced();
    await clock.advance(REMOVED_KEPT_MS);
    expect(await lorebooks.undoReplace(ref, earlier)).toBeUndefined();
    expect([await lorebooks.sweepRemoved(), await names()]).toEqual([1, ['Port']]);
    expect(await collect(store.keys('lorebook-removed:'))).toEqual([]);
  });

  test('does nothing to one that was deleted meanwhile, or that another owner has', async () => {
    const { ref, earlier } = await replaced();
    expect(await lorebooks.undoReplace(REF.replace('7', '8') as LorebookRef, earlier)).toBeUndefined();
    await lorebooks.remove(ref);
    await expect(lorebooks.undoReplace(ref, earlier)).rejects.toThrow('was deleted meanwhile');
    await expect(lorebooks.replace(ref, draft('x'))).rejects.toThrow('was deleted meanwhile');
    expect(await names()).toEqual([]);
  });

  test('that fails changes nothing', async () => {
    const saved = await lorebooks.save(GUILD, draft('one'));
    const setMany = () => Promise.reject(new Error('disk full'));
    const failing = createLorebookStore({ store: { ...store, setMany }, clock, logger });
    await expect(failing.replace(saved.ref, draft('two'))).rejects.toThrow('disk full');
    expect([await names(), await lorebooks.get(saved.ref)]).toEqual([['one'], saved]);
    expect(await collect(store.keys('lorebook-removed:'))).toEqual([]);
  });
});

test('one of more than 8 MiB is refused', async () => {
  const tooLarge = new UserError(
    'input',
    'This lorebook is larger than 8 MiB. Split it into several, then add each of them.',
  );
  const large = draft('x', { raw: { a: 'x'.repeat(8 << 20) } });
  await expect(lorebooks.save(GUILD, large)).rejects.toThrow(tooLarge);
  const { ref } = await lorebooks.save(GUILD, draft('x'));
  await expect(lorebooks.replace(ref, large)).rejects.toThrow(tooLarge);
});

describe('the five hundredth', () => {
  const full = new UserError(
    'input',
    'There are 500 lorebooks here already. Delete one that nobody needs any more, then try again.',
  );

  beforeEach(async () => {
    const items = Array.from({ length: SHELF_MAX }, (_, index) => ({
      ref: `guild:7:${String(index).padStart(12, '0')}`,
      name: `n${index}`,
      entries: 0,
      disabled: 0,
      format: 'v3',
      by: ada,
      at: 1,
    }));
    const books = items.map((item) => ({ key: `lorebook:${item.ref}`, value: { v: 1, item: { ...item, raw: {} } } }));
    await store.setMany([...books, { key: 'lorebook-index:guild:7', value: { v: 1, items } }]);
  });

  test('is the last of an owner, but can be replaced', async () => {
    await expect(lorebooks.save(GUILD, draft('x'))).rejects.toEqual(full);
    await lorebooks.save(GUILD, draft('other', { ref: 'guild:7:000000000499' }));
    await lorebooks.save('guild:8', draft('x'));
    expect([await names(), await names('guild:8')]).toEqual([expect.arrayContaining(['other']), ['x']]);
  });

  test('that was removed does not come back when another has its place', async () => {
    await lorebooks.remove('guild:7:000000000499');
    await lorebooks.save(GUILD, draft('x'));
    await expect(lorebooks.restore('guild:7:000000000499')).rejects.toEqual(full);
    await lorebooks.remove('guild:7:000000000498');
    expect(await lorebooks.restore('guild:7:000000000499')).toMatchObject({ name: 'n499' });
  });
});

describe('what cannot be read', () => {
  const damaged = { v: 1, item: 'what somebody wrote' };

  test('of the lorebooks is moved aside, and leaves the list, and the others stay', async () => {
    const [one, other] = [await lorebooks.save(GUILD, draft('one')), await lorebooks.save(GUILD, draft('other'))];
    const key = `lorebook:${one.ref}`;
    await store.setMany([{ key, value: damaged }]);
    log.length = 0;
    expect(await lorebooks.get(one.ref)).toBeUndefined();
    const aside = `aside:${key}:${NOW_MS}`;
    expect(writes()).toEqual([`set ${aside} -${key} lorebook-index:guild:7`]);
    expect(logged).toEqual([
      ['moved aside a record that cannot be read', { record: key, aside, reason: 'item is not valid (object)' }],
    ]);
    expect(await store.get(aside)).toEqual(damaged);
    expect([await names(), await lorebooks.get(other.ref)]).toEqual([['other'], other]);
    await expect(lorebooks.save(GUILD, draft('x', { ref: one.ref }))).rejects.toThrow('was deleted meanwhile');
  });

  test.each([['a string'], [{ v: 1, items: [{ ref: 'self' }] }], [null]])(
    'of an index (%j) is made anew from the lorebooks',
    async (value) => {
      const books = [await lorebooks.save(GUILD, draft('one')), await lorebooks.save(GUILD, draft('other'))];
      await lorebooks.save('guild:77', draft('elsewhere'));
      await lorebooks.remove(books[1]?.ref ?? REF);
      const before = await lorebooks.list(GUILD);
      await store.setMany([{ key: 'lorebook-index:guild:7', value }]);
      expect(await lorebooks.list(GUILD)).toEqual(before);
      expect(logged).toMatchObject([
        ['moved aside an index that cannot be read, and made it anew', { record: 'lorebook-index:guild:7' }],
      ]);
      log.length = 0;
      expect(await lorebooks.list(GUILD)).toEqual(before);
      expect(log).toEqual(['get lorebook-index:guild:7']);
    },
  );

  test('of what was removed is moved aside too', async () => {
    const { ref } = await lorebooks.save(GUILD, draft('one'));
    await lorebooks.remove(ref);
    await store.setMany([{ key: `lorebook-removed:${ref}`, value: damaged }]);
    expect(await lorebooks.restore(ref)).toBeUndefined();
    expect(await collect(store.keys(''))).toEqual([`aside:lorebook-removed:${ref}:${NOW_MS}`]);
  });

  test.each([
    ['lorebook:guild:7:abcdefghijkl', () => lorebooks.get(REF)],
    ['lorebook-index:guild:7', () => lorebooks.list(GUILD)],
    ['lorebook-index:guild:7', () => lorebooks.save(GUILD, draft('x'))],
    ['lorebook-removed:guild:7:abcdefghijkl', () => lorebooks.restore(REF)],
  ])('because a newer release wrote %s is refused and stays', async (key, use) => {
    await store.setMany([{ key, value: { v: 2 } }]);
    await expect(use()).rejects.toThrow('This lorebook was written by a newer release of the bot.');
    expect([await store.get(key), await collect(store.keys(''))]).toEqual([{ v: 2 }, [key]]);
    expect(await lorebooks.sweepRemoved()).toBe(0);
  });
});

test('a write that fails changes nothing', async () => {
  const saved = await lorebooks.save(GUILD, draft('one'));
  const setMany = () => Promise.reject(new Error('disk full'));
  const failing = createLorebookStore({ store: { ...store, setMany }, clock, logger });
  await expect(failing.save(GUILD, draft('two'))).rejects.toThrow('disk full');
  await expect(failing.save(GUILD, draft('two', { ref: saved.ref }))).rejects.toThrow('disk full');
  await expect(failing.remove(saved.ref)).rejects.toThrow('disk full');
  expect([await names(), await lorebooks.get(saved.ref)]).toEqual([['one'], saved]);
});

const any = fc.nat({ max: 100 });
const step = fc.oneof(
  fc.record({
    do: fc.constant('save' as const),
    any,
    isNew: fc.boolean(),
    owner: fc.constantFrom(GUILD, 'user:7' as const),
  }),
  fc.record({ do: fc.constantFrom('remove' as const, 'restore' as const), any }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, REMOVED_KEPT_MS / 2, REMOVED_KEPT_MS) }),
  fc.record({ do: fc.constantFrom('sweep' as const, 'restart' as const, 'lose the indexes' as const) }),
);

test('whatever is saved, removed and restored, each owner has what they should', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      const inner = await openStore('memory://', { clock });
      let books = createLorebookStore({ store: inner, clock, logger });
      const model = new Map<LorebookRef, { name: string; until?: number | undefined }>();
      const pick = (at: number) => [...model][at % Math.max(model.size, 1)];
      for (const [index, step] of steps.entries()) {
        const [ref = REF, known] = 'any' in step ? (pick(step.any) ?? []) : [];
        if (step.do === 'save') {
          const isNew = step.isNew || !known || known.until !== undefined;
          const owner = isNew ? step.owner : (ref.slice(0, ref.lastIndexOf(':')) as Owner);
          const saved = await books.save(owner, draft(`n${index}`, isNew ? {} : { ref }));
          model.set(saved.ref, { name: `n${index}` });
        } else if (step.do === 'remove') {
          const expected = known?.until === undefined ? known?.name : undefined;
          expect((await books.remove(ref))?.name).toBe(expected);
          if (known && expected !== undefined) known.until = clock.now() + REMOVED_KEPT_MS;
        } else if (step.do === 'restore') {
          const isKept = known?.until !== undefined && known.until > clock.now();
          expect((await books.restore(ref))?.name).toBe(isKept ? known.name : undefined);
          if (isKept) known.until = undefined;
        } else if (step.do === 'wait') await clock.advance(step.ms);
        else if (step.do === 'restart') books = createLorebookStore({ store: inner, clock, logger });
        else if (step.do === 'sweep') {
          const due = [...model].filter(([, { until }]) => until !== undefined && until <= clock.now());
          expect(await books.sweepRemoved()).toBe(due.length);
          for (const [ref] of due) model.delete(ref);
        } else {
          const indexes = await collect(inner.keys('lorebook-index:'));
          await inner.setMany(indexes.map((key) => ({ key, value: 'damaged' })));
        }
        for (const owner of [GUILD, 'user:7'] as const) {
          const live = [...model].filter(([ref, { until }]) => ref.startsWith(owner) && until === undefined);
          const expected = live.map(([, { name }]) => name).sort();
          expect((await books.list(owner)).map(({ name }) => name)).toEqual(expected);
        }
        for (const [ref, { name, until }] of model) {
          expect((await books.get(ref))?.name).toBe(until === undefined ? name : undefined);
        }
      }
      await inner.close();
    }),
    { numRuns: 40 },
  );
}, 60_000);
