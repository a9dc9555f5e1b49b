import { UserError } from '../core/errors.ts';
import type { TokenScale } from './budget.ts';
import { type Counted, userPiece } from './history.ts';
import { costOf, type Piece, type TemplateOverhead } from './pieces.ts';
import type { Speakers } from './speakers.ts';
import { shortestForm, truncateMiddle } from './truncate.ts';

/** With the middle left out, or what even the shortest form needs. */
export type FittedMessage = { pieces: Piece[]; isCut: boolean } | { pieces?: undefined; neededTokens: number };

/** The current message, without its middle if it is too long for `room` raw tokens; if that does not help, what is needed. */
export async function fitMessage(options: {
  message: Counted & { name: string };
  room: number;
  overhead: TemplateOverhead;
  speakers: Speakers;
  count: (texts: readonly string[]) => Promise<number[]>;
}): Promise<FittedMessage> {
  const { message, room, overhead, speakers, count } = options;
  const { content, tokens } = message;
  const piece = userPiece(message, speakers);
  const neededTokens = costOf(piece, overhead);
  if (neededTokens <= room) return { pieces: [piece], isCut: false };

  const around = neededTokens - tokens;
  const form = await truncateMiddle({ text: content, tokens, maxTokens: room - around, count });
  if (form) {
    const short = userPiece({ ...message, content: form.text, tokens: form.tokens }, speakers);
    return { pieces: [short], isCut: true };
  }
  const [shortestTokens = 0] = await count([shortestForm(content)]);
  return { neededTokens: around + shortestTokens };
}

/** Names the largest parts, as many as it takes to make enough room by shortening them. Raw tokens come in, the model's are told. */
export function doesNotFit(options: {
  parts: readonly { name: string; tokens: number }[];
  missingTokens: number;
  scale: TokenScale;
  contextLength: number;
  replyTokens: number;
}): UserError {
  const { parts, missingTokens, contextLength, replyTokens } = options;
  let covered = 0;
  const blamed: string[] = [];
  for (const { name, tokens } of parts.toSorted((one, other) => other.tokens - one.tokens)) {
    if (tokens === 0 || covered >= missingTokens) break;
    covered += tokens;
    blamed.push(name === 'message' ? 'your message' : `the ${name}`);
  }
  return new UserError(
    'input',
    `This does not fit into the model's memory of ${contextLength} tokens, ${replyTokens} of them kept for the reply. ` +
      `Too long by ${Math.ceil(missingTokens * options.scale.ratio)} tokens: ${blamed.join(' and ')}. ` +
      'Shorten that, or choose a model with a longer context: `/models list` shows them.',
  );
}
