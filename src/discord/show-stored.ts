import type { EditClock } from '../chat/edit-clock.ts';
import { finishedReply, standing } from '../chat/finish-turn.ts';
import { ASSISTANT_ID } from '../chat/generate.ts';
import { createReplyStream } from '../chat/reply-stream.ts';
import type { ReplyTarget } from '../chat/reply-target.ts';
import { UserError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { Turn } from '../storage/history.ts';

/**
 * Shows a stored reply, in place of what its messages show.
 *
 * @throws whatever Discord refuses
 */
export type ShowStored = (request: {
  turn: Turn;
  conversationId: string;
  /** That of the messages which show it. */
  target: ReplyTarget;
  /** Stands above it. */
  heading?: string;
  isPrivate?: boolean;
}) => Promise<void>;

export function createShowStored({ editClock, logger }: { editClock: EditClock; logger: Logger }): ShowStored {
  return async ({ turn: { user, reply }, conversationId, target, heading = '', isPrivate = false }) => {
    if (!reply) throw new UserError('missing', 'This reply is no longer in the history.');
    const stream = createReplyStream({
      target,
      editClock,
      heading,
      controls: [],
      ownName: '',
      onError: (error) => logger.warn({ err: error, conversationId }, 'a reply could not be shown'),
    });
    await stream.finish(
      finishedReply({
        ...standing(reply),
        isPersona: reply.author.id !== ASSISTANT_ID,
        isPrivate,
        ending: { canRetry: false },
        replyId: reply.id,
        userMessageId: user.id,
      }),
    );
  };
}
