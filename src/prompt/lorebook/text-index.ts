import { createRunFilter, type RunFilter } from './run-filter.ts';
import { createWordTable, hashOfWord, isWordCode, type WordTable } from './word-table.ts';

/**
 * Bounds what hostile books and messages cost: characters that may be looked at for one request, and for what costs as
 * much as that.
 */
export interface Effort {
  left: number;
}

/** Finds keys in one text fast; most absent ones without looking at the text. */
export interface TextIndex {
  /**
   * Where the key stands first; -1 if it does not, or when the effort is used up.
   *
   * @param isWhole Only where no ASCII letter, digit or underscore stands beside it.
   */
  find(key: string, isWhole: boolean, effort: Effort): number;
}

/** What looking a key up costs beside its length. */
export const LOOKUP_EFFORT = 64;
/** A key is looked up by the longest runs that it holds. */
const RUN_LENGTHS = [6, 3, 2];
/** For fewer keys to search the text itself is faster than to make a filter. */
const SEARCHES_PER_FILTER = 8;

export function createTextIndex(text: string): TextIndex {
  const filters = new Map<number, RunFilter>();
  const askedFor = new Map<number, number>();
  let words: WordTable | undefined;

  const isBounded = (start: number, end: number) =>
    !(start > 0 && isWordCode(text.charCodeAt(start - 1))) && !(end < text.length && isWordCode(text.charCodeAt(end)));

  function mayHold(key: string): boolean {
    const runLength = RUN_LENGTHS.find((length) => length <= key.length);
    if (runLength === undefined) return true;
    const asked = (askedFor.get(runLength) ?? 0) + 1;
    askedFor.set(runLength, asked);
    if (asked <= SEARCHES_PER_FILTER) return true;
    const filter = filters.get(runLength) ?? createRunFilter(text, runLength);
    filters.set(runLength, filter);
    return filter.mayHold(key);
  }

  /** A key that is one word is one of the text's words, or is not there. */
  function findWord(key: string, hash: number, effort: Effort): number {
    words ??= createWordTable(text);
    const offset = words.offsetOf(hash);
    if (offset === -1) return -1;
    const isIt = offset !== undefined && text.startsWith(key, offset) && isBounded(offset, offset + key.length);
    return isIt ? offset : findBounded(key, effort);
  }

  function findBounded(key: string, effort: Effort): number {
    let from = 0;
    while (effort.left > 0) {
      const offset = text.indexOf(key, from);
      effort.left -= LOOKUP_EFFORT + (offset < 0 ? text.length : offset) - from;
      if (offset < 0 || isBounded(offset, offset + key.length)) return offset;
      from = offset + 1;
    }
    return -1;
  }

  return {
    find(key, isWhole, effort) {
      if (effort.left <= 0) return -1;
      effort.left -= LOOKUP_EFFORT + key.length;
      const hash = isWhole ? hashOfWord(key) : undefined;
      if (hash !== undefined) return findWord(key, hash, effort);
      if (!mayHold(key)) return -1;
      if (isWhole) return findBounded(key, effort);
      effort.left -= text.length;
      return text.indexOf(key);
    },
  };
}
