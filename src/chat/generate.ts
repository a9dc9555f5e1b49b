import { CompletionError } from '../completions/errors.ts';
import type { CompletionEvent, CompletionMessage, CompletionRequest, FinishReason } from '../completions/events.ts';
import { streamWithRetry } from '../completions/retry.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { Model } from '../models/catalog.ts';
import type { Health } from '../models/health.ts';
import { type Learned, scaleOf } from '../models/learned.ts';
import type { TokenCounter, Tokenizers } from '../models/tokens.ts';
import { type AssembledPrompt, assemblePrompt, type PromptFrame } from '../prompt/assemble.ts';
import { CONTINUE_NUDGE } from '../prompt/nudges.ts';
import type { PromptMessage } from '../prompt/roles.ts';
import type { History, StoredMessage } from '../storage/history.ts';
import type { Waiting } from '../throttle/queue.ts';
import type { Choice } from './choices.ts';
import { countBeside, countedTurns, type NewCounts } from './counted-turns.ts';
import type { Place } from './place.ts';
import type { PreparedScene, ScenePrompts, Speaking } from './scene-prompt.ts';
import type { TextCounts } from './text-counts.ts';
import { turnsBefore } from './turns-before.ts';
import type { Upstream, Upstreams } from './upstreams.ts';

export interface GenerateRequest {
  conversationId: string;
  user: StoredMessage;
  place: Place;
  choice: Choice;
  upstream: Upstream;
  /** The persona that speaks; without one the assistant does. */
  speaking?: Speaking | undefined;
  /** The reply that goes on. */
  continued?: StoredMessage | undefined;
  /** Strings that end the reply, in place of those of the settings. */
  stop?: readonly string[] | undefined;
  /** For a model that takes them. */
  pictures: PictureSource[];
  /** A further try at a question that was sent already. */
  isRepeat: boolean;
  signal: AbortSignal;
  /** Returns whether the reply is complete without the rest. */
  onText: (text: string) => boolean;
  onReasoning: (text: string) => void;
  /** The request has entered the line; it may start at once. */
  onEntered: () => void;
  /** The request stands in line. */
  onWaiting: (waiting: Waiting) => void;
  /** It does so no more. */
  onStart: () => void;
  /** The model has begun to answer this prompt. */
  onBegun: (facts: PromptFacts) => void;
}

export interface PromptFacts {
  /** The model got the message without its middle. */
  isQuestionCut: boolean;
  /** For the first time in this conversation, older turns did not fit any more. */
  isHistoryCut: boolean;
}

/** A picture that goes with a question. It is loaded when the question's turn has come, and not kept while it waits. */
export interface PictureSource {
  tokens: number;
  /** Gives a data URL. @throws UserError if the picture is not there any more */
  load: () => Promise<string>;
}

/** Has the model answer a stored message: resolves when the completion has ended by itself. */
export type Generate = (request: GenerateRequest) => Promise<FinishReason>;

export interface GenerateOptions {
  history: History;
  tokenizers: Tokenizers;
  learned: Learned;
  health: Health;
  scenePrompts: ScenePrompts;
  textCounts: TextCounts;
  upstreams: Pick<Upstreams, 'noteKey'>;
  clock: Clock;
  logger: Logger;
  ownName: string;
}

// Of what was refused, after an overflow that no known length explains.
const SHRUNK_SHARE = 0.75;
const MAX_SHRINKS = 3;
const WINDOW_TOLD = 'window';
/** The author of the assistant's replies. */
export const ASSISTANT_ID = 'self';

/** What is taken to be true of a model, for one try. */
interface Shape extends Pick<Model, 'contextLength' | 'roles'> {
  /** What to learn of the window if the model answers; undefined if that is nothing new. */
  learnedLength?: number;
  shrinks?: number;
}

/** What the API did not take. */
interface Refused {
  model: Model;
  prompt: AssembledPrompt;
}

