import type { RenderedPrompt } from './templates.ts';

export type TokenizerFamily = 'llama3' | 'llama2' | 'mistral' | 'other';

export type Encode = (text: string) => number[];

interface SentencePieceModule {
  default: { encode(text: string, addBos: boolean, addPrecedingSpace: boolean): number[] };
}

/** Never under the true count for the families without a tokenizer of their own here. */
const OTHER_FAMILY_FACTOR = 1.12;
const CACHED_TEXTS_MAX = 20_000;

const sentencePiece = async (packageName: string): Promise<Encode> => {
  const { default: tokenizer } = (await import(packageName)) as SentencePieceModule;
  return (text) => tokenizer.encode(text, false, true);
};

const loadLlama3 = async (): Promise<Encode> => {
  const { default: tokenizer } = await import('llama3-tokenizer-js');
  return (text) => tokenizer.encode(text, { bos: false, eos: false });
};

/** Token ids of a text, without those that mark its beginning and end. The vocabularies are loaded on first use. */
export const loadTokenizer: Record<TokenizerFamily, () => Promise<Encode>> = {
  llama2: () => sentencePiece('llama-tokenizer-js'),
  mistral: () => sentencePiece('mistral-tokenizer-js'),
  llama3: loadLlama3,
  other: loadLlama3,
};

export type CountTokens = (family: TokenizerFamily, prompt: RenderedPrompt) => Promise<number>;

/** Remembers the counts of texts: a chat sends the same messages again with every turn. */
export function createTokenCounter(): CountTokens {
  const encoders = new Map<TokenizerFamily, Promise<Encode>>();
  const counts = new Map<string, number>();

  const countText = (family: TokenizerFamily, encode: Encode, text: string): number => {
    const cacheKey = `${family}:${text}`;
    const known = counts.get(cacheKey);
    if (known !== undefined) return known;
    const factor = family === 'other' ? OTHER_FAMILY_FACTOR : 1;
    const count = Math.ceil(encode(text).length * factor);
    if (counts.size >= CACHED_TEXTS_MAX) counts.clear();
    counts.set(cacheKey, count);
    return count;
  };

  return async (family, { texts, specialTokens }) => {
    const loading = encoders.get(family) ?? loadTokenizer[family]();
    encoders.set(family, loading);
    const encode = await loading;
    return texts.reduce((sum, text) => sum + countText(family, encode, text), specialTokens);
  };
}
