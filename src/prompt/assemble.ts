import { UserError } from '../core/errors.ts';
import { budgetOf, scaled, type TokenScale } from './budget.ts';
import { blockOf, type Cut } from './cut.ts';
import { chooseHistory, type PromptTurn } from './history.ts';
import { scaledParts, templateTokens } from './measure.ts';
import { doesNotFit, fitMessage } from './message.ts';
import { costOf, type Piece, sum, type TemplateOverhead, textTokens } from './pieces.ts';
import { arrangeRoles, OPENING_WORDS, type PromptMessage, type TemplateRoles } from './roles.ts';
import { createSpeakers, type Speakers } from './speakers.ts';

export type { Cut } from './cut.ts';
export type { Counted, PromptTurn } from './history.ts';

/** "Raw" tokens are those of `count`, of `overhead` and of the turns; `scale` makes them the model's. */
export interface PromptRequest {
  /** System texts that must be there, in order. The name is what an admin is told: 'instructions', 'persona', 'lore'. */
  mandatory: readonly { name: string; content: string }[];
  /** Newest first. Read only as far as needed. */
  turns: AsyncIterable<PromptTurn> | Iterable<PromptTurn>;
  current: { name: string; content: string };
  /** Raw tokens of what goes with the current message beside its text. */
  currentExtraTokens?: number | undefined;
  /** The model's tokens, prompt and reply together. */
  contextLength: number;
  maxReplyTokens: number;
  /** Raw tokens of each text alone. */
  count: (texts: readonly string[]) => Promise<number[]>;
  scale: TokenScale;
  overhead: TemplateOverhead;
  roles: TemplateRoles;
  /** The name that members may not speak under. */
  assistantName?: string | undefined;
  /** Where the last prompt of this conversation began. */
  cut?: Cut | undefined;
}

export interface AssembledPrompt {
  messages: PromptMessage[];
  /** Room for the reply: with `promptTokens` never more than the context length. */
  maxTokens: number;
  /** The model's tokens. */
  promptTokens: number;
  /** Raw tokens, template included: what to compare with the API's usage. */
  countedTokens: number;
  turnsUsed: number;
  /** There were older turns than those used. */
  turnsDropped: boolean;
  /** The middle of the current message was left out. */
  isCurrentCut: boolean;
  /** To remember for the next prompt; without one, to forget. */
  cut?: Cut;
  /** What takes the prompt's tokens, `promptTokens` in all: each mandatory text, 'history', 'message', 'template'. */
  parts: { name: string; tokens: number }[];
}

/**
 * Fills the context: the mandatory texts and the current message always, then whole turns from the newest back to the
 * cut. A current message that is too long keeps its head and tail.
 *
 * @throws UserError `input` if there is nothing to reply to, or if mandatory texts and message do not fit even when the
 * message is shortened.
 */
export async function assemblePrompt(request: PromptRequest): Promise<AssembledPrompt> {
  const { contextLength, current, currentExtraTokens = 0, count, overhead, roles, assistantName } = request;
  if (current.content.trim() === '' && currentExtraTokens === 0) {
    throw new UserError('input', 'There is no text to reply to.');
  }
  const budget = budgetOf(request);
  const speakers = createSpeakers({ assistantName, count });
  const { opening, message, openerTokens } = await countFixed(request, speakers);

  // Whether words must open the conversation is known only with the oldest turn.
  const openerCost = roles.mode === 'strict' ? costOf({ tokens: openerTokens }, overhead) : 0;
  const openingCost = sum(opening.flatMap(({ piece }) => (piece ? costOf(piece, overhead) : [])));
  const room = budget.promptTokens - overhead.perPrompt - openerCost - openingCost;
  const fitted = await fitMessage({ message, room: room - currentExtraTokens, overhead, speakers, count });
  if (!fitted.piece) {
    const neededTokens = fitted.neededTokens + currentExtraTokens;
    const parts = [...opening, { name: 'message', tokens: neededTokens }];
    throw doesNotFit({ ...request, ...budget, parts, missingTokens: neededTokens - room });
  }

  const { pieces, reach } = await chooseHistory({
    turns: request.turns,
    cut: request.cut,
    free: room - costOf(fitted.piece, overhead) - currentExtraTokens,
    room,
    block: blockOf(room),
    budget: budget.promptTokens,
    overhead,
    speakers,
    count,
  });

  const spoken = [...opening.flatMap(({ piece }) => piece ?? []), ...pieces, fitted.piece];
  const messages = arrangeRoles(
    spoken.map((piece) => piece.message),
    roles,
  );
  const rawParts = [
    ...opening.map(({ name, tokens }) => ({ name, tokens })),
    { name: 'history', tokens: sum(pieces.map(({ tokens }) => tokens)) },
    { name: 'message', tokens: fitted.piece.tokens + currentExtraTokens },
    { name: 'template', tokens: templateTokens({ messages, pieces: spoken.length, openerTokens, overhead }) },
  ];
  const countedTokens = sum(rawParts.map(({ tokens }) => tokens));
  const promptTokens = scaled(countedTokens, request.scale);
  return {
    messages,
    maxTokens: Math.min(budget.maxReplyTokens, contextLength - promptTokens),
    promptTokens,
    countedTokens,
    turnsUsed: reach.turns,
    turnsDropped: reach.kind !== 'all',
    isCurrentCut: fitted.isCut,
    ...(reach.kind !== 'all' && reach.cut && { cut: reach.cut }),
    parts: scaledParts(rawParts, request.scale),
  };
}

/** What is in the prompt whatever becomes of the history, counted together. */
async function countFixed({ mandatory, current, count }: PromptRequest, speakers: Speakers) {
  const texts = [...mandatory.map(({ content }) => content), current.content, OPENING_WORDS];
  const [counts] = await Promise.all([count(texts), speakers.meet([current.name])]);
  const [messageTokens = 0, openerTokens = 0] = counts.slice(-2);
  const opening = mandatory.map(({ name, content }, index) => {
    if (content.trim() === '') return { name, tokens: 0 };
    const tokens = textTokens({ content, tokens: counts[index] ?? 0 });
    const piece: Piece = { message: { role: 'system', content }, tokens };
    return { name, tokens, piece };
  });
  return { opening, message: { ...current, tokens: messageTokens }, openerTokens };
}
