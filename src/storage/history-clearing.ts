import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { Draft, Edit } from './history-draft.ts';
import { CLEARED_PREFIX, conversationOf, historyKeys, pageNumberOf } from './history-keys.ts';
import { addTold } from './history-notes.ts';
import type { PageCache } from './history-page-cache.ts';
import type { Store } from './store.ts';

/** How long `restore` can take a `clear` back. */
export const CLEARED_KEPT_MS = 10 * 60_000;

const DELETED_AT_ONCE = 64;

/** Clearing moves the first page past the last and restoring moves it back, whatever the length of the history. */
export async function clear(draft: Draft, nowMs: number): Promise<{ messages: number }> {
  const { first, last, messages, cut, told } = draft.head;
  if (cut || told) draft.changeHead({ cut: undefined, told: undefined });
  if (messages === 0) return { messages };
  const range = { first, last, messages, cut, told, untilMs: nowMs + CLEARED_KEPT_MS };
  draft.setCleared([...(await draft.cleared()), range]);
  draft.changeHead({ first: last + 1, messages: 0 });
  return { messages };
}

export async function restore(draft: Draft, nowMs: number): Promise<boolean> {
  const ranges = await draft.cleared();
  const newest = ranges.at(-1);
  if (!newest || newest.untilMs <= nowMs) return false;
  draft.setCleared(ranges.slice(0, -1));
  draft.changeHead({
    first: newest.first,
    messages: draft.head.messages + newest.messages,
    // A cut that was made since would leave out all that comes back.
    cut: newest.cut,
    told: draft.head.told?.reduce(addTold, newest.told) ?? newest.told,
  });
  return true;
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
  const ranges = await draft.cleared();
  const kept = ranges.filter(({ untilMs }) => untilMs > nowMs);
  if (ranges.length > 0 && kept.length === ranges.length) return 0;
  const firstKept = Math.min(draft.head.first, ...kept.map(({ first }) => first));
  const doomed: string[] = [];
  for await (const key of store.keys(historyKeys.pages(conversationId))) {
    if (pageNumberOf(key) < firstKept) doomed.push(key);
  }
  for (const key of doomed) cache.delete(key);
  for (let from = 0; from < doomed.length; from += DELETED_AT_ONCE) {
    await store.delete(doomed.slice(from, from + DELETED_AT_ONCE));
  }
  draft.setCleared(kept);
  return doomed.length;
}
