import { setImmediate } from 'node:timers/promises';
import * as v from 'valibot';
import type { Clock } from '../core/clock.ts';
import { UserError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { type LorebookRef, newRefId, type Owner, ownerOf, type PersonaRef } from '../core/refs.ts';
import { createKeyedMutex } from './mutex.ts';
import { assertStorable, RECORD_VERSION, type Reading, readRecord, recordVersion } from './record.ts';
import type { Store, StoreEntry } from './store.ts';

/** How long `restore` can take a `remove` back. */
export const REMOVED_KEPT_MS = 10 * 60_000;

/** Of one owner. */
export const SHELF_MAX = 500;

/** What a list shows of a thing. */
export interface Summary {
  ref: PersonaRef;
  name: string;
}

/** What is given to `put`. */
export interface Put<T> {
  item: T;
  /** What the item was before, kept like a removed one under a ref of its own. */
  earlier?: { ref: LorebookRef; item: T } | undefined;
  /** Written by the same write as the item. */
  beside?: StoreEntry[] | undefined;
}

/**
 * Things of one kind, each in a record of its own, and an index by owner from which they are listed. A thing that cannot
 * be read is moved aside and leaves the index; an index that cannot be read is made anew from the things.
 *
 * Every method throws UserError ('unavailable') for what a newer release wrote.
 */
export interface Shelf<T, S extends Summary> {
  /** By name. */
  list(owner: Owner): Promise<S[]>;
  /** Runs a task on what is stored under a ref, before every later change of its owner's things. */
  look<R>(ref: PersonaRef, task: (stored: { item?: T | undefined; removed?: T | undefined }) => Promise<R>): Promise<R>;
  /**
   * Stores what `make` makes of the stored item; without a ref, a new one.
   *
   * @throws UserError ('missing') if there is none under the ref, ('input') if there is no room for a new one
   */
  put(
    owner: Owner,
    ref: PersonaRef | undefined,
    make: (stored: { ref: LorebookRef; item?: T | undefined }) => Promise<Put<T>>,
  ): Promise<T>;
  /**
   * Puts what `make` makes of an `earlier` one back in the item's place. Undefined if it is too late.
   *
   * @throws UserError ('missing') if there is no item under the ref
   */
  putBack(ref: LorebookRef, earlierRef: LorebookRef, make: (earlier: T) => T): Promise<T | undefined>;
  remove(ref: PersonaRef): Promise<T | undefined>;
  restore(ref: PersonaRef): Promise<T | undefined>;
  /** Deletes what was removed too long ago, after `beforeDelete` of each. Resolves to how many that were. */
  sweep(beforeDelete?: (ref: PersonaRef) => Promise<void>): Promise<number>;
}

export interface ShelfOptions<T, S extends Summary> {
  store: Store;
  clock: Clock;
  logger: Logger;
  /** Items lie under `<kind>:<ref>`, removed ones under `<kind>-removed:<ref>`, indexes under `<kind>-index:<owner>`. */
  kind: 'persona' | 'lorebook';
  schema: v.GenericSchema<unknown, T>;
  summarySchema: v.GenericSchema<unknown, S>;
  summaryOf: (item: T) => S;
}

interface Kept<T> {
  v: typeof RECORD_VERSION;
  item: T;
  /** Of a removed one. */
  untilMs?: number | undefined;
}

export function createShelf<T, S extends Summary>(options: ShelfOptions<T, S>): Shelf<T, S> {
  const { store, clock, logger, kind, schema, summarySchema, summaryOf } = options;
  const keptSchema: v.GenericSchema<unknown, Kept<T>> = v.object({
    v: recordVersion,
    item: schema,
    untilMs: v.optional(v.number()),
  });
  const indexSchema: v.GenericSchema<unknown, { v: typeof RECORD_VERSION; items: S[] }> = v.object({
    v: recordVersion,
    items: v.array(summarySchema),
  });
  const mutex = createKeyedMutex();
  const itemKey = (ref: PersonaRef) => `${kind}:${ref}`;
  const removedPrefix = `${kind}-removed:`;
  const removedKey = (ref: PersonaRef) => `${removedPrefix}${ref}`;
  const indexKey = (owner: Owner) => `${kind}-index:${owner}`;
  const kept = (item: T, untilMs?: number): Kept<T> => ({ v: RECORD_VERSION, item, untilMs });
  const gone = (key: string): StoreEntry => ({ key, value: null, ttlMs: 0 });
  const removedEntry = (ref: PersonaRef, record: Kept<T>): StoreEntry => ({
    key: removedKey(ref),
    value: { ...record, untilMs: clock.now() + REMOVED_KEPT_MS },
  });

  function refuseNewer<R>(reading: Reading<R>): Exclude<Reading<R>, { state: 'newer' }> {
    if (reading.state !== 'newer') return reading;
    throw new UserError(
      'unavailable',
      `This ${kind} was written by a newer release of the bot. It opens again when the bot is updated.`,
    );
  }

  async function readIndex(owner: Owner): Promise<S[]> {
    const key = indexKey(owner);
    const reading = refuseNewer(await readRecord({ store, clock, key, schema: indexSchema }));
    if (reading.state === 'missing') return [];
    if (reading.state === 'read') return reading.record.items;
    const items: S[] = [];
    for await (const found of store.keys(`${kind}:${owner}:`)) {
      const item = await readRecord({ store, clock, key: found, schema: keptSchema });
      if (item.state === 'read') items.push(summaryOf(item.record.item));
      await setImmediate();
    }
    await store.setMany([reading.aside, indexEntry(owner, items)]);
    logger.error(reading.facts, `moved aside an index that cannot be read, and made it anew`);
    return items;
  }

  function indexEntry(owner: Owner, items: S[]): StoreEntry {
    return { key: indexKey(owner), value: { v: RECORD_VERSION, items }, ttlMs: items.length > 0 ? undefined : 0 };
  }

  async function indexWithout(owner: Owner, ref: PersonaRef): Promise<S[]> {
    return (await readIndex(owner)).filter((summary) => summary.ref !== ref);
  }

  async function readRemoved(owner: Owner, ref: PersonaRef): Promise<Kept<T> | undefined> {
    const removed = await read(owner, ref, removedKey(ref));
    return removed && (removed.untilMs ?? 0) > clock.now() ? removed : undefined;
  }

  async function read(owner: Owner, ref: PersonaRef, key: string): Promise<Kept<T> | undefined> {
    const reading = refuseNewer(await readRecord({ store, clock, key, schema: keptSchema }));
    if (reading.state === 'read') return reading.record;
    if (reading.state === 'missing') return undefined;
    const index = indexEntry(owner, await indexWithout(owner, ref));
    await store.setMany([reading.aside, gone(key), ...(key === itemKey(ref) ? [index] : [])]);
    logger.error(reading.facts, 'moved aside a record that cannot be read');
    return undefined;
  }

  /** Runs a task with the mutex of the owner; undefined for what has none. */
  async function withOwner<R>(ref: PersonaRef, task: (owner: Owner) => Promise<R>): Promise<R | undefined> {
    const owner = ownerOf(ref);
    return owner && mutex.run(owner, () => task(owner));
  }

  function deletedMeanwhile(): UserError {
    return new UserError('missing', `This ${kind} was deleted meanwhile, so nothing was saved. Make a new one.`);
  }

  function requireRoom(items: readonly S[]): void {
    if (items.length < SHELF_MAX) return;
    throw new UserError(
      'input',
      `There are ${SHELF_MAX} ${kind}s here already. Delete one that nobody needs any more, then try again.`,
    );
  }

  return {
    list: (owner) => mutex.run(owner, async () => (await readIndex(owner)).toSorted(byName)),

    look: (ref, task) => {
      const owner = ownerOf(ref);
      if (!owner) return task({});
      return mutex.run(owner, async () => {
        const item = (await read(owner, ref, itemKey(ref)))?.item;
        const removed = item ? undefined : (await read(owner, ref, removedKey(ref)))?.item;
        return task({ item, removed });
      });
    },

    put: (owner, ref, make) =>
      mutex.run(owner, async () => {
        const stored = ref && ownerOf(ref) === owner ? await read(owner, ref, itemKey(ref)) : undefined;
        if (ref && !stored) throw deletedMeanwhile();
        if (!ref) requireRoom(await readIndex(owner));
        const newRef = (ref ?? `${owner}:${newRefId()}`) as LorebookRef;
        const { item, earlier, beside = [] } = await make({ ref: newRef, item: stored?.item });
        const record = { ...stored, ...kept(item) };
        assertStorable(keptSchema, record);
        const items = [...(await indexWithout(owner, newRef)), summaryOf(item)];
        await store.setMany([
          ...beside,
          ...(earlier ? [removedEntry(earlier.ref, { ...stored, ...kept(earlier.item) })] : []),
          { key: itemKey(newRef), value: record },
          indexEntry(owner, items),
        ]);
        return item;
      }),

    putBack: (ref, earlierRef, make) =>
      withOwner(ref, async (owner) => {
        const earlier = ownerOf(earlierRef) === owner ? await readRemoved(owner, earlierRef) : undefined;
        if (!earlier) return undefined;
        if (!(await read(owner, ref, itemKey(ref)))) throw deletedMeanwhile();
        const item = make(earlier.item);
        const items = [...(await indexWithout(owner, ref)), summaryOf(item)];
        await store.setMany([
          { key: itemKey(ref), value: { ...earlier, ...kept(item) } },
          gone(removedKey(earlierRef)),
          indexEntry(owner, items),
        ]);
        return item;
      }),

    remove: (ref) =>
      withOwner(ref, async (owner) => {
        const stored = await read(owner, ref, itemKey(ref));
        if (!stored) return undefined;
        await store.setMany([
          removedEntry(ref, stored),
          gone(itemKey(ref)),
          indexEntry(owner, await indexWithout(owner, ref)),
        ]);
        return stored.item;
      }),

    restore: (ref) =>
      withOwner(ref, async (owner) => {
        const removed = await readRemoved(owner, ref);
        if (!removed) return undefined;
        const items = await indexWithout(owner, ref);
        requireRoom(items);
        await store.setMany([
          { key: itemKey(ref), value: { ...removed, untilMs: undefined } },
          gone(removedKey(ref)),
          indexEntry(owner, [...items, summaryOf(removed.item)]),
        ]);
        return removed.item;
      }),

    async sweep(beforeDelete) {
      let deleted = 0;
      for await (const key of store.keys(removedPrefix)) {
        const ref = key.slice(removedPrefix.length) as PersonaRef;
        try {
          await withOwner(ref, async (owner) => {
            const removed = await read(owner, ref, key);
            if (!removed || (removed.untilMs ?? 0) > clock.now()) return;
            await beforeDelete?.(ref);
            await store.delete([key]);
            deleted++;
          });
        } catch (error) {
          logger.warn({ err: error, ref }, `a removed ${kind} could not be deleted`);
        }
      }
      return deleted;
    },
  };
}

/** Without regard to case; in the order of the code units, which needs no tables of languages. */
function byName(a: Summary, b: Summary): number {
  return compare(a.name.toLowerCase(), b.name.toLowerCase()) || compare(a.ref, b.ref);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
