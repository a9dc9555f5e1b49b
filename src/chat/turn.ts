import { CompletionError } from '../completions/errors.ts';
import type { FinishReason } from '../completions/events.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { Tokenizers } from '../models/tokens.ts';
import { speakerName } from '../prompt/speaker.ts';
import type { History, StoredMessage } from '../storage/history.ts';
import { requireEyes, reserveRoom } from './admission.ts';
import type { Choice, Choices } from './choices.ts';
import { withTokens } from './counted-turns.ts';
import type { EditClock } from './edit-clock.ts';
import { type Ending, endingOf, notesOf, withNotes } from './ending.ts';
import { createFinishTurn } from './finish-turn.ts';
import type { Generate, PictureSource } from './generate.ts';
import type { Place } from './place.ts';
import { createReplyShape } from './reply-shape.ts';
import { createReplyStream, type ReplyStream } from './reply-stream.ts';
import type { ReplyTarget } from './reply-target.ts';
import type { Speaking } from './scene-prompt.ts';
import { spokenBefore } from './spoken.ts';
import { stopStringsOf } from './stop-strings.ts';
import type { Upstream, Upstreams } from './upstreams.ts';
import { tellPlace } from './waiting.ts';

export interface TurnRequest {
  conversationId: string;
  /** Identifies the reply on its buttons, in its mark and in the history. */
  replyId: string;
  user: StoredMessage;
  kind: TurnKind;
  /** The reply that is there already. */
  earlier?: StoredMessage | undefined;
  /** The persona that speaks; without one the assistant does. */
  speaking?: Speaking | undefined;
  /** Whose settings hold. */
  where: Place;
  /** What is stored of them stands in the message. */
  pictures?: PictureSource[] | undefined;
  /** Only the person who asked sees the reply. */
  isPrivate?: boolean | undefined;
  /** Shown above the reply and not part of it. */
  heading: string;
  /** Plain JSON that says where the reply is shown, for the start after a crash. */
  place: (partsShown: number) => unknown;
  target: ReplyTarget;
  /** Aborted with a `TurnStopped`. */
  signal: AbortSignal;
  /** Called before the last edit, with which the buttons of a finished reply appear. */
  onEnding?: (() => void) | undefined;
}

/**
 * `new` stores the user's message; for the others it is stored already. `retry` makes a reply that failed again, `swipe`
 * adds another version, `continue` goes on with the version that is shown.
 */
export type TurnKind = 'new' | 'retry' | 'swipe' | 'continue';

export type { PictureSource } from './generate.ts';
export type { Speaking } from './scene-prompt.ts';

export interface Turns {
  /**
   * Stores the message, has it answered and shows the reply as it grows. Whatever goes wrong after the message is stored
   * is said in the place of the reply.
   *
   * @throws UserError if there is no model or no room in the line, or if the model takes no pictures; then nothing was stored.
   */
  run(request: TurnRequest): Promise<void>;
}

export interface TurnsOptions {
  history: History;
  choices: Pick<Choices, 'of'>;
  upstreams: Pick<Upstreams, 'of'>;
  tokenizers: Tokenizers;
  generate: Generate;
  editClock: EditClock;
  clock: Clock;
  logger: Logger;
  ownName: string;
}

/** All that a turn works with, once it is known who answers. */
interface Answering {
  request: TurnRequest;
  /** With its tokens, if they are exact. */
  user: StoredMessage;
  choice: Choice;
  upstream: Upstream;
  stream: ReplyStream;
  others: string[];
  /** Small print below the reply. */
  notes: string[];
  /** Gives back what is reserved in the line. */
  leaveRoom: () => void;
}

/** Begins what was told of a chosen model that is not served. */
const MISSING_TOLD = 'missing:';

