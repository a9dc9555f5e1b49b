import { UserError } from '../core/errors.ts';
import { clip } from '../core/text.ts';
import type { Bot, Person } from './bot.ts';
import type { ButtonAction } from './button.ts';
import type { RunningReplies } from './running.ts';

const REASONING_MAX_LENGTH = 10_000;

/** The buttons below replies: Stop, Retry and Reasoning. */
export function createReplyButtons({ running }: { running: RunningReplies }): Record<string, ButtonAction> {
  return {
    stop: {
      answers: 'update',
      async execute({ id, person }) {
        const reply = running.find((candidate) => candidate.replyId === id);
        if (!reply) throw new UserError('missing', 'This answer is not being written any more.');
        requireOwner(person, reply.ownerId, 'stop');
        running.stop(id);
      },
    },
    retry: {
      answers: 'update',
      async execute({ id, bot, person, conversationId, interaction, acknowledged }) {
        const turn = await findTurn(bot, conversationId, id);
        requireOwner(person, turn.user.author.id, 'retry');
        await bot.asking.again(interaction, { turn, acknowledged });
      },
    },
    reasoning: {
      answers: 'private',
      async execute({ id, bot, conversationId, show }) {
        const { reply } = await findTurn(bot, conversationId, id);
        if (!reply?.reasoning) throw new UserError('missing', 'The reasoning of this answer is no longer stored.');
        await show(clip(reply.reasoning, REASONING_MAX_LENGTH));
      },
    },
  };
}

async function findTurn(bot: Bot, conversationId: string, messageId: string) {
  const turn = await bot.history.find(conversationId, messageId);
  if (!turn) throw new UserError('missing', 'This part of the conversation is no longer in the history.');
  return turn;
}

function requireOwner(person: Person, ownerId: string, what: string): void {
  if (person.id === ownerId || person.isModerator) return;
  throw new UserError('permission', `Only the person who asked, or a moderator, can ${what} this answer.`);
}
