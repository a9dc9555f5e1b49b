import { UserError } from '../core/errors.ts';
import { clip } from '../core/text.ts';
import type { Bot, Person } from './bot.ts';
import type { ButtonAction, ButtonContext } from './button.ts';
import { replyDeletion } from './delete-reply.ts';
import { openEditForm } from './edit-reply.ts';
import { changeableTurn, isBeingWritten, type OnReply, replyOf } from './reply-actions.ts';
import type { RunningReplies } from './running.ts';

const REASONING_MAX_LENGTH = 10_000;

/** The buttons below replies. */
export function createReplyButtons({ running }: { running: RunningReplies }): Record<string, ButtonAction> {
  const again = (kind: 'retry' | 'swipe' | 'continue', what: string): ButtonAction => ({
    answers: 'update',
    async execute(context) {
      const turn = await changeableTurn(onReply(context), context.id, what);
      await makeAgain(context, turn, kind);
    },
  });

  /** On the last version, a step on makes another one; greetings are those of the card, and go round. */
  const turnPages = (step: 1 | -1): ButtonAction => ({
    answers: 'update',
    async execute(context) {
      const { id, bot, conversationId, place, interaction, acknowledged } = context;
      await changeableTurn(onReply(context), id, 'turn between the versions of');
      if (await isBeingWritten(running, { conversationId, id }))
        throw new UserError('input', 'A new version is on its way. Wait for its end, or stop it.');
      const turn = await changeableTurn(onReply(context), id, 'turn between the versions of');
      const { swipe = 0, swipes = [] } = replyOf(turn);
      const count = Math.max(1, swipes.length);
      const isGreeting = (await bot.scenes.read(conversationId))?.greetingTurn === id;
      const index = isGreeting ? (swipe + step + count) % count : Math.max(0, swipe + step);
      if (index >= count) return makeAgain(context, turn, 'swipe');
      const reply = await bot.history.chooseSwipe(conversationId, id, index);
      if (isGreeting) await bot.scenes.update(conversationId, (scene) => scene && { ...scene, greeting: index });
      const { user } = turn;
      await bot.asking.redraw({
        turn: { user, reply },
        where: place,
        conversationId,
        message: interaction.message,
        press: { interaction, acknowledged },
      });
    },
  });

  return {
    stop: {
      answers: 'update',
      async execute({ id, person, conversationId }) {
        const reply = running.find((one) => one.replyId === id && one.conversationId === conversationId);
        if (!reply) throw new UserError('missing', 'This reply is not being written any more.');
        requireOwner(person, reply.ownerId, 'stop');
        running.stop(id);
      },
    },
    retry: again('retry', 'retry'),
    again: again('swipe', 'regenerate'),
    continue: again('continue', 'continue'),
    'swipe-back': turnPages(-1),
    'swipe-on': turnPages(1),
    edit: { answers: 'modal', execute: openEditForm },
    ...replyDeletion,
    reasoning: {
      answers: 'private',
      async execute({ id, bot, conversationId, show }) {
        const reply = await findReply(bot, conversationId, id);
        if (!reply?.reasoning) throw new UserError('missing', 'The reasoning of this reply is no longer stored.');
        await show(clip(reply.reasoning, REASONING_MAX_LENGTH));
      },
    },
  };
}

function makeAgain(
  { bot, place, conversationId, interaction, acknowledged }: ButtonContext,
  turn: Awaited<ReturnType<typeof changeableTurn>>,
  kind: 'retry' | 'swipe' | 'continue',
): Promise<void> {
  const press = { interaction, acknowledged };
  return bot.asking.again({ kind, turn, where: place, conversationId, message: interaction.message, press });
}

export function onReply({
  bot,
  person,
  place,
  conversationId,
}: Pick<ButtonContext, 'bot' | 'person' | 'place' | 'conversationId'>): OnReply {
  return { bot, person, guildId: place.guildId, conversationId };
}

async function findReply(bot: Bot, conversationId: string, messageId: string) {
  const turn = await bot.history.find(conversationId, messageId);
  if (!turn) throw new UserError('missing', 'This part of the conversation is no longer in the history.');
  return turn.reply;
}

function requireOwner(person: Person, ownerId: string, what: string): void {
  if (person.id === ownerId || person.isModerator) return;
  throw new UserError('permission', `Only the person who asked, or a moderator, can ${what} this reply.`);
}
