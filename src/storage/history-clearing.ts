import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { Draft, Edit } from './history-draft.ts';
import { CLEARED_PREFIX, conversationOf, historyKeys, pageNumberOf, undoIdOf } from './history-keys.ts';
import { addTold } from './history-notes.ts';
import type { PageCache } from './history-page-cache.ts';
import type { HeadRecord } from './history-records.ts';
import type { Store } from './store.ts';

/** How long `restore` can take a `clear` back. */
export const CLEARED_KEPT_MS = 10 * 60_000;

const DELETED_AT_ONCE = 64;

/** Clearing moves the first page past the last and restoring moves it back, whatever the length of the history. */
export async function clear(draft: Draft, nowMs: number): Promise<{ messages: number }> {
  const { first, last, messages, cues, replies, cut, told } = draft.head;
  if (cut || told) draft.changeHead({ cut: undefined, told: undefined });
  if (messages === 0) return { messages };
  const range = { first, last, messages, cues, replies, cut, told, untilMs: nowMs + CLEARED_KEPT_MS };
  const { ranges, removals } = await draft.cleared();
  draft.setCleared({ ranges: [...ranges, range], removals });
  draft.changeHead({ first: last + 1, messages: 0, cues: undefined, replies: undefined });
  return { messages: spokenOf({ messages, cues }) };
}

/** How many messages there are in the eyes of people. */
export function spokenOf({ messages, cues = 0 }: Pick<HeadRecord, 'messages' | 'cues'>): number {
  return messages - cues;
}

export async function restore(draft: Draft, nowMs: number): Promise<boolean> {
  const { ranges, removals } = await draft.cleared();
  const newest = ranges.at(-1);
  if (!newest || newest.untilMs <= nowMs) return false;
  draft.setCleared({ ranges: ranges.slice(0, -1), removals });
  draft.changeHead({
    first: newest.first,
    messages: draft.head.messages + newest.messages,
    cues: (draft.head.cues ?? 0) + (newest.cues ?? 0) || undefined,
    replies: sumOf(draft.head, newest),
    // A cut that was made since would leave out all that comes back.
    cut: newest.cut,
    told: draft.head.told?.reduce(addTold, newest.told) ?? newest.told,
  });
  return true;
}

function sumOf(...parts: Pick<HeadRecord, 'messages' | 'replies'>[]): number | undefined {
  let sum = 0;
  for (const { messages, replies = messages === 0 ? 0 : undefined } of parts) {
    if (replies === undefined) return undefined;
    sum += replies;
  }
  return sum;
}

interface SweepOptions {
  store: Store;
  clock: Clock;
  logger: Logger;
  cache: PageCache;
  edit: Edit;
}

export async function sweepCleared({ store, clock, logger, cache, edit }: SweepOptions): Promise<number> {
  let deleted = 0;
  for await (const key of store.keys(CLEARED_PREFIX)) {
    const conversationId = conversationOf(key, CLEARED_PREFIX);
    try {
      const sweeping = { store, cache, nowMs: clock.now(), conversationId };
      deleted += await edit(conversationId, (draft) => sweep(draft, sweeping));
    } catch (error) {
      logger.warn({ err: error, conversationId }, 'what was cleared of a history could not be deleted');
    }
  }
  return deleted;
}

async function sweep(
  draft: Draft,
  {
    store,
    cache,
    nowMs,
    conversationId,
  }: Pick<SweepOptions, 'store' | 'cache'> & { nowMs: number; conversationId: string },
): Promise<number> {
  const { ranges, removals } = await draft.cleared();
  const isKept = ({ untilMs }: { untilMs: number }) => untilMs > nowMs;
  const kept = { ranges: ranges.filter(isKept), removals: removals.filter(isKept) };
  const count = kept.ranges.length + kept.removals.length;
  if (count > 0 && count === ranges.length + removals.length) return 0;
  const firstKept = Math.min(draft.head.first, ...kept.ranges.map(({ first }) => first));
  const doomed: string[] = [];
  for await (const key of store.keys(historyKeys.pages(conversationId))) {
    const number = pageNumberOf(key);
    // What lies after the last one was written ahead of a head that never followed.
    if (number < firstKept || number > draft.head.last) doomed.push(key);
  }
  const undoIds = new Set(kept.removals.map(({ undoId }) => undoId));
  for await (const key of store.keys(historyKeys.removedPages(conversationId))) {
    if (!undoIds.has(undoIdOf(key))) doomed.push(key);
  }
  for (const key of doomed) cache.delete(key);
  for (let from = 0; from < doomed.length; from += DELETED_AT_ONCE) {
    await store.delete(doomed.slice(from, from + DELETED_AT_ONCE));
  }
  draft.setCleared(kept);
  return doomed.length;
}
