import { createRecent } from '../core/recent.ts';
import type { TokenCounter } from '../models/tokens.ts';

/** Counts of texts that come again with every prompt: instructions, cards, lore. */
export interface TextCounts {
  /** Counts as `counter` does, what it counted lately from memory. */
  of(counter: TokenCounter): TokenCounter['count'];
}

const KEPT = 2_000;
/** In UTF-16 units of all texts together. */
const KEPT_LENGTH = 4 * 1024 * 1024;
const TEXT_MAX_LENGTH = 20_000;

export function createTextCounts(): TextCounts {
  /** By tokenizer and text. */
  const kept = createRecent<string, number>({
    maxSize: KEPT,
    maxWeight: KEPT_LENGTH,
    weightOf: (_tokens, key) => key.length,
  });

  return {
    of: (counter) => async (texts) => {
      const { storeAs } = counter;
      if (storeAs === undefined) return counter.count(texts);
      const keyOf = (text: string) => `${storeAs} ${text}`;
      const known = new Map([...new Set(texts)].map((text) => [text, kept.get(keyOf(text))]));
      const missing = [...known].flatMap(([text, tokens]) => (tokens === undefined ? [text] : []));
      const counted = missing.length === 0 ? [] : await counter.count(missing);
      const counts = new Map(missing.map((text, index) => [text, counted[index] ?? 0]));
      // The tokenizer may have failed meanwhile, and an estimate is none to keep.
      const isExact = counter.storeAs === storeAs;
      if (isExact)
        for (const [text, tokens] of counts) if (text.length <= TEXT_MAX_LENGTH) kept.set(keyOf(text), tokens);
      return texts.map((text) => counts.get(text) ?? known.get(text) ?? 0);
    },
  };
}
