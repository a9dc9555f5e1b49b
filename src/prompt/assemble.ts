import { UserError } from '../core/errors.ts';
import { arrangeRoles, type PromptMessage, type TemplateRoles } from './roles.ts';
import { speakerName } from './speaker.ts';
import { shortestForm, truncateMiddle } from './truncate.ts';

/**
 * Of the room for the prompt: an older turn that takes more, and does not fit, has each of its messages shortened to this,
 * so that one long message does not make everything before it forgotten.
 */
const LONG_TURN_SHARE = 1 / 4;

export interface PromptTurn {
  user: { name: string; content: string };
  reply?: { content: string } | undefined;
}

export interface PromptRequest {
  system: string;
  /** Newest first. Read only as far as turns fit, plus one. */
  turns: AsyncIterable<PromptTurn> | Iterable<PromptTurn>;
  current: { name: string; content: string };
  /** Tokens that the model takes in all: prompt and reply. */
  contextLength: number;
  maxReplyTokens: number;
  /** Tokens of one message with this content, what the template adds to it included. */
  countTokens: (content: string) => number;
  roles: TemplateRoles;
  /** The name that members may not speak under. */
  assistantName?: string | undefined;
}

export interface AssembledPrompt {
  messages: PromptMessage[];
  /** Room for the reply: with `promptTokens` never more than the context length. */
  maxTokens: number;
  promptTokens: number;
  turnsUsed: number;
  /** There were older turns than those used. */
  turnsDropped: boolean;
  /** The middle of the current message was left out. */
  isCurrentCut: boolean;
}

/**
 * Fills the context: the system text and the current message always, then whole turns from the newest back to the
 * first that does not fit. A current message that is too long keeps its head and tail, and so do the messages of an
 * older turn that would take more than its share: one long text does not hide all that was said before it.
 *
 * @throws UserError `input` if the message is blank, or if system text and message do not fit even when shortened.
 */
export async function assemblePrompt(request: PromptRequest): Promise<AssembledPrompt> {
  const { contextLength, roles } = request;
  if (request.current.content.trim() === '') throw new UserError('input', 'There is no text to reply to.');

  const countTokens = remembered(request.countTokens);
  const totalOf = (messages: PromptMessage[]) =>
    messages.reduce((total, message) => total + countTokens(message.content), 0);
  const budget = contextLength - replyRoom(request);
  const system: PromptMessage = { role: 'system', content: request.system };
  const current = fitCurrent(request, (message) => totalOf(arrangeRoles([system, message], roles)), budget);

  const used: PromptMessage[][] = [];
  let turnsDropped = false;
  let total = totalOf(arrangeRoles([system, current], roles));
  for await (const turn of request.turns) {
    const whole = messagesOf(turn, request.assistantName);
    const messages = total + totalOf(whole) > budget ? shortened(whole) : whole;
    total += totalOf(messages);
    turnsDropped = total > budget;
    if (turnsDropped) break;
    used.push(messages);
  }

  // Joined neighbours, and a system text folded into the oldest message, may count more than their parts did.
  let messages = arrange(used);
  let promptTokens = totalOf(messages);
  while (promptTokens > budget && used.pop()) {
    turnsDropped = true;
    messages = arrange(used);
    promptTokens = totalOf(messages);
  }
  const maxTokens = Math.min(wantedReply(request), contextLength - promptTokens);
  const isCurrentCut = current.content !== userMessage(request.current, request.assistantName).content;
  return { messages, maxTokens, promptTokens, turnsUsed: used.length, turnsDropped, isCurrentCut };

  function shortened(turn: PromptMessage[]): PromptMessage[] {
    const share = Math.floor(budget * LONG_TURN_SHARE);
    if (totalOf(turn) <= share) return turn;
    return turn.map(({ role, content: text }) => {
      const content = truncateMiddle({ text, maxTokens: share, countTokens }) ?? shortestForm(text);
      return { role, content };
    });
  }

  function arrange(turns: PromptMessage[][]): PromptMessage[] {
    return arrangeRoles([system, ...turns.toReversed().flat(), current], roles);
  }
}

const wantedReply = (request: PromptRequest) => Math.max(1, Math.floor(request.maxReplyTokens));

/** At most half of the window, so that a long reply on a small model leaves it something to reply to. */
function replyRoom(request: PromptRequest): number {
  return Math.max(1, Math.min(wantedReply(request), Math.floor(request.contextLength / 2)));
}

function fitCurrent(
  request: PromptRequest,
  countWithSystem: (message: PromptMessage) => number,
  budget: number,
): PromptMessage {
  const { name, content } = request.current;
  const spoken = (text: string) => userMessage({ name, content: text }, request.assistantName);
  const countTokens = (text: string) => countWithSystem(spoken(text));
  const fitting = truncateMiddle({ text: content, maxTokens: budget, countTokens });
  if (fitting !== undefined) return spoken(fitting);
  const excess = countTokens(shortestForm(content)) - budget;
  throw new UserError(
    'input',
    `This does not fit into the model's memory: instructions and message need ${excess} tokens more than the ${budget} ` +
      'that it has for them. Choose a model with a longer context: `/models list` shows them.',
  );
}

function userMessage(user: PromptTurn['user'], assistantName: string | undefined): PromptMessage {
  return { role: 'user', content: `${speakerName(user.name, assistantName)}: ${user.content}` };
}

function messagesOf(turn: PromptTurn, assistantName: string | undefined): PromptMessage[] {
  const messages: PromptMessage[] = [];
  if (turn.user.content.trim() !== '') messages.push(userMessage(turn.user, assistantName));
  if (turn.reply && turn.reply.content.trim() !== '') {
    messages.push({ role: 'assistant', content: turn.reply.content });
  }
  return messages;
}

/** Most messages are counted once alone and once more in the finished prompt. */
function remembered(countTokens: (content: string) => number): (content: string) => number {
  const counts = new Map<string, number>();
  return (content) => {
    const known = counts.get(content);
    if (known !== undefined) return known;
    const count = countTokens(content);
    counts.set(content, count);
    return count;
  };
}
