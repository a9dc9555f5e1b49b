import { Buffer } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';
import * as v from 'valibot';
import type { Clock } from '../core/clock.ts';
import { UserError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { isLorebookRef, type LorebookRef, newRefId, type Owner, ownerOf } from '../core/refs.ts';
import { clip } from '../core/text.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';
import type { SetBy } from './settings-record.ts';
import { createShelf } from './shelf.ts';
import type { Store } from './store.ts';

export interface LorebookSummary {
  ref: LorebookRef;
  name: string;
  entries: number;
  /** How many of the entries are switched off. */
  disabled: number;
  format: string;
  by: SetBy;
  /** Unix time in milliseconds. */
  at: number;
}

/** The book as it was found. */
export interface StoredLorebook extends Pick<LorebookSummary, 'ref' | 'name' | 'format' | 'by' | 'at'> {
  raw: JsonObject;
}

export interface LorebookDraft {
  /** Of the lorebook that is replaced; left out: a new one. */
  ref?: LorebookRef | undefined;
  name: string;
  format: string;
  raw: JsonObject;
  entries: number;
  disabled: number;
  by: SetBy;
}

/** The lorebooks of servers and people that stand for themselves. */
export interface LorebookStore {
  /** By name. */
  list(owner: Owner): Promise<LorebookSummary[]>;
  get(ref: LorebookRef): Promise<StoredLorebook | undefined>;
  /**
   * Creates or replaces a lorebook; who made it, and when, stays.
   *
   * @throws UserError ('input') for more than `SHELF_MAX` lorebooks of one owner, or one of more than 8 MiB
   * @throws UserError ('missing') if the lorebook was deleted meanwhile
   */
  save(owner: Owner, draft: LorebookDraft): Promise<StoredLorebook>;
  /**
   * As `save` of a lorebook that is there; what it was before is kept for `REMOVED_KEPT_MS`, by the same write.
   *
   * @returns what `undoReplace` finds it by
   */
  replace(ref: LorebookRef, draft: Omit<LorebookDraft, 'ref'>): Promise<LorebookRef>;
  /**
   * Takes `replace` back. Undefined if it is too late.
   *
   * @throws UserError ('missing') if the lorebook was deleted meanwhile
   */
  undoReplace(ref: LorebookRef, earlier: LorebookRef): Promise<StoredLorebook | undefined>;
  /** Gives what was removed. It is kept for `REMOVED_KEPT_MS`. */
  remove(ref: LorebookRef): Promise<StoredLorebook | undefined>;
  /** Takes `remove` back. Undefined if it is too late. @throws UserError ('input') if there is no room for it any more */
  restore(ref: LorebookRef): Promise<StoredLorebook | undefined>;
  /** Deletes what was removed longer than `REMOVED_KEPT_MS` ago. Resolves to the number of lorebooks deleted. */
  sweepRemoved(): Promise<number>;
}

interface Lorebook extends LorebookSummary {
  raw: JsonObject;
}

const BOOK_MAX_BYTES = 8 * 1024 * 1024;
const NAME_MAX_LENGTH = 200;

const text = v.pipe(v.string(), v.maxLength(NAME_MAX_LENGTH));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const summaryEntries = {
  ref: v.custom<LorebookRef>((value) => typeof value === 'string' && isLorebookRef(value)),
  name: text,
  entries: count,
  disabled: count,
  format: text,
  by: v.object({ id: text, name: text }),
  at: v.pipe(v.number(), v.finite()),
};

const summarySchema: v.GenericSchema<unknown, LorebookSummary> = v.object(summaryEntries);
const lorebookSchema: v.GenericSchema<unknown, Lorebook> = v.object({
  ...summaryEntries,
  raw: v.custom<JsonObject>(isJsonObject),
});

/** One writer per store. */
export function createLorebookStore(options: { store: Store; clock: Clock; logger: Logger }): LorebookStore {
  const { clock } = options;
  const shelf = createShelf({
    ...options,
    kind: 'lorebook',
    schema: lorebookSchema,
    summarySchema,
    summaryOf: ({ ref, name, entries, disabled, format, by, at }) => ({
      ref,
      name,
      entries,
      disabled,
      format,
      by,
      at,
    }),
  });

  function itemOf(draft: LorebookDraft, { ref, item }: { ref: LorebookRef; item?: Lorebook | undefined }): Lorebook {
    const { name, format, raw, entries, disabled, by } = draft;
    const made = item ? { by: item.by, at: item.at } : { by, at: clock.now() };
    return { ...item, ref, name: clip(name, NAME_MAX_LENGTH), format, raw, entries, disabled, ...made };
  }

  return {
    list: shelf.list,
    get: (ref) => shelf.look(ref, async ({ item }) => item && storedOf(item)),
    async save(owner, draft) {
      await requireSize(draft);
      return storedOf(await shelf.put(owner, draft.ref, async (stored) => ({ item: itemOf(draft, stored) })));
    },
    async replace(ref, draft) {
      await requireSize(draft);
      const owner = ownerOf(ref);
      if (!owner) throw new TypeError(`${ref} is no ref of a lorebook`);
      const earlierRef: LorebookRef = `${owner}:${newRefId()}`;
      await shelf.put(owner, ref, async (stored) => ({
        item: itemOf(draft, stored),
        earlier: stored.item && { ref: earlierRef, item: { ...stored.item, ref: earlierRef } },
      }));
      return earlierRef;
    },
    undoReplace: async (ref, earlier) =>
      storedOf(await shelf.putBack(ref, earlier, (replaced) => ({ ...replaced, ref }))),
    remove: async (ref) => storedOf(await shelf.remove(ref)),
    restore: async (ref) => storedOf(await shelf.restore(ref)),
    sweepRemoved: () => shelf.sweep(),
  };
}

/** @throws UserError */
async function requireSize({ raw }: Pick<LorebookDraft, 'raw'>): Promise<void> {
  if (Buffer.byteLength(JSON.stringify(raw)) > BOOK_MAX_BYTES) {
    throw new UserError('input', 'This lorebook is larger than 8 MiB. Split it into several, then add each of them.');
  }
  // Others have their turn before the store goes through all of it once more.
  await setImmediate();
}

function storedOf(item: Lorebook): StoredLorebook;
function storedOf(item: Lorebook | undefined): StoredLorebook | undefined;
function storedOf(item: Lorebook | undefined): StoredLorebook | undefined {
  if (!item) return undefined;
  const { ref, name, format, by, at, raw } = item;
  return { ref, name, format, by, at, raw };
}
