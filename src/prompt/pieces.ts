import type { PromptMessage } from './roles.ts';

/** One text of a prompt before it is joined with its neighbours. */
export interface Piece {
  message: PromptMessage;
  /** Raw tokens of its content, wherever it stands. */
  tokens: number;
}

/** Raw tokens that a chat template adds. */
export interface TemplateOverhead {
  perMessage: number;
  perPrompt: number;
}

/**
 * Counts are of each text alone. Where two texts meet, tokens form over the border, and one that the counts have may not:
 * "Name: " and "Word" are one token more together than apart for about 3 of 100 words of the vocabularies, two for 3 of
 * 1,000. Most borders save one.
 */
const SPEAKER_BORDER_TOKENS = 2;
/** Two line breaks, and the first word after them, which SentencePiece knows best after a space. */
export const JOINT_TOKENS = 5;
/**
 * Llama 3 has tokens for rulers and other runs of signs, which fall apart where a space comes before or a line break
 * behind: `.:.:.:.:.:.:.:.:.:.:.:.:.:.:.:.:` is one token or fourteen.
 */
const LEADING_SIGNS = /^[^\p{L}\p{N}\s]{8,}/u;
const TRAILING_SIGNS = /[^\p{L}\p{N}\s]{8,}$/u;
/** In UTF-16 units; what is further from the border does not change. */
const EDGE_LENGTH = 40;

/** Raw tokens that a text takes at most, whatever stands before and behind it. */
export function textTokens({ content, tokens }: { content: string; tokens: number }): number {
  const leading = LEADING_SIGNS.exec(content.slice(0, EDGE_LENGTH))?.[0].length ?? 0;
  const trailing = TRAILING_SIGNS.exec(content.slice(-EDGE_LENGTH))?.[0].length ?? 0;
  return tokens + Math.ceil(leading / 2) + Math.ceil(trailing / 2);
}

/** The same behind the prefix of its speaker. */
export function spokenTokens(prefixTokens: number, text: { content: string; tokens: number }): number {
  return prefixTokens + SPEAKER_BORDER_TOKENS + textTokens(text);
}

/** Raw tokens that a piece takes at most, joined to its neighbour or in a message of its own. */
export function costOf({ tokens }: Pick<Piece, 'tokens'>, { perMessage }: TemplateOverhead): number {
  return tokens + Math.max(perMessage, JOINT_TOKENS);
}

export function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
