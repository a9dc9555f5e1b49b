import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { Model } from '../models/catalog.ts';
import type { Tokenizers } from '../models/tokens.ts';
import { type History, type StoredMessage, SWIPES_MAX } from '../storage/history.ts';
import { withTokens } from './counted-turns.ts';
import { type Ending, unsavedEnding } from './ending.ts';
import { ASSISTANT_ID } from './generate.ts';
import { PlaceGone } from './place-gone.ts';
import { controlsOf } from './reply-controls.ts';
import type { ReplyStream } from './reply-stream.ts';
import type { TurnRequest } from './turn.ts';

/** A reply that the model has ended, or something else has. */
export interface EndedReply {
  request: TurnRequest;
  model: Model;
  stream: ReplyStream;
  ending: Ending;
}

/** Stores a reply and shows its last form. Never rejects. */
export type FinishTurn = (ended: EndedReply) => Promise<void>;

export interface FinishTurnOptions {
  history: History;
  tokenizers: Tokenizers;
  clock: Clock;
  logger: Logger;
  ownName: string;
}

// Discord's client has tried three times by then.
const LAST_EDIT_WAITS_MS = [1_000, 2_000, 4_000, 8_000, 16_000];

/** The reply is stored before its last edit, and its mark goes after it: a crash in between is mended at the start. */
export function createFinishTurn(options: FinishTurnOptions): FinishTurn {
  const { history, tokenizers, clock, logger, ownName } = options;

  async function store(
    { request, model, ending }: EndedReply,
    { text, reasoning, emotion }: ReturnType<ReplyStream['read']>,
  ): Promise<Ending> {
    const { conversationId, replyId, user, target } = request;
    const { speaking, kind } = request;
    const reply: StoredMessage = {
      id: replyId,
      role: 'assistant',
      author: speaking
        ? { id: speaking.speaker.ref, name: speaking.speaker.name }
        : { id: ASSISTANT_ID, name: ownName },
      content: text,
      discordMessageIds: [...target.messageIds],
      at: clock.now(),
      replyTo: user.id,
      model: model.id,
      finish: ending.finish,
      ...(reasoning === '' ? {} : { reasoning }),
      ...(emotion === undefined ? {} : { expression: emotion }),
    };
    try {
      const counted = await withTokens(reply, tokenizers.counterFor(model.tokenizer));
      const outcome = await history.storeReply(conversationId, counted, kind === 'swipe' ? { keeps: 'swipes' } : {});
      // The question was forgotten meanwhile: there is nothing to make another reply to.
      return outcome === 'gone' ? { ...ending, canRetry: false } : ending;
    } catch (error) {
      return unsavedEnding(ending, error, logger);
    }
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

  /** If it cannot be removed, the next start finds the reply whole and writes the same once more. */
  async function removeMark({ conversationId, replyId, target }: TurnRequest, shownReplyId: string): Promise<void> {
    try {
      const patch = { discordMessageIds: [...target.messageIds] };
      if (shownReplyId !== replyId) await history.amendReply(conversationId, shownReplyId, patch);
      await history.endTurn(conversationId, replyId, patch);
    } catch (error) {
      logger.error({ err: error, conversationId, replyId }, 'the mark of a finished reply could not be removed');
    }
  }

  return async (ended) => {
    const { request, model, stream } = ended;
    const { conversationId, user } = request;
    const wrote = stream.read({ finished: true });
    const ending = wrote.text === '' ? ended.ending : await store(ended, wrote);
    request.onEnding?.();
    const stands = whatStands(ended, wrote);
    const last = finishedReply({ ...stands, ending, userMessageId: user.id });
    if (await showLast(request, stream, last)) await removeMark(request, stands.replyId);
    logger.info({ conversationId, model: model.id, finish: ending.finish }, 'turn ended');
  };
}

/** Another version that got no words leaves the one that is there. */
function whatStands({ request }: EndedReply, wrote: ReturnType<ReplyStream['read']>) {
  const { kind, earlier, speaking, replyId, isPrivate = false } = request;
  const who = { isPersona: speaking !== undefined, isPrivate };
  if (wrote.text === '' && earlier && kind !== 'retry') return { ...standing(earlier), replyId: earlier.id, ...who };
  const { index, count } = swipeOf(earlier);
  const swipe =
    kind === 'swipe' && earlier
      ? { index: Math.min(count, SWIPES_MAX - 1), count: Math.min(count + 1, SWIPES_MAX) }
      : { index, count };
  return { ...wrote, swipe, replyId, ...who };
}

/** What of a stored reply is shown. */
export function standing(reply: StoredMessage) {
  const { content: text, reasoning = '', expression: emotion } = reply;
  return { text, reasoning, emotion, swipe: swipeOf(reply) };
}

function swipeOf(reply: StoredMessage | undefined): { index: number; count: number } {
  return { index: reply?.swipe ?? 0, count: reply?.swipes?.length ?? 1 };
}

/** The final form of a reply: its text, what is to be said of its ending, and the buttons that make sense now. */
export function finishedReply({
  text,
  reasoning,
  emotion,
  swipe = { index: 0, count: 1 },
  isPersona,
  isPrivate,
  ending,
  replyId,
  userMessageId,
}: {
  text: string;
  reasoning: string;
  emotion?: string | undefined;
  swipe?: { index: number; count: number } | undefined;
  isPersona: boolean;
  isPrivate: boolean;
  ending: Pick<Ending, 'notice' | 'canRetry'>;
  replyId: string;
  userMessageId: string;
}) {
  // A persona's reply has this button in the place of Retry.
  const told = isPersona && text !== '' ? ending.notice?.replaceAll(/(press) Retry/gi, '$1 Regenerate') : ending.notice;
  const notice = told && (text === '' ? told : `\n\n-# ${told}`);
  return {
    text: notice ? `${text.trimEnd()}${notice}` : text,
    emotion,
    controls: controlsOf({
      userMessageId,
      replyId,
      hasText: text !== '',
      hasReasoning: reasoning !== '',
      canRetry: ending.canRetry,
      isPersona,
      isPrivate,
      swipe,
    }),
  };
}
