import { Buffer } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../core/clock.ts';
import { UserError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { Owner, PersonaRef } from '../core/refs.ts';
import { changeFiles, cutSummary, type DraftFiles, encodeFiles } from './persona-draft.ts';
import { createPersonaFiles } from './persona-files.ts';
import {
  type CardSummary,
  type PersonaItem,
  type PersonaSummary,
  personaItemSchema,
  personaSummarySchema,
  type StoredPersona,
} from './persona-record.ts';
import type { SetBy } from './settings-record.ts';
import { createShelf } from './shelf.ts';
import type { Store } from './store.ts';

export type { JsonObject } from './json-object.ts';
export type { NewFile } from './persona-draft.ts';
export type { FileInfo, PersonaSummary, StoredPersona } from './persona-record.ts';

export interface PersonaDraft extends DraftFiles {
  /** Of the persona that is replaced; left out: a new one. */
  ref?: PersonaRef | undefined;
  card: StoredPersona['card'];
  isAdult: boolean;
  lorebookOff?: true | undefined;
  /** Who saves it. */
  by: SetBy;
  /** What of the card a list shows; parts that are too long are cut. */
  summary: CardSummary;
}

/** The personas of servers and people; those that come with the bot are elsewhere, and none of these methods finds one. */
export interface PersonaStore {
  /** By name. */
  list(owner: Owner): Promise<PersonaSummary[]>;
  get(ref: PersonaRef): Promise<StoredPersona | undefined>;
  /**
   * Creates or replaces a persona; who made it, and when, stays. Nothing of it is seen before all of it is stored.
   *
   * @throws UserError ('input') for more than `SHELF_MAX` personas of one owner, or for a card of more than 8 MiB or
   * files of more than 64 MiB of one persona
   * @throws UserError ('missing') if the persona, or a file of it that is to be kept, was deleted meanwhile
   */
  save(owner: Owner, draft: PersonaDraft): Promise<StoredPersona>;
  /** Gives what was removed. It is kept for `REMOVED_KEPT_MS`. */
  remove(ref: PersonaRef): Promise<StoredPersona | undefined>;
  /** Takes `remove` back. Undefined if it is too late. @throws UserError ('input') if there is no room for it any more */
  restore(ref: PersonaRef): Promise<StoredPersona | undefined>;
  /** By the name that its `FileInfo` has. Undefined if there is none, or it is damaged. */
  file(ref: PersonaRef, name: string): Promise<{ mediaType: string; bytes: Buffer; sha256: string } | undefined>;
  /** Deletes what was removed longer than `REMOVED_KEPT_MS` ago. Resolves to the number of personas deleted. */
  sweepRemoved(): Promise<number>;
}

const CARD_MAX_BYTES = 8 * 1024 * 1024;

/** One writer per store. */
export function createPersonaStore(options: { store: Store; clock: Clock; logger: Logger }): PersonaStore {
  const { clock, logger } = options;
  const files = createPersonaFiles(options);
  const shelf = createShelf({
    ...options,
    kind: 'persona',
    schema: personaItemSchema,
    summarySchema: personaSummarySchema,
    summaryOf,
  });

  /** Deletes what large files have left that were written ahead of a persona that never followed. */
  async function sweepFiles(): Promise<void> {
    for await (const ref of files.unsettled()) {
      try {
        await shelf.look(ref, async ({ item, removed }) => {
          await files.deleteOthers(ref, Object.values((item ?? removed)?.contents ?? {}));
          await files.settle(ref);
        });
      } catch (error) {
        logger.warn({ err: error, ref }, 'what is left of a persona’s files could not be deleted');
      }
    }
  }

  return {
    list: shelf.list,
    get: (ref) => shelf.look(ref, async ({ item }) => storedOf(item)),

    async save(owner, draft) {
      const { card, isAdult, lorebookOff, by, summary } = draft;
      if (Buffer.byteLength(JSON.stringify(card.raw)) > CARD_MAX_BYTES) {
        throw new UserError('input', 'This character card is larger than 8 MiB. Shorten it, then try again.');
      }
      // Others have their turn before the store goes through all of it once more.
      await setImmediate();
      const encoded = await encodeFiles(draft);
      const saved = await shelf.put(owner, draft.ref, async ({ ref, item: earlier }) => {
        const { added, dropped, ...stored } = changeFiles(earlier, draft, encoded);
        const chunks = await files.prepare(ref, added);
        const now = clock.now();
        const made = { by: earlier?.by ?? by, at: earlier?.at ?? now, changedAt: now };
        const item = { ...earlier, ref, card, isAdult, lorebookOff, ...made, ...stored, summary: cutSummary(summary) };
        return { item, beside: [...chunks, ...files.deletion(ref, dropped)] };
      });
      return storedOf(saved);
    },

    remove: async (ref) => storedOf(await shelf.remove(ref)),
    restore: async (ref) => storedOf(await shelf.restore(ref)),

    file: (ref, name) =>
      shelf.look(ref, async ({ item }) => {
        const info = item && fileNamed(item, name);
        const content = info && item.contents[info.sha256];
        const bytes = content && (await files.read(ref, info.sha256, content));
        return bytes && { mediaType: info.mediaType, bytes, sha256: info.sha256 };
      }),

    async sweepRemoved() {
      await sweepFiles();
      return shelf.sweep((ref) => files.deleteOthers(ref, []));
    },
  };
}

function summaryOf({ ref, isAdult, portrait, by, at, summary }: PersonaItem): PersonaSummary {
  return { ref, isAdult, ...summary, ...(portrait ? { portrait } : {}), by, at };
}

function fileNamed({ portrait, expressions, otherAssets }: StoredPersona, name: string) {
  return [portrait, ...Object.values(expressions), ...Object.values(otherAssets)].find((file) => file?.name === name);
}

function storedOf(item: PersonaItem): StoredPersona;
function storedOf(item: PersonaItem | undefined): StoredPersona | undefined;
function storedOf(item: PersonaItem | undefined): StoredPersona | undefined {
  if (!item) return undefined;
  const { summary: _summary, contents: _contents, nextChunk: _nextChunk, ...stored } = item;
  return stored;
}
