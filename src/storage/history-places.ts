import { breathe, type Draft } from './history-draft.ts';
import type { StoredMessage } from './history-records.ts';

/** A message and where it lies. */
export interface Found {
  page: number;
  message: StoredMessage;
}

/** Newest first, so that a reply comes before the message that it answers. */
export async function* backwards(draft: Draft, fromPage = draft.head.first): AsyncGenerator<Found, void> {
  for (let page = draft.head.last; page >= Math.max(fromPage, draft.head.first); page--) {
    for (const message of (await draft.page(page)).toReversed()) yield { page, message };
    await breathe(draft.head.last - page);
  }
}

/** In its place, or at the end if its page would grow too large: replies may lie anywhere after their message. */
export async function replaceReply(draft: Draft, found: Found, reply: StoredMessage): Promise<void> {
  const messages = await pageWith(draft, found, reply);
  if (draft.fitsOnPage(messages)) {
    draft.setPage(found.page, messages);
    return;
  }
  await remove(draft, found);
  await draft.append(reply);
}

/**
 * In its place; if its page would grow too large, what stands after it moves on to the next page, and so on: the order
 * of users' messages is that of the turns.
 */
export async function replaceUser(draft: Draft, found: Found, user: StoredMessage): Promise<void> {
  let rest = await pageWith(draft, found, user);
  for (let page = found.page; rest.length > 0; page++) {
    const isNew = page > draft.head.last;
    const stored = page === found.page || isNew ? [] : await draft.page(page);
    if (draft.isClosed(page)) continue;
    const all = [...rest, ...stored];
    const fitting = all.findIndex((_, index) => !draft.fitsOnPage(all.slice(0, index + 1)));
    if (isNew) draft.changeHead({ last: page });
    draft.setPage(page, fitting < 0 ? all : all.slice(0, fitting));
    rest = fitting < 0 ? [] : all.slice(fitting);
    await breathe(page);
  }
}

export async function remove(draft: Draft, { page, message }: Found): Promise<void> {
  const messages = await draft.page(page);
  draft.setPage(
    page,
    messages.filter(({ id }) => id !== message.id),
  );
  draft.count({ removed: [message] });
}

async function pageWith(draft: Draft, { page, message }: Found, other: StoredMessage): Promise<StoredMessage[]> {
  return (await draft.page(page)).map((stored) => (stored.id === message.id ? other : stored));
}
