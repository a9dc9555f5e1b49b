import { Buffer } from 'node:buffer';
import type { PageRecord, StoredMessage } from './history-records.ts';

export const PAGE_MAX_MESSAGES = 32;
/** Of the page's record as JSON in UTF-8. A single larger message has a page of its own. */
export const PAGE_MAX_BYTES = 16 * 1024;

export function fitsOnPage(messages: readonly StoredMessage[]): boolean {
  if (messages.length <= 1) return true;
  return messages.length <= PAGE_MAX_MESSAGES && Buffer.byteLength(JSON.stringify(pageOf(messages))) <= PAGE_MAX_BYTES;
}

export function pageOf(messages: readonly StoredMessage[]): PageRecord {
  return { v: 1, messages: [...messages] };
}
