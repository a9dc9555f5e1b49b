import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { Catalog, Model } from '../models/catalog.ts';
import type { History, StoredMessage } from '../storage/history.ts';
import type { EditClock } from './edit-clock.ts';
import { type Ending, endingOf, unsavedEnding } from './ending.ts';
import type { Generate } from './generate.ts';
import { PlaceGone } from './place-gone.ts';
import { createReplyStream, type ReplyStream } from './reply-stream.ts';
import type { ReplyTarget } from './reply-target.ts';

export interface TurnRequest {
  conversationId: string;
  /** Identifies the reply on its buttons, in its mark and in the history. */
  replyId: string;
  user: StoredMessage;
  /** The user's message is stored already, and its reply is made again. */
  isRetry: boolean;
  /** As typed; without it the default model answers. */
  modelName?: string | undefined;
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

export interface Turns {
  /**
   * Stores the message, has it answered and shows the reply as it grows. Whatever goes wrong after the message is stored
   * is said in the place of the reply.
   *
   * @throws UserError for an unknown model; then nothing was stored.
   */
  run(request: TurnRequest): Promise<void>;
}

export interface TurnsOptions {
  history: History;
  catalog: Catalog;
  generate: Generate;
  editClock: EditClock;
  clock: Clock;
  logger: Logger;
  ownName: string;
}

// Discord's client has tried three times by then.
const LAST_EDIT_WAITS_MS = [1_000, 2_000, 4_000, 8_000, 16_000];

export function createTurns(options: TurnsOptions): Turns {
  const { history, catalog, generate, editClock, clock, logger, ownName } = options;

  async function run(request: TurnRequest): Promise<void> {
    const { conversationId, replyId, user, target } = request;
    const model = catalog.find(request.modelName);
    await history.beginTurn(conversationId, {
      ...(request.isRetry ? {} : { message: user }),
      inFlight: { replyId, userMessageId: user.id, startedAt: clock.now(), place: request.place(0) },
    });
    const renewPlace = (partsShown: number) => {
      history
        .updateInFlight(conversationId, replyId, request.place(partsShown))
        .catch((error: unknown) => logger.warn({ err: error, conversationId }, 'the place of a reply was not stored'));
    };
    const stream = createReplyStream({
      target,
      editClock,
      heading: request.heading,
      controls: [{ action: 'stop', id: replyId }],
      ownName,
      onCreated: renewPlace,
      onError: (error) => logger.warn({ err: error, conversationId }, 'a reply could not be shown while it grew'),
    });
    const ending = await answer(request, model, stream);
    await storeAndShow(request, model, stream, ending);
  }

  async function answer(request: TurnRequest, model: Model, stream: ReplyStream): Promise<Ending> {
    try {
      const generated = await generate({ ...request, model, onText: stream.write, onReasoning: stream.writeReasoning });
      return endingOf({ ...generated, isEmpty: stream.read({ finished: true }).text === '' });
    } catch (error) {
      return endingOf({ error, isEmpty: stream.read({ finished: true }).text === '', logger });
    }
  }

  /** The reply is stored before its last edit, and its mark goes after it: a crash in between is mended at the start. */
  async function storeAndShow(request: TurnRequest, model: Model, stream: ReplyStream, ended: Ending): Promise<void> {
    const { conversationId, replyId, user } = request;
    const { text, reasoning } = stream.read({ finished: true });
    const ending = text === '' ? ended : await store(request, model, { text, reasoning, ending: ended });
    request.onEnding?.();
    const isSettled = await showLast(
      request,
      stream,
      finishedReply({ text, reasoning, ending, replyId, userMessageId: user.id }),
    );
    if (isSettled) await removeMark(request);
    logger.info({ conversationId, model: model.id, finish: ending.finish }, 'turn ended');
  }

  /** False if Discord did not take the last edit: the mark stays, and the next start shows the reply once more. */
  async function showLast(
    { conversationId }: TurnRequest,
    stream: ReplyStream,
    last: Parameters<ReplyStream['finish']>[0],
  ): Promise<boolean> {
    for (const waitMs of [...LAST_EDIT_WAITS_MS, undefined]) {
      try {
        await stream.finish(last);
        return true;
      } catch (error) {
        if (error instanceof PlaceGone) {
          logger.warn({ err: error.cause, conversationId }, 'the place of a reply is gone, or closed to the bot');
          return true;
        }
        logger.warn({ err: error, conversationId }, 'the last edit of a reply failed');
        if (waitMs !== undefined) await clock.sleep(waitMs);
      }
    }
    return false;
  }

  async function store(
    { conversationId, replyId, user, target }: TurnRequest,
    model: Model,
    { text, reasoning, ending }: { text: string; reasoning: string; ending: Ending },
  ): Promise<Ending> {
    try {
      const outcome = await history.storeReply(conversationId, {
        id: replyId,
        role: 'assistant',
        author: { id: 'self', name: ownName },
        content: text,
        discordMessageIds: [...target.messageIds],
        at: clock.now(),
        replyTo: user.id,
        model: model.id,
        finish: ending.finish,
        ...(reasoning === '' ? {} : { reasoning }),
      });
      // The question was forgotten meanwhile: there is nothing to make another reply to.
      return outcome === 'gone' ? { ...ending, canRetry: false } : ending;
    } catch (error) {
      return unsavedEnding(ending, error, logger);
    }
  }

  /** If it cannot be removed, the next start finds the reply whole and writes the same once more. */
  async function removeMark({ conversationId, replyId, target }: TurnRequest): Promise<void> {
    try {
      await history.endTurn(conversationId, replyId, { discordMessageIds: [...target.messageIds] });
    } catch (error) {
      logger.error({ err: error, conversationId, replyId }, 'the mark of a finished reply could not be removed');
    }
  }

  return { run };
}

/** The final form of a reply: its text, what is to be said of its ending, and the buttons that make sense now. */
export function finishedReply({
  text,
  reasoning,
  ending,
  replyId,
  userMessageId,
}: {
  text: string;
  reasoning: string;
  ending: Pick<Ending, 'notice' | 'canRetry'>;
  replyId: string;
  userMessageId: string;
}) {
  const notice = ending.notice && (text === '' ? ending.notice : `\n\n-# ${ending.notice}`);
  return {
    text: notice ? `${text.trimEnd()}${notice}` : text,
    controls: [
      ...(ending.canRetry ? [{ action: 'retry' as const, id: userMessageId }] : []),
      ...(reasoning !== '' && text !== '' ? [{ action: 'reasoning' as const, id: replyId }] : []),
    ],
  };
}
