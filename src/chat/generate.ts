import type { CompletionsClient } from '../completions/client.ts';
import { CompletionError } from '../completions/errors.ts';
import type { CompletionEvent, CompletionRequest, FinishReason } from '../completions/events.ts';
import { streamWithRetry } from '../completions/retry.ts';
import type { Clock } from '../core/clock.ts';
import type { Model } from '../models/catalog.ts';
import { estimateMessageTokens } from '../models/tokens.ts';
import { assemblePrompt, type PromptTurn } from '../prompt/assemble.ts';
import type { History, StoredMessage } from '../storage/history.ts';
import type { Throttle } from '../throttle/queue.ts';

export interface GenerateRequest {
  conversationId: string;
  user: StoredMessage;
  model: Model;
  signal: AbortSignal;
  onText: (text: string) => void;
  onReasoning: (text: string) => void;
}

export interface Generated {
  reason: FinishReason;
  /** The model got the message without its middle. */
  isQuestionCut: boolean;
}

/** Has the model answer a stored message: resolves when the completion has ended by itself. */
export type Generate = (request: GenerateRequest) => Promise<Generated>;

export interface GenerateOptions {
  history: History;
  completions: CompletionsClient;
  throttle: Throttle;
  clock: Clock;
  ownName: string;
}

const MAX_REPLY_TOKENS = 2_000;
// The values that Infermatic's documentation recommends.
const SAMPLING = { temperature: 0.7, topK: 40, repetitionPenalty: 1.2 };
// Of a window whose true length the error did not tell.
const SHRUNK_SHARE = 0.75;

export function createGenerate({ history, completions, throttle, clock, ownName }: GenerateOptions): Generate {
  const system =
    `You are ${ownName}, a helpful assistant in a Discord chat. Several people may speak: each message begins with the ` +
    'name of its speaker. Answer the newest message, in its language. Write Discord markdown. Do not write a name in ' +
    'front of your answer, and never write the lines of others.';

  /** Every try takes its place in the queue and holds its slot for as long as it streams. */
  async function* tryOnce(request: CompletionRequest, signal: AbortSignal): AsyncGenerator<CompletionEvent> {
    const slot = await throttle.acquire({ signal });
    try {
      yield* completions.stream(request, { signal });
    } catch (error) {
      if (error instanceof CompletionError && error.kind === 'rate-limited') throttle.pauseFor(error.retryAfterMs ?? 0);
      throw error;
    } finally {
      slot.release();
    }
  }

  async function assemble({ conversationId, user }: GenerateRequest, shape: Shape) {
    const { messages, maxTokens, isCurrentCut } = await assemblePrompt({
      system,
      turns: turnsBefore(history, conversationId, user.id),
      current: { name: user.author.name, content: user.content },
      contextLength: shape.contextLength,
      maxReplyTokens: MAX_REPLY_TOKENS,
      countTokens: estimateMessageTokens,
      roles: { system: shape.takesSystemRole },
      assistantName: ownName,
    });
    const completion: CompletionRequest = { model: shape.id, messages, maxTokens, ...SAMPLING };
    return { completion, isQuestionCut: isCurrentCut };
  }

  return async (request) => {
    let shape: Shape = request.model;
    for (;;) {
      let hasBegun = false;
      let finished: Generated | undefined;
      try {
        const { completion, isQuestionCut } = await assemble(request, shape);
        const events = streamWithRetry(() => tryOnce(completion, request.signal), { clock, signal: request.signal });
        for await (const event of events) {
          hasBegun = true;
          if (event.type === 'text') request.onText(event.text);
          else if (event.type === 'reasoning') request.onReasoning(event.text);
          else if (event.type === 'finish') finished = { reason: event.reason, isQuestionCut };
        }
        return finished ?? { reason: 'stop', isQuestionCut };
      } catch (error) {
        // Complete, whatever became of the connection afterwards.
        if (finished) return finished;
        const adapted = hasBegun ? undefined : adapt(shape, error, request.model);
        if (!adapted) throw error;
        shape = adapted;
      }
    }
  };
}

type Shape = Pick<Model, 'id' | 'contextLength' | 'takesSystemRole'>;

/** The shape to try next, if the error says that the model takes less than was thought. Each step only takes away. */
function adapt(shape: Shape, error: unknown, model: Model): Shape | undefined {
  if (!(error instanceof CompletionError)) return undefined;
  if (error.kind === 'context-overflow') {
    const contextLength = error.contextLength ?? Math.floor(model.contextLength * SHRUNK_SHARE);
    return contextLength < shape.contextLength ? { ...shape, contextLength } : undefined;
  }
  const isAboutRoles = error.kind === 'system-role-refused' || error.kind === 'roles-must-alternate';
  return isAboutRoles && shape.takesSystemRole ? { ...shape, takesSystemRole: false } : undefined;
}

/** Newest first; what was said after the message is not for its reply. */
async function* turnsBefore(
  history: History,
  conversationId: string,
  userMessageId: string,
): AsyncGenerator<PromptTurn> {
  let isBefore = false;
  for await (const { user, reply } of history.newest(conversationId)) {
    if (isBefore) yield { user: { name: user.author.name, content: user.content }, reply };
    isBefore ||= user.id === userMessageId;
  }
}
