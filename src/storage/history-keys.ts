/**
 * Keys of a conversation's records. A conversation's id may hold colons and digits (`private:1:2`), so it is
 * percent-encoded: in `history:<conversation>:<page>` every colon is one of ours, and no head is ever taken for a page.
 */
export const historyKeys = {
  head: (conversationId: string) => `history:${encodeURIComponent(conversationId)}`,
  /** Every page of the conversation, and nothing else, starts with it. */
  pages: (conversationId: string) => `history:${encodeURIComponent(conversationId)}:`,
  page: (conversationId: string, page: number) => `history:${encodeURIComponent(conversationId)}:${page}`,
  /** There while a conversation has marks, so that a start finds them without reading every head. */
  inFlight: (conversationId: string) => `${IN_FLIGHT_PREFIX}${encodeURIComponent(conversationId)}`,
  /** Every page of what was removed from the conversation, and nothing else, starts with it. */
  removedPages: (conversationId: string) => `history-removed:${encodeURIComponent(conversationId)}:`,
  removedPage: (conversationId: string, undoId: string, page: number) =>
    `history-removed:${encodeURIComponent(conversationId)}:${undoId}:${page}`,
  cleared: (conversationId: string) => `${CLEARED_PREFIX}${encodeURIComponent(conversationId)}`,
};

export const IN_FLIGHT_PREFIX = 'history-in-flight:';
export const CLEARED_PREFIX = 'history-cleared:';

/** The conversation of a key that starts with `prefix`. */
export function conversationOf(key: string, prefix: string): string {
  return decodeURIComponent(key.slice(prefix.length));
}

/** The number of a page's key. */
export function pageNumberOf(key: string): number {
  return Number(key.slice(key.lastIndexOf(':') + 1));
}

/** Under which the page of what was removed is kept. */
export function undoIdOf(key: string): string {
  return key.split(':').at(-2) ?? '';
}