export function createGenerate(options: GenerateOptions): Generate {
  const { history, tokenizers, learned, health, scenePrompts, textCounts, upstreams, clock, logger, ownName } = options;
  const instructions =
    `You are ${ownName}, a helpful assistant in a Discord chat. Several people may speak: each message begins with the ` +
    'name of its speaker. Answer the newest message, in its language. Write Discord markdown. Do not write a name in ' +
    'front of your answer, and never write the lines of others.';

  /**
   * Every try takes its place in the queue and holds its slot for as long as it streams. The prompt is made when its turn
   * has come, so that it holds what was said meanwhile.
   */
  async function* tryOnce(
    request: GenerateRequest,
    { makePrompt, isRepeat }: { makePrompt: () => Promise<CompletionRequest>; isRepeat: boolean },
  ): AsyncGenerator<CompletionEvent> {
    const { upstream, place, user, signal, onWaiting } = request;
    const { throttle } = upstream;
    const asker = { personId: user.author.id, channelId: place.channelId, guildId: place.guildId };
    const acquiring = throttle.acquire({
      ...asker,
      kind: 'person',
      isRepeat: isRepeat || undefined,
      signal,
      onWaiting,
    });
    request.onEntered();
    const slot = await acquiring;
    try {
      request.onStart();
      const completion = await makePrompt();
      slot.leaves();
      yield* send(request, completion);
    } finally {
      slot.release();
    }
  }

  async function* send(
    { upstream, signal }: GenerateRequest,
    completion: CompletionRequest,
  ): AsyncGenerator<CompletionEvent> {
    const { throttle, completions } = upstream;
    const startedAt = clock.monotonic();
    let firstTextMs: number | undefined;
    try {
      for await (const event of completions.stream(completion, { signal })) {
        if (event.type === 'limit') throttle.told(event);
        else firstTextMs ??= clock.monotonic() - startedAt;
        yield event;
      }
      health.record(completion.model, { ok: true, firstTextMs: firstTextMs ?? clock.monotonic() - startedAt });
      void upstreams.noteKey(upstream, 'accepted');
    } catch (error) {
      if (error instanceof CompletionError) {
        if (error.kind === 'rate-limited')
          throttle.refused({
            retryAfterMs: error.retryAfterMs,
            limit: error.limit429,
            requestsPerMinute: error.requestsPerMinute,
          });
        health.record(completion.model, { ok: false, kind: error.kind });
      }
      throw error;
    }
  }

  async function assemble(request: GenerateRequest, shape: Shape): Promise<Attempt> {
    const { conversationId, place, user, speaking, continued, pictures, choice } = request;
    const counter = tokenizers.counterFor(choice.model.tokenizer);
    const scene =
      speaking &&
      (await scenePrompts.prepare({
        conversationId,
        place,
        speaking,
        user,
        continued,
        choice,
        counter,
      }));
    const newCounts: NewCounts = new Map();
    const { cut, told } = await history.recall(conversationId);
    const prompt = await assemblePrompt({
      ...(scene?.frame ?? plainFrame(continued)),
      turns: countedTurns(turnsBefore(history, conversationId, user.id), {
        counter,
        newCounts,
        prefixOf: (reply) => speakerPrefix(reply, speaking),
      }),
      current: { name: user.author.name, content: user.content },
      currentExtraTokens: pictures.reduce((total, { tokens }) => total + tokens, 0),
      contextLength: shape.contextLength,
      maxReplyTokens: choice.sampling.maxReplyTokens,
      count: countBeside(user, counter, textCounts.of(counter)),
      scale: scaleOf(choice.model, learned),
      overhead: choice.model.overhead,
      roles: shape.roles,
      ownNames: scene?.ownNames ?? [ownName],
      cut,
    });
    // An estimate may leave out what would have fitted.
    const isHistoryCut = counter.storeAs !== undefined && prompt.turnsDropped && !told.includes(WINDOW_TOLD);
    return { prompt, isHistoryCut, counter, newCounts, scene };
  }

  function plainFrame(continued: StoredMessage | undefined): PromptFrame {
    return {
      mandatory: [{ name: 'instructions', content: instructions }],
      ...(continued ? { continued: continued.content, ending: [{ name: 'ending', content: CONTINUE_NUDGE }] } : {}),
    };
  }

  /** For the next turn; a failure costs only its speed. */
  async function remember(
    { conversationId }: GenerateRequest,
    { prompt, isHistoryCut, counter, newCounts, scene }: Attempt,
  ): Promise<void> {
    try {
      await history.remember(conversationId, {
        cut: prompt.cut ?? null,
        ...(isHistoryCut ? { told: WINDOW_TOLD } : {}),
      });
      if (counter.storeAs !== undefined && newCounts.size > 0)
        await history.setTokens(conversationId, counter.storeAs, newCounts);
      await scene?.settle();
    } catch (error) {
      logger.warn({ err: error, conversationId }, 'what a prompt teaches of its conversation could not be stored');
    }
  }

  return async (request) => {
    const { model } = request.choice;
    let shape: Shape = model;
    let { isRepeat } = request;
    for (;;) {
      let attempt: Attempt | undefined;
      let hasBegun = false;
      let finished: FinishReason | undefined;
      let remembering: Promise<void> | undefined;
      const makePrompt = async () => {
        attempt = await assemble(request, shape);
        return completionOf(request, attempt.prompt, await Promise.all(request.pictures.map(({ load }) => load())));
      };
      try {
        const open = () => {
          const once = tryOnce(request, { makePrompt, isRepeat });
          isRepeat = true;
          return once;
        };
        const events = streamWithRetry(open, { clock, signal: request.signal });
        for await (const event of events) {
          if (event.type === 'limit' || !attempt) continue;
          if (!hasBegun) {
            hasBegun = true;
            teach(model, shape);
            request.onBegun({ isQuestionCut: attempt.prompt.isCurrentCut, isHistoryCut: attempt.isHistoryCut });
            remembering = remember(request, attempt);
          }
          if (event.type === 'text') {
            if (!request.onText(event.text)) continue;
            finished = 'stop';
            break;
          } else if (event.type === 'reasoning') request.onReasoning(event.text);
          else if (event.type === 'finish') finished = event.reason;
          else observe(request, attempt, event.promptTokens);
        }
        if (finished) return finished;
        throw new CompletionError('cut');
      } catch (error) {
        // Complete, whatever became of the connection afterwards.
        if (finished) return finished;
        if (error instanceof CompletionError && error.kind === 'unauthorized')
          await upstreams.noteKey(request.upstream, 'refused');
        const adapted = hasBegun || !attempt ? undefined : adapt(shape, error, { model, prompt: attempt.prompt });
        if (!adapted) throw error;
        shape = adapted;
      } finally {
        await remembering;
      }
    }
  };

  /** Estimates teach nothing of the tokenizer, nor do pictures, which each model counts in its own way. */
  function observe({ choice, pictures }: GenerateRequest, { prompt, counter }: Attempt, promptTokens: number): void {
    if (counter.storeAs === undefined || pictures.length > 0) return;
    learned.observe(choice.model, { counted: prompt.countedTokens, promptTokens });
  }

  /** What made the model answer, where it differs from what was thought of it. */
  function teach(model: Model, { learnedLength, roles }: Shape): void {
    if (learnedLength !== undefined) learned.teach(model.id, { contextLength: learnedLength });
    if (model.roles.system && !roles.system) learned.teach(model.id, { takesSystemRole: false });
    if (model.roles.mode !== 'strict' && roles.mode === 'strict') learned.teach(model.id, { mustAlternate: true });
  }
}

