import type { StoredMessage } from './history-records.ts';

/** Pages as they are in the store, by their keys; the ones that were not used for the longest time go first. */
export interface PageCache {
  get: (key: string) => readonly StoredMessage[] | undefined;
  /** Freezes the messages, since every later reader gets these very objects. */
  set: (key: string, messages: readonly StoredMessage[]) => void;
  delete: (key: string) => void;
}

/** About fourteen conversations of 32,000 tokens. In English they take 5 MiB: the count below is cautious. */
export const CACHE_MAX_BYTES = 8 * 1024 * 1024;

// On V8's heap: a message with its author, ids and counts but without its texts, and a page without its messages.
const MESSAGE_BYTES = 600;
const PAGE_BYTES = 400;
const CHARACTER_MAX_BYTES = 2;

interface CachedPage {
  messages: readonly StoredMessage[];
  bytes: number;
}

export function createPageCache({ maxBytes }: { maxBytes: number }): PageCache {
  // In the order of their last use.
  const pages = new Map<string, CachedPage>();
  let total = 0;

  function remove(key: string): CachedPage | undefined {
    const page = pages.get(key);
    if (!page) return undefined;
    pages.delete(key);
    total -= page.bytes;
    return page;
  }

  function add(key: string, page: CachedPage): void {
    pages.set(key, page);
    total += page.bytes;
  }

  return {
    get(key) {
      const page = remove(key);
      if (page) add(key, page);
      return page?.messages;
    },
    set(key, messages) {
      remove(key);
      for (const message of messages) if (!Object.isFrozen(message)) freeze(message);
      add(key, { messages, bytes: bytesOf(messages) });
      for (const [oldest] of pages) {
        if (total <= maxBytes) break;
        remove(oldest);
      }
    },
    delete: (key) => void remove(key),
  };
}

/** Its parts by name: to look for them costs as much as to read the page. */
function freeze(message: StoredMessage): void {
  Object.freeze(message);
  Object.freeze(message.author);
  Object.freeze(message.discordMessageIds);
  if (message.tokens) Object.freeze(message.tokens);
  if (message.pictures) for (const picture of Object.freeze(message.pictures)) Object.freeze(picture);
  for (const swipe of message.swipes ?? []) {
    Object.freeze(swipe);
    if (swipe.tokens) Object.freeze(swipe.tokens);
  }
  if (message.swipes) Object.freeze(message.swipes);
}

function bytesOf(messages: readonly StoredMessage[]): number {
  return messages.reduce(
    (sum, message) => (message.swipes ?? []).reduce((all, swipe) => all + bytesOfOne(swipe), sum + bytesOfOne(message)),
    PAGE_BYTES,
  );
}

function bytesOfOne({ content, reasoning }: Pick<StoredMessage, 'content' | 'reasoning'>): number {
  return MESSAGE_BYTES + CHARACTER_MAX_BYTES * (content.length + (reasoning?.length ?? 0));
}