export function createTurns(options: TurnsOptions): Turns {
  const { history, choices, upstreams, tokenizers, generate, editClock, clock, logger, ownName } = options;
  const finishTurn = createFinishTurn(options);

  async function run(request: TurnRequest): Promise<void> {
    const { conversationId, replyId, user, where, pictures = [] } = request;
    const upstream = await upstreams.of(where.guildId);
    const choice = await choices.of(where, user.model);
    if (pictures.length > 0) requireEyes(upstream, choice);
    const { channelId, guildId } = where;
    const leaveRoom = reserveRoom(upstream, { personId: user.author.id, channelId, guildId, kind: 'person' }, choice);
    try {
      const counter = tokenizers.counterFor(choice.model.tokenizer);
      const message = request.kind === 'new' ? await withTokens(user, counter) : undefined;
      const inFlight = { replyId, userMessageId: user.id, startedAt: clock.now(), place: request.place(0) };
      await history.beginTurn(conversationId, { message, inFlight });
      const notes = await missingModelNotes(conversationId, choice);
      const others = await othersOf(request);
      const stream = openStream(request, others);
      const answering = { request, user: message ?? user, choice, upstream, stream, others, notes, leaveRoom };
      const ending = await answer(answering);
      const { model } = answering.choice;
      await finishTurn({ request, model, stream, ending: withNotes(ending, notes) });
    } finally {
      leaveRoom();
    }
  }

  /** The names under which others speak: a persona does not write their lines. */
  async function othersOf({ conversationId, user, speaking }: TurnRequest): Promise<string[]> {
    if (!speaking) return [];
    const { memberNames } = await spokenBefore(history, { conversationId, user }, 0);
    const personas = speaking.members.map(({ name }) => name).filter((name) => name !== speaking.speaker.name);
    const ownNames = speaking.members.map(({ name }) => name);
    return [...memberNames.map((name) => speakerName(name, ownNames)), ...personas];
  }

  function openStream(request: TurnRequest, others: string[]): ReplyStream {
    const { conversationId, replyId, speaking } = request;
    return createReplyStream({
      target: request.target,
      editClock,
      heading: request.heading,
      controls: [{ action: 'stop', id: replyId }],
      ownName: speaking?.speaker.name ?? ownName,
      continues: request.kind === 'continue' ? request.earlier : undefined,
      shape:
        speaking &&
        createReplyShape({
          speaker: [speaking.speaker.name, speaking.speaker.persona.name],
          others,
          emotions: speaking.emotions ?? [],
        }),
      onCreated(partsShown) {
        history
          .updateInFlight(conversationId, replyId, request.place(partsShown))
          .catch((error: unknown) =>
            logger.warn({ err: error, conversationId }, 'the place of a reply was not stored'),
          );
      },
      onError: (error) => logger.warn({ err: error, conversationId }, 'a reply could not be shown while it grew'),
    });
  }

  /** Said once in a conversation, until the model is back; of a question's own model, with each of its replies. */
  async function missingModelNotes(conversationId: string, { missing, model }: Choice): Promise<string[]> {
    if (missing?.origin === 'question') return [goneNote(missing.id, model.id)];
    const fact = missing && `${MISSING_TOLD}${missing.id}`;
    try {
      const { told } = await history.recall(conversationId);
      const untold = told.filter((earlier) => earlier.startsWith(MISSING_TOLD) && earlier !== fact);
      const isNew = fact !== undefined && !told.includes(fact);
      if (untold.length > 0 || isNew)
        await history.remember(conversationId, { told: isNew ? fact : undefined, untold });
      if (!missing || !isNew) return [];
    } catch (error) {
      // The question is stored and waits for its answer; told once too often is better than none.
      logger.warn({ err: error, conversationId }, 'what was told of a missing model could not be stored');
      if (!missing) return [];
    }
    return [`${goneNote(missing.id, model.id)} It answers again when it is back; \`/models use\` chooses another one.`];
  }

  async function answer(answering: Answering): Promise<Ending> {
    const { upstream, stream, notes } = answering;
    const isEmpty = () => stream.read({ finished: true }).text === '';
    try {
      const reason = await ask(answering).catch(async (error: unknown) => {
        const other = isModelMissing(error) && isEmpty() ? await otherModel(answering) : undefined;
        if (!other) throw error;
        notes.push(goneNote(answering.choice.model.id, other.model.id));
        answering.choice = other;
        return ask(answering, { isRepeat: true });
      });
      return endingOf({ reason, isEmpty: isEmpty() });
    } catch (error) {
      return endingOf({ error, isEmpty: isEmpty(), isServerKey: upstream.id !== 'operator', logger });
    }
  }

  /** Who answers in the place of a model that is gone since the last look at the list; undefined if nobody else does. */
  async function otherModel({ request, user, choice, upstream }: Answering): Promise<Choice | undefined> {
    const { where, pictures = [], signal, conversationId } = request;
    try {
      await upstream.catalog.refresh({ signal });
      const other = await choices.of(where, user.model);
      if (other.model.id === choice.model.id || (pictures.length > 0 && !other.model.takesPictures)) return undefined;
      await missingModelNotes(conversationId, other);
      return other;
    } catch (error) {
      logger.warn({ err: error, conversationId }, 'the models could not be listed after one was gone');
      return undefined;
    }
  }

  async function ask(answering: Answering, { isRepeat = false } = {}): Promise<FinishReason> {
    const { request, user, choice, upstream, stream, others, notes, leaveRoom } = answering;
    const { conversationId, where, pictures = [], speaking, signal } = request;
    const continued = request.kind === 'continue' ? request.earlier : undefined;
    let waiting: AbortController | undefined;
    try {
      return await generate({
        conversationId,
        user,
        place: where,
        choice,
        upstream,
        speaking,
        continued,
        stop:
          speaking &&
          stopStringsOf({ speaker: speaking.speaker.name, participants: others, own: choice.sampling.stop ?? [] }),
        pictures,
        isRepeat,
        signal,
        onText(text) {
          stream.write(text);
          return stream.isOver;
        },
        onReasoning: stream.writeReasoning,
        onEntered: leaveRoom,
        onWaiting(inLine) {
          waiting = new AbortController();
          void tellPlace(inLine, { show: stream.wait, clock, signal: waiting.signal });
        },
        onStart: () => waiting?.abort(),
        onBegun: (facts) => void notes.push(...notesOf(facts)),
      });
    } finally {
      waiting?.abort();
    }
  }

  return { run };
}

function isModelMissing(error: unknown): boolean {
  return error instanceof CompletionError && error.kind === 'model-missing';
}

function goneNote(gone: string, instead: string): string {
  return `\`${gone}\` is not served any more: \`${instead}\` answers instead.`;
}
