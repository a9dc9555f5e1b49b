import { ButtonStyle } from 'discord.js';
import type { TextButton } from '../view.ts';

/** A message with buttons stays one message, so its text ends well below Discord's 2,000 characters. */
export const PAGE_MAX_LENGTH = 1_900;

export interface Page<T> {
  items: T[];
  /** From 1; the nearest that exists to the one that was asked for. */
  number: number;
  count: number;
}

/**
 * Lays lines out on pages, of `maxItems` and as many characters as are free on each: the first one has less, because it
 * begins with more. A line longer than that has a page of its own.
 */
export function layOut(
  lines: readonly string[],
  free: { maxItems: number; first: number; others: number },
): string[][] {
  const pages: string[][] = [[]];
  let left = free.first;
  for (const line of lines) {
    const page = pages.at(-1) ?? [];
    const isFull = page.length === free.maxItems || line.length + 1 > left;
    if (isFull && page.length > 0) {
      pages.push([line]);
      left = free.others - line.length - 1;
    } else {
      page.push(line);
      left -= line.length + 1;
    }
  }
  return pages;
}

export function pageOf<T>(pages: readonly T[][], wanted: number): Page<T> {
  const number = Math.min(Math.max(1, Number.isInteger(wanted) ? wanted : 1), Math.max(1, pages.length));
  return { items: pages[number - 1] ?? [], number, count: Math.max(1, pages.length) };
}

/** Previous and Next, as `action:page`; none for a single page. */
export function pageButtons(action: string, { number, count }: Pick<Page<unknown>, 'number' | 'count'>): TextButton[] {
  if (count === 1) return [];
  const button = (label: string, page: number): TextButton => ({
    label,
    style: ButtonStyle.Secondary,
    custom_id: `${action}:${page}`,
    disabled: page < 1 || page > count,
  });
  return [button('◀ Previous', number - 1), button('Next ▶', number + 1)];
}
