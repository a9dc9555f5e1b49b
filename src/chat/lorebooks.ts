import { UserError } from '../core/errors.ts';
import { escapeText } from '../core/escape-text.ts';
import { createRecent } from '../core/recent.ts';
import { type LorebookRef, type Owner, ownerOf } from '../core/refs.ts';
import { clip } from '../core/text.ts';
import type { Lorebook } from '../personas/lorebook.ts';
import type { LoreSource } from '../prompt/lorebook.ts';
import type { LorebookStore, LorebookSummary } from '../storage/lorebooks.ts';
import type { SettingsStore } from '../storage/settings.ts';
import type { LoadedPersona } from './personas.ts';
import type { Place } from './place.ts';

/** The lorebooks of servers and people; what is changed goes through here. */
export interface Lorebooks extends Pick<LorebookStore, 'save' | 'replace' | 'undoReplace' | 'remove' | 'restore'> {
  /** Undefined for one that is deleted. */
  load(ref: LorebookRef): Promise<Lorebook | undefined>;
  /** The server's and the person's own. */
  visible(place: Place, personId: string): Promise<LorebookSummary[]>;
  /** @throws UserError `missing` */
  find(place: Place, personId: string, typed: string): Promise<LorebookSummary>;
  /** What holds in a place: the books of its thread or channel, of the server, and the speaker's own. */
  sources(place: Place, speaker: LoadedPersona | undefined): Promise<LoreSource[]>;
}

export interface LorebooksOptions {
  store: LorebookStore;
  settings: Pick<SettingsStore, 'read'>;
}

const KEPT = 32;
/** Of the books' JSON together. */
const KEPT_LENGTH = 8 * 1024 * 1024;
const SHOWN_NAMES = 10;
const NAME_MAX_LENGTH = 100;

export function createLorebooks({ store, settings }: LorebooksOptions): Lorebooks {
  const kept = createRecent<LorebookRef, { book: Lorebook; length: number }>({
    maxSize: KEPT,
    maxWeight: KEPT_LENGTH,
    weightOf: ({ length }) => length,
  });
  let changes = 0;

  async function load(ref: LorebookRef): Promise<Lorebook | undefined> {
    const before = changes;
    const known = kept.get(ref);
    if (known) return known.book;
    const stored = await store.get(ref);
    if (!stored) return undefined;
    const { readLorebookInSlices } = await import('../personas/lorebooks/read-lorebook.ts');
    const { book } = await readLorebookInSlices(stored.raw, stored.name);
    // What was read while something changed may be old.
    if (before === changes) kept.set(ref, { book, length: JSON.stringify(stored.raw).length });
    return book;
  }

  function forget(ref: LorebookRef): void {
    changes += 1;
    kept.delete(ref);
  }

  async function visible({ guildId }: Place, personId: string): Promise<LorebookSummary[]> {
    const owners: Owner[] = [...(guildId ? [`guild:${guildId}` as const] : []), `user:${personId}`];
    return (await Promise.all(owners.map((owner) => store.list(owner)))).flat();
  }

  async function attached(
    scope: Parameters<SettingsStore['read']>[0],
    kind: LoreSource['kind'],
  ): Promise<LoreSource[]> {
    const { lorebooks = [] } = await settings.read(scope);
    const books = await Promise.all(lorebooks.map(async (ref) => ({ ref, book: await load(ref) })));
    return books.flatMap(({ ref, book }) => (book ? [{ id: ref, kind, book }] : []));
  }

  return {
    load,
    visible,
    async save(owner, draft) {
      const saved = await store.save(owner, draft);
      forget(saved.ref);
      return saved;
    },
    async replace(ref, draft) {
      const earlier = await store.replace(ref, draft);
      forget(ref);
      return earlier;
    },
    async undoReplace(ref, earlier) {
      const restored = await store.undoReplace(ref, earlier);
      forget(ref);
      return restored;
    },
    async remove(ref) {
      const removed = await store.remove(ref);
      forget(ref);
      return removed;
    },
    restore: store.restore,
    async find(place, personId, typed) {
      const books = await visible(place, personId);
      const wanted = typed.normalize('NFKC').trim().toLowerCase();
      const named = (name: string) => name.normalize('NFKC').trim().toLowerCase();
      const found = books.find(({ ref }) => ref === typed) ?? books.find(({ name }) => named(name) === wanted);
      if (found) return found;
      const names = books.slice(0, SHOWN_NAMES).map(({ name }) => `“${escapeText(clip(name, NAME_MAX_LENGTH))}”`);
      throw new UserError(
        'missing',
        names.length === 0
          ? 'There is no lorebook here yet. `/lorebook import` takes one from a file.'
          : `There is no lorebook “${escapeText(clip(typed, NAME_MAX_LENGTH))}” here. There are: ${names.join(', ')}.`,
      );
    },
    async sources({ channelId, parentId, guildId }, speaker) {
      const own = speaker?.persona.lorebook;
      const lists = await Promise.all([
        attached({ channelId }, 'chat'),
        parentId === undefined ? [] : attached({ channelId: parentId }, 'chat'),
        guildId === undefined ? [] : attached({ guildId }, 'global'),
      ]);
      const sources = [
        ...lists.flat(),
        ...(speaker && own ? [{ id: speaker.ref, kind: 'character' as const, book: own }] : []),
      ];
      return sources.filter(({ id }, index) => sources.findIndex((other) => other.id === id) === index);
    },
  };
}

/** A person's own book goes where they go; a server's stays there. */
export function bookBelongsHere(ref: LorebookRef, { guildId }: Place, personId: string): boolean {
  const owner = ownerOf(ref);
  return owner === `guild:${guildId}` || owner === `user:${personId}`;
}
