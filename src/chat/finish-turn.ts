import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { Model } from '../models/catalog.ts';
import type { Tokenizers } from '../models/tokens.ts';
import type { History, StoredMessage } from '../storage/history.ts';
import { withTokens } from './counted-turns.ts';
import { type Ending, unsavedEnding } from './ending.ts';
import { PlaceGone } from './place-gone.ts';
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
    { text, reasoning }: { text: string; reasoning: string },
  ): Promise<Ending> {
    const { conversationId, replyId, user, target } = request;
    const reply: StoredMessage = {
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
    };
    try {
      const counted = await withTokens(reply, tokenizers.counterFor(model.tokenizer));
      const outcome = await history.storeReply(conversationId, counted);
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
  async function removeMark({ conversationId, replyId, target }: TurnRequest): Promise<void> {
    try {
      await history.endTurn(conversationId, replyId, { discordMessageIds: [...target.messageIds] });
    } catch (error) {
      logger.error({ err: error, conversationId, replyId }, 'the mark of a finished reply could not be removed');
    }
  }

  return async (ended) => {
    const { request, model, stream } = ended;
    const { conversationId, replyId, user } = request;
    const { text, reasoning } = stream.read({ finished: true });
    const ending = text === '' ? ended.ending : await store(ended, { text, reasoning });
    request.onEnding?.();
    const last = finishedReply({ text, reasoning, ending, replyId, userMessageId: user.id });
    if (await showLast(request, stream, last)) await removeMark(request);
    logger.info({ conversationId, model: model.id, finish: ending.finish }, 'turn ended');
  };
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
