import { Buffer } from 'node:buffer';
import type { PageRecord, StoredMessage } from './history-records.ts';

export const PAGE_MAX_MESSAGES = 32;
/**
 * Of the page's record as JSON in UTF-8, without the counts of tokens, which come to a message later and must not move
 * it. A single larger message has a page of its own.
 */
export const PAGE_MAX_BYTES = 16 * 1024;

const EMPTY_PAGE_BYTES = Buffer.byteLength(JSON.stringify(pageOf([])));

export interface PageSizes {
  fitsOnPage: (messages: readonly StoredMessage[]) => boolean;
}

/** Measures a message once for as long as it lives; what is measured must not be changed. */
export function createPageSizes(): PageSizes {
  const measured = new WeakMap<StoredMessage, number>();

  function bytesOf(message: StoredMessage): number {
    const known = measured.get(message);
    if (known !== undefined) return known;
    const bytes = Buffer.byteLength(JSON.stringify(withoutTokens(message)));
    measured.set(message, bytes);
    return bytes;
  }

  return {
    fitsOnPage(messages) {
      if (messages.length <= 1) return true;
      if (messages.length > PAGE_MAX_MESSAGES) return false;
      const commas = messages.length - 1;
      return messages.reduce((sum, message) => sum + bytesOf(message), EMPTY_PAGE_BYTES + commas) <= PAGE_MAX_BYTES;
    },
  };
}

function withoutTokens(message: StoredMessage): StoredMessage {
  const swipes = message.swipes?.map((swipe) => ({ ...swipe, tokens: undefined }));
  return { ...message, tokens: undefined, ...(swipes ? { swipes } : {}) };
}

export function pageOf(messages: readonly StoredMessage[]): PageRecord {
  return { v: 1, messages: [...messages] };
}