interface Attempt {
  prompt: AssembledPrompt;
  isHistoryCut: boolean;
  counter: TokenCounter;
  /** Of messages that had none stored. */
  newCounts: NewCounts;
  scene: PreparedScene | undefined;
}

/** Tells the personas of one conversation apart; a persona alone needs no name before its words. */
function speakerPrefix({ author }: StoredMessage, speaking: Speaking | undefined): string | undefined {
  const isAlone = (speaking?.members.length ?? 1) === 1;
  const isOwn = author.id === (speaking?.speaker.ref ?? ASSISTANT_ID);
  return isAlone && isOwn ? undefined : `${author.name}: `;
}

function completionOf(
  { choice, stop = [] }: GenerateRequest,
  prompt: AssembledPrompt,
  pictures: readonly string[],
): CompletionRequest {
  const { maxReplyTokens: _, ...sampling } = choice.sampling;
  return {
    ...sampling,
    ...(stop.length > 0 ? { stop: [...stop] } : {}),
    model: choice.model.id,
    messages: withPictures(prompt.messages, pictures),
    maxTokens: prompt.maxTokens,
  };
}

/** They go with the newest message, which is the last. */
function withPictures(messages: CompletionMessage[], pictures: readonly string[]): CompletionMessage[] {
  const last = messages.at(-1);
  if (pictures.length === 0 || !last || typeof last.content !== 'string') return messages;
  const parts = pictures.map((url) => ({ type: 'image_url' as const, image_url: { url } }));
  return [...messages.slice(0, -1), { role: last.role, content: [{ type: 'text', text: last.content }, ...parts] }];
}

/** The shape to try next, if the error says that the model takes less than was thought. Each step only takes away. */
function adapt(shape: Shape, error: unknown, refused: Refused): Shape | undefined {
  if (!(error instanceof CompletionError)) return undefined;
  const { roles } = shape;
  switch (error.kind) {
    case 'context-overflow':
      return shorter(shape, error.contextLength, refused);
    case 'roles-must-alternate':
      if (roles.mode !== 'strict' && !alternate(refused.prompt.messages))
        return { ...shape, roles: { ...roles, mode: 'strict' } };
      // What disturbs them is the system message: the oldest templates count it as one of the turns.
      return roles.system ? { ...shape, roles: { ...roles, system: false } } : undefined;
    case 'system-role-refused':
      return roles.system ? { ...shape, roles: { ...roles, system: false } } : undefined;
    default:
      return undefined;
  }
}

/** User and assistant in turns, behind the system message. */
function alternate(messages: readonly PromptMessage[]): boolean {
  const turns = messages[0]?.role === 'system' ? messages.slice(1) : messages;
  return turns.every(({ role }, index) => role === (index % 2 === 0 ? 'user' : 'assistant'));
}

function shorter(shape: Shape, named: number | undefined, { model, prompt }: Refused): Shape | undefined {
  if (named !== undefined && named < shape.contextLength)
    return { ...shape, contextLength: named, learnedLength: named };
  const { shrinks = 0 } = shape;
  if (shrinks === MAX_SHRINKS) return undefined;
  const refusedLength = Math.min(shape.contextLength, prompt.promptTokens + prompt.maxTokens);
  const contextLength = Math.floor(refusedLength * SHRUNK_SHARE);
  // A window as long as was thought means that the prompt had more tokens than were counted: the answer's usage tells how
  // many. And what is guessed below an admin's number is no fact about the model, which other servers use too.
  const isFact = named === undefined && model.contextSource !== 'admin';
  return { ...shape, shrinks: shrinks + 1, contextLength, ...(isFact ? { learnedLength: contextLength } : {}) };
}
