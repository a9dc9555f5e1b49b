import { addToHash, createUnitCosts, createUnlikelyPairs, createWordHashes, HASH_START } from './token-costs.ts';

const UNIT_COSTS = createUnitCosts();
const WORD_HASHES = createWordHashes();
const UNLIKELY_PAIRS = createUnlikelyPairs();

/** Llama 2 puts a space before a text; the second is for luck: short texts have no average to hide in. */
const START_TOKENS = 2;

/** Tokens of a lower-case word: a part for the word, for each letter, for each pair that English seldom has. */
const ENGLISH_WORD = { word: 0.85, letter: 0.13, unlikelyPair: 0.6 };
const OTHER_WORD = { word: 1.25, letter: 0.25, unlikelyPair: 0.6 };
/** Of the letters in words: with so many in common words a text is English, with fewer than the other share it is not. */
const ENGLISH_SHARE = 0.3;
const OTHER_SHARE = 0.2;
const CAPITALS_TOKENS_PER_LETTER = 0.85;
const CYRILLIC_TOKENS_PER_LETTER = 0.5;
/** Runs of these have tokens of 16, runs of other signs of two. */
const RULE_SIGNS = '-=*_.#~/';

const isLower = (code: number) => code >= 97 && code <= 122;
const isUpper = (code: number) => code >= 65 && code <= 90;
const isLetter = (code: number) => isLower(code | 32);
const isSurrogate = (code: number) => code >= 0xd800 && code <= 0xdfff;
const isDigit = (code: number) => code >= 48 && code <= 57;
const isCyrillic = (code: number) => code >= 0x430 && code <= 0x44f;

/** Counts of one text. The tokens of uncommon words stand apart until it is known whether the text is English. */
interface Tally {
  tokens: number;
  englishWordTokens: number;
  otherWordTokens: number;
  wordLetters: number;
  commonWordLetters: number;
}

/**
 * Tokens of a text, estimated on the safe side: not below the count of Llama 2's, Llama 3's or Mistral's tokenizer, and
 * for English prose at most about a third above it. Time grows with the length alone.
 */
export function estimateTokens(text: string): number {
  const { length } = text;
  if (length === 0) return 0;
  const tally: Tally = {
    tokens: START_TOKENS,
    englishWordTokens: 0,
    otherWordTokens: 0,
    wordLetters: 0,
    commonWordLetters: 0,
  };
  for (let index = 0; index < length; ) {
    const start = index;
    const code = text.charCodeAt(index);
    if (isLetter(code)) {
      const isCapitals = isUpper(code) && isUpper(text.charCodeAt(index + 1));
      index = isCapitals ? readCapitals(text, index, tally) : readWord(text, index, tally);
    } else if (code < 128) {
      do index += 1;
      while (text.charCodeAt(index) === code);
      tally.tokens +=
        code === 32 ? spaceTokens(index - start, text.charCodeAt(index)) : signTokens(code, index - start);
    } else if (isCyrillic(code)) {
      while (isCyrillic(text.charCodeAt(index))) index += 1;
      tally.tokens += 1 + (index - start - 1) * CYRILLIC_TOKENS_PER_LETTER;
    } else if (isSurrogate(code)) {
      const isPair = (text.codePointAt(index) ?? 0) > 0xffff;
      tally.tokens += isPair ? 4 : 3;
      index += isPair ? 2 : 1;
    } else {
      tally.tokens += UNIT_COSTS[code] ?? 3;
      index += 1;
    }
  }
  const commonShare = tally.wordLetters === 0 ? 0 : tally.commonWordLetters / tally.wordLetters;
  const english = Math.min(1, Math.max(0, (commonShare - OTHER_SHARE) / (ENGLISH_SHARE - OTHER_SHARE)));
  return Math.ceil(tally.tokens + english * tally.englishWordTokens + (1 - english) * tally.otherWordTokens);
}

function readCapitals(text: string, start: number, tally: Tally): number {
  let index = start;
  while (isUpper(text.charCodeAt(index))) index += 1;
  const size = index - start;
  tally.tokens += size < 4 ? size : Math.max(4, size * CAPITALS_TOKENS_PER_LETTER);
  return index;
}

/** A letter of either case and the lower-case ones behind it. */
function readWord(text: string, start: number, tally: Tally): number {
  let index = start;
  let hash = HASH_START;
  let unlikelyPairs = 0;
  let previous = -1;
  do {
    const letter = text.charCodeAt(index) | 32;
    hash = addToHash(hash, letter);
    if (previous !== -1) unlikelyPairs += UNLIKELY_PAIRS[previous * 32 + letter - 97] ?? 0;
    previous = letter - 97;
    index += 1;
  } while (isLower(text.charCodeAt(index)));
  const size = index - start;
  if (size === 1) {
    tally.tokens += 1;
    return index;
  }
  tally.wordLetters += size;
  if (WORD_HASHES.has(hash)) {
    tally.tokens += 1;
    // Half of a `camelCase` name says nothing of the language.
    const isWhole = !isLetter(text.charCodeAt(start - 1)) && !isLetter(text.charCodeAt(index));
    if (isWhole) tally.commonWordLetters += size;
  } else {
    tally.englishWordTokens += wordTokens(ENGLISH_WORD, size, unlikelyPairs);
    tally.otherWordTokens += wordTokens(OTHER_WORD, size, unlikelyPairs);
  }
  return index;
}

function wordTokens(rate: typeof ENGLISH_WORD, letters: number, unlikelyPairs: number): number {
  return Math.min(letters, rate.word + rate.letter * letters + rate.unlikelyPair * unlikelyPairs);
}

/** One space goes with the word or sign behind it, but not with a digit, nor with most other scripts. */
function spaceTokens(size: number, next: number): number {
  const joins = (next > 32 && next < 127 && !isDigit(next)) || isCyrillic(next);
  const alone = joins ? size - 1 : size;
  return Math.min(alone, 4 + Math.ceil(size / 16));
}

function signTokens(code: number, size: number): number {
  if (size < 4 || code < 33 || code === 127 || isDigit(code)) return size;
  return Math.min(size, 2 + Math.ceil(size / (RULE_SIGNS.includes(String.fromCharCode(code)) ? 8 : 2)));
}
