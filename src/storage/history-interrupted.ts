import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { Edit } from './history-draft.ts';
import { conversationOf, IN_FLIGHT_PREFIX } from './history-keys.ts';
import type { ReplyInFlight } from './history-records.ts';
import type { Store } from './store.ts';

export interface InterruptedReply {
  conversationId: string;
  /** With `interruptedAt`. */
  inFlight: ReplyInFlight;
}

interface InterruptedOptions {
  store: Store;
  clock: Clock;
  logger: Logger;
  edit: Edit;
  /** Whether this process makes the reply itself. */
  isOwn: (replyId: string) => boolean;
}

export async function* interruptedReplies({
  store,
  clock,
  logger,
  edit,
  isOwn,
}: InterruptedOptions): AsyncGenerator<InterruptedReply, void> {
  /** Dates the marks that a crash has left and returns them; deletes the key that led here if there is no mark at all. */
  async function collect(key: string, conversationId: string): Promise<ReplyInFlight[]> {
    return edit(conversationId, async ({ head, changeHead }) => {
      if (head.marks.length === 0) await store.delete([key]);
      const isNew = ({ replyId, interruptedAt }: ReplyInFlight) => !isOwn(replyId) && interruptedAt === undefined;
      const marks = head.marks.map(({ fromPage, inFlight }) => ({
        fromPage,
        inFlight: isNew(inFlight) ? { ...inFlight, interruptedAt: clock.now() } : inFlight,
      }));
      if (head.marks.some(({ inFlight }) => isNew(inFlight))) changeHead({ marks });
      return marks.map(({ inFlight }) => inFlight).filter(({ replyId }) => !isOwn(replyId));
    });
  }

  for await (const key of store.keys(IN_FLIGHT_PREFIX)) {
    const conversationId = conversationOf(key, IN_FLIGHT_PREFIX);
    try {
      for (const inFlight of await collect(key, conversationId)) yield { conversationId, inFlight };
    } catch (error) {
      logger.warn({ err: error, conversationId }, 'the replies that were interrupted could not be read');
    }
  }
}
