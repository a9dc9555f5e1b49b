import { scaled, type TokenScale } from './budget.ts';
import { JOINT_TOKENS, type TemplateOverhead } from './pieces.ts';
import { OPENING_WORDS, type PromptMessage } from './roles.ts';

export interface Part {
  name: string;
  tokens: number;
}

/** Raw tokens that a prompt has beside those of its pieces. */
export function templateTokens(options: {
  messages: readonly PromptMessage[];
  /** Texts that the messages were made of, all of them spoken. */
  pieces: number;
  /** Raw tokens of the words that open a conversation. */
  openerTokens: number;
  overhead: TemplateOverhead;
}): number {
  const { messages, pieces, openerTokens, overhead } = options;
  // Where messages were joined, there are fewer of them than texts.
  const hasOpener = messages.slice(0, 2).some(({ role, content }) => role === 'user' && content === OPENING_WORDS);
  const joints = pieces + (hasOpener ? 1 : 0) - messages.length;
  const opener = hasOpener ? openerTokens : 0;
  return overhead.perPrompt + messages.length * overhead.perMessage + joints * JOINT_TOKENS + opener;
}

/** Parts of raw tokens as parts of the model's, rounded so that they add up to those of the whole; `extra` is the last one's. */
export function scaledParts(parts: readonly Part[], scale: TokenScale): Part[] {
  let rawTokens = 0;
  let tokensBefore = 0;
  return parts.map(({ name, tokens }, index) => {
    rawTokens += tokens;
    const extra = index === parts.length - 1 ? scale.extra : 0;
    const upToHere = scaled(rawTokens, { ratio: scale.ratio, extra });
    const own = upToHere - tokensBefore;
    tokensBefore = upToHere;
    return { name, tokens: own };
  });
}
