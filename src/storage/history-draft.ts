import { setImmediate } from 'node:timers/promises';
import type { GenericSchema } from 'valibot';
import type { Clock } from '../core/clock.ts';
import { UserError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { historyKeys, pageNumberOf } from './history-keys.ts';
import type { PageCache } from './history-page-cache.ts';
import { type PageSizes, pageOf } from './history-pages.ts';
import {
  type ClearedRange,
  type ClearedRecord,
  clearedSchema,
  type HeadRecord,
  headSchema,
  pageSchema,
  type Removal,
  type StoredMessage,
} from './history-records.ts';
import { type Reading, readRecord } from './record.ts';
import type { Store, StoreEntry } from './store.ts';

/** What one task does to one conversation: read as needed, written by `commit` at once or not at all. */
export interface Draft {
  readonly head: Readonly<HeadRecord>;
  changeHead: (patch: Partial<HeadRecord>) => void;
  /** Empty if there is no such page or it cannot be read. */
  page: (number: number) => Promise<readonly StoredMessage[]>;
  /** The page, if it is in memory. */
  pageAtHand: (number: number) => readonly StoredMessage[] | undefined;
  fitsOnPage: (messages: readonly StoredMessage[]) => boolean;
  setPage: (number: number, messages: readonly StoredMessage[]) => void;
  /** Adds a message at the end and tells on which page. */
  append: (message: StoredMessage) => Promise<number>;
  /** A newer release wrote this page, which was read: it stays as it is. */
  isClosed: (number: number) => boolean;
  /** Deletes pages without messages from the end. */
  trim: () => Promise<void>;
  /** Counts messages that came onto or left the pages. */
  count: (change: { added?: readonly StoredMessage[]; removed?: readonly StoredMessage[] }) => void;
  /** What was cleared and removed as it is in the store. */
  cleared: () => Promise<Cleared>;
  setCleared: (cleared: Cleared) => void;
  /** A page of what was removed. */
  removedPage: (undoId: string, number: number) => Promise<readonly StoredMessage[]>;
  /** Without messages it is deleted. */
  setRemovedPage: (undoId: string, number: number, messages: readonly StoredMessage[]) => void;
  commit: () => Promise<void>;
}

/** Both oldest first. */
export interface Cleared {
  ranges: ClearedRange[];
  removals: Removal[];
}

/** Runs a task on a conversation and writes what it changed, in the order of the calls. */
export type Edit = <T>(conversationId: string, task: (draft: Draft) => T | Promise<T>) => Promise<T>;

export interface DraftOptions {
  store: Store;
  clock: Clock;
  logger: Logger;
  cache: PageCache;
  sizes: PageSizes;
  conversationId: string;
}

const PAGES_PER_BREATH = 16;

const NOTHING_CLEARED: Cleared = { ranges: [], removals: [] };

/** Lets the rest of the process run now and then in the course of a long read; SQLite itself never waits. */
export async function breathe(pagesRead: number): Promise<void> {
  if (pagesRead % PAGES_PER_BREATH === 0) await setImmediate();
}

/**
 * Opens a conversation for one task, for which its mutex must be held. A record that cannot be read is moved aside by
 * the same write as whatever else the task changes, and the head is made to fit what is left.
 *
 * @throws UserError if a newer release wrote the head
 */
export async function openDraft(options: DraftOptions): Promise<Draft> {
  const { store, clock, logger, cache, sizes, conversationId } = options;
  const headKey = historyKeys.head(conversationId);
  const clearedKey = historyKeys.cleared(conversationId);
  const changes = new Map<string, StoreEntry>();
  /** Those that the task changed. */
  const pages = new Map<number, readonly StoredMessage[]>();
  const closedPages = new Set<number>();
  const setAside: object[] = [];

  async function read<T>(key: string, schema: GenericSchema<unknown, T>): Promise<Reading<T>> {
    const reading = await readRecord({ store, clock, key, schema });
    if (reading.state === 'unreadable') {
      changes.set(reading.aside.key, reading.aside);
      setAside.push({ conversationId, ...reading.facts });
    }
    return reading;
  }

  async function cleared(): Promise<Cleared> {
    const reading = await read(clearedKey, clearedSchema);
    if (reading.state === 'newer') throw writtenByNewerRelease();
    if (reading.state === 'read') return { ranges: reading.record.ranges, removals: reading.record.removals ?? [] };
    // The key stays, so that the sweep still comes by and deletes the pages that it named.
    if (reading.state === 'unreadable') changes.set(clearedKey, { key: clearedKey, value: clearedOf(NOTHING_CLEARED) });
    return NOTHING_CLEARED;
  }

  function setCleared(kept: Cleared): void {
    const isEmpty = kept.ranges.length === 0 && kept.removals.length === 0;
    changes.set(clearedKey, { key: clearedKey, value: clearedOf(kept), ttlMs: isEmpty ? 0 : undefined });
  }

  async function removedPage(undoId: string, number: number): Promise<readonly StoredMessage[]> {
    const reading = await read(historyKeys.removedPage(conversationId, undoId, number), pageSchema);
    if (reading.state === 'newer') throw writtenByNewerRelease();
    return reading.state === 'read' ? reading.record.messages : [];
  }

  function setRemovedPage(undoId: string, number: number, messages: readonly StoredMessage[]): void {
    const key = historyKeys.removedPage(conversationId, undoId, number);
    changes.set(key, { key, value: pageOf(messages), ttlMs: messages.length > 0 ? undefined : 0 });
  }

  async function rebuiltHead(): Promise<HeadRecord> {
    const numbers: number[] = [];
    for await (const key of store.keys(historyKeys.pages(conversationId))) numbers.push(pageNumberOf(key));
    const newestCleared = (await cleared()).ranges.at(-1);
    const kept = numbers.filter((number) => number > (newestCleared?.last ?? -1)).sort((a, b) => a - b);
    const first = newestCleared ? newestCleared.last + 1 : (kept[0] ?? 0);
    return { v: 1, first, last: kept.at(-1) ?? first - 1, messages: 0, marks: [] };
  }

  async function readHead(): Promise<HeadRecord> {
    const reading = await read(headKey, headSchema);
    if (reading.state === 'newer') throw writtenByNewerRelease();
    if (reading.state === 'read') return reading.record;
    return reading.state === 'missing' ? { v: 1, first: 0, last: -1, messages: 0, marks: [] } : rebuiltHead();
  }

  const found = await readHead();
  let head = found;

  const pageKey = (number: number) => historyKeys.page(conversationId, number);

  function pageAtHand(number: number): readonly StoredMessage[] | undefined {
    return pages.get(number) ?? (number < head.first || number > head.last ? undefined : cache.get(pageKey(number)));
  }

  async function page(number: number): Promise<readonly StoredMessage[]> {
    const known = pageAtHand(number);
    if (known || number < head.first || number > head.last) return known ?? [];
    const reading = await read(pageKey(number), pageSchema);
    if (reading.state === 'read') cache.set(pageKey(number), reading.record.messages);
    if (reading.state === 'unreadable') setPage(number, []);
    if (reading.state === 'newer') closedPages.add(number);
    return reading.state === 'read' ? reading.record.messages : [];
  }

  function setPage(number: number, messages: readonly StoredMessage[]): void {
    const key = pageKey(number);
    pages.set(number, messages);
    changes.set(key, { key, value: pageOf(messages) });
  }

  async function append(message: StoredMessage): Promise<number> {
    const grown = [...(await page(head.last)), message];
    const goesOn = head.last >= head.first && !closedPages.has(head.last) && sizes.fitsOnPage(grown);
    const number = goesOn ? head.last : head.last + 1;
    head = { ...head, last: number };
    count({ added: [message] });
    setPage(number, goesOn ? grown : [message]);
    return number;
  }

  async function trim(): Promise<void> {
    while (head.last >= head.first && (await page(head.last)).length === 0 && !closedPages.has(head.last)) {
      const key = pageKey(head.last);
      pages.delete(head.last);
      cache.delete(key);
      changes.set(key, { key, value: null, ttlMs: 0 });
      head = { ...head, last: head.last - 1 };
      await breathe(head.last);
    }
  }

  function count({ added = [], removed = [] }: Parameters<Draft['count']>[0]): void {
    const cuesOf = (messages: readonly StoredMessage[]) => messages.filter(({ isCue }) => isCue).length;
    const cues = (head.cues ?? 0) + cuesOf(added) - cuesOf(removed);
    const repliesOf = (messages: readonly StoredMessage[]) =>
      messages.filter(({ role }) => role === 'assistant').length;
    const before = head.messages === 0 ? 0 : head.replies;
    head = {
      ...head,
      messages: head.messages + added.length - removed.length,
      cues: cues > 0 ? cues : undefined,
      replies: before === undefined ? undefined : before + repliesOf(added) - repliesOf(removed),
    };
  }

  /** What was moved aside may have held any number of messages. */
  async function recount(): Promise<void> {
    head = { ...head, messages: 0, cues: undefined, replies: undefined };
    for (let number = head.first; number <= head.last; number++) {
      count({ added: await page(number) });
      await breathe(number);
    }
  }

  /**
   * One write of thousands of pages would hold up the whole process. Those that nothing names before the head or the
   * record of what was removed is written come first, a few at a time; the sweep deletes them if the rest never follows.
   */
  async function writeAhead(): Promise<void> {
    const keys = [...changes.keys()].filter(isUnnamed);
    if (keys.length <= PAGES_PER_BREATH) return;
    await store.setMany([{ key: clearedKey, value: clearedOf(await cleared()) }]);
    for (let from = 0; from < keys.length; from += PAGES_PER_BREATH) {
      const batch = keys.slice(from, from + PAGES_PER_BREATH);
      await store.setMany(batch.map((key) => changes.get(key)).filter((entry) => entry !== undefined));
      for (const key of batch) changes.delete(key);
      await setImmediate();
    }
    if (!changes.has(clearedKey)) setCleared(await cleared());
  }

  function isUnnamed(key: string): boolean {
    if (changes.get(key)?.ttlMs === 0) return false;
    if (key.startsWith(historyKeys.removedPages(conversationId))) return true;
    return key.startsWith(historyKeys.pages(conversationId)) && pageNumberOf(key) > found.last;
  }

  async function commit(): Promise<void> {
    if (setAside.length > 0) await recount();
    if (head !== found || setAside.length > 0) changes.set(headKey, { key: headKey, value: head });
    if (head.marks.length > 0 !== found.marks.length > 0) {
      const key = historyKeys.inFlight(conversationId);
      changes.set(key, { key, value: { v: 1 }, ttlMs: head.marks.length > 0 ? undefined : 0 });
    }
    // While it is not certain what is on the disk, nothing of it is kept in memory.
    for (const number of pages.keys()) cache.delete(pageKey(number));
    await writeAhead();
    if (changes.size > 0) await store.setMany([...changes.values()]);
    for (const [number, messages] of pages) cache.set(pageKey(number), messages);
    for (const facts of setAside) logger.error(facts, 'moved aside a record of a history that cannot be read');
  }

  if (setAside.length > 0) await recount();

  return {
    get head() {
      return head;
    },
    changeHead(patch) {
      head = { ...head, ...patch };
    },
    page,
    pageAtHand,
    fitsOnPage: sizes.fitsOnPage,
    setPage,
    append,
    isClosed: (number) => closedPages.has(number),
    trim,
    count,
    cleared,
    setCleared,
    removedPage,
    setRemovedPage,
    commit,
  };
}

function clearedOf({ ranges, removals }: Cleared): ClearedRecord {
  return { v: 1, ranges, ...(removals.length > 0 ? { removals } : {}) };
}

function writtenByNewerRelease(): UserError {
  return new UserError(
    'unavailable',
    'The history of this channel was written by a newer release of the bot. It opens again when the bot is updated.',
  );
}
