import { UserError } from '../core/errors.ts';
import { budgetOf, scaled, type TokenScale } from './budget.ts';
import { blockOf, type Cut } from './cut.ts';
import {
  countFrame,
  fittingExamples,
  fixedParts,
  type PromptFrame,
  piecesOf,
  textsOf,
  withInjections,
} from './frame.ts';
import { chooseHistory, type PromptTurn } from './history.ts';
import { scaledParts, templateTokens } from './measure.ts';
import { doesNotFit, type FittedMessage, fitMessage } from './message.ts';
import { costOf, sum, type TemplateOverhead } from './pieces.ts';
import { arrangeRoles, OPENING_WORDS, type PromptMessage, type TemplateRoles } from './roles.ts';
import { createSpeakers, type Speakers } from './speakers.ts';

export type { Cut } from './cut.ts';
export type { PromptFrame, PromptInjection, PromptText } from './frame.ts';
export type { Counted, PromptTurn } from './history.ts';

/** "Raw" tokens are those of `count`, of `overhead` and of the turns; `scale` makes them the model's. */
export interface PromptRequest extends PromptFrame {
  /** Newest first. Read only as far as needed. */
  turns: AsyncIterable<PromptTurn> | Iterable<PromptTurn>;
  /** Blank if nobody said anything to reply to: then `closing` or `ending` says what to write. */
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
  /** The names that members may not speak under. */
  ownNames?: readonly string[] | undefined;
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
  /** What takes the prompt's tokens, `promptTokens` in all: each text of the frame, 'examples', 'history', 'message', 'template'. */
  parts: { name: string; tokens: number }[];
}

/**
 * Fills the context: the frame and the current message always, then whole turns from the newest back to the cut, then
 * example dialogue if all turns fitted. A current message that is too long keeps its head and tail.
 *
 * @throws UserError `input` if there is nothing to reply to, or if frame and message do not fit even when the message is
 * shortened.
 */
export async function assemblePrompt(request: PromptRequest): Promise<AssembledPrompt> {
  const { contextLength, current, currentExtraTokens = 0, count, overhead, roles, ownNames = [] } = request;
  const isBlank = current.content.trim() === '' && currentExtraTokens === 0;
  const isAskedElsewhere = [...(request.closing ?? []), ...(request.ending ?? [])].length > 0;
  if (isBlank && !isAskedElsewhere) throw new UserError('input', 'There is no text to reply to.');
  const budget = budgetOf(request);
  const speakers = createSpeakers({ ownNames, count });
  const { frame, message, openerTokens } = await countFixed(request, speakers);

  // Whether words must open the conversation is known only with the oldest turn.
  const openerCost = roles.mode === 'strict' ? costOf({ tokens: openerTokens }, overhead) : 0;
  const fixed = fixedParts(frame);
  const fixedCost = sum(piecesOf(fixed).map((piece) => costOf(piece, overhead)));
  const room = budget.promptTokens - overhead.perPrompt - openerCost - fixedCost;
  const fitted: FittedMessage = isBlank
    ? blankMessage(room)
    : await fitMessage({ message, room: room - currentExtraTokens, overhead, speakers, count });
  if (!fitted.pieces) {
    const neededTokens = fitted.neededTokens + currentExtraTokens;
    const parts = [...fixed, { name: 'message', tokens: neededTokens }];
    throw doesNotFit({ ...request, ...budget, parts, missingTokens: neededTokens - room });
  }

  const free = room - sum(fitted.pieces.map((piece) => costOf(piece, overhead))) - currentExtraTokens;
  const { pieces, reach } = await chooseHistory({
    turns: request.turns,
    cut: request.cut,
    free,
    room,
    block: blockOf(room),
    budget: budget.promptTokens,
    overhead,
    speakers,
    count,
  });
  const left = free - sum(pieces.map((piece) => costOf(piece, overhead)));
  const examples = reach.kind === 'all' ? fittingExamples(frame.examples, left, overhead) : [];

  const continued = frame.continued ? piecesOf([frame.continued]) : [];
  const spoken = [
    ...piecesOf(frame.mandatory),
    ...examples,
    ...piecesOf(frame.start),
    ...withInjections([...pieces, ...fitted.pieces], frame.injections, continued.length),
    ...piecesOf(frame.closing),
    ...continued,
    ...piecesOf(frame.ending),
  ];
  const messages = arrangeRoles(
    spoken.map((piece) => piece.message),
    roles,
  );
  const rawParts = [
    ...fixed.map(({ name, tokens }) => ({ name, tokens })),
    ...(request.examples ? [{ name: 'examples', tokens: sum(examples.map(({ tokens }) => tokens)) }] : []),
    { name: 'history', tokens: sum(pieces.map(({ tokens }) => tokens)) },
    { name: 'message', tokens: sum(fitted.pieces.map(({ tokens }) => tokens)) + currentExtraTokens },
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
async function countFixed(request: PromptRequest, speakers: Speakers) {
  const { current, count } = request;
  const texts = [...textsOf(request), current.content, OPENING_WORDS];
  const [counts] = await Promise.all([count(texts), speakers.meet([current.name])]);
  const [messageTokens = 0, openerTokens = 0] = counts.slice(-2);
  return { frame: countFrame(request, counts), message: { ...current, tokens: messageTokens }, openerTokens };
}

function blankMessage(room: number): FittedMessage {
  return room >= 0 ? { pieces: [], isCut: false } : { neededTokens: 0 };
}
