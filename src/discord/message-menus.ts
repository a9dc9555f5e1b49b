import { ButtonStyle } from 'discord.js';
import { UserError } from '../core/errors.ts';
import type { Turn } from '../storage/history.ts';
import type { ButtonAction } from './button.ts';
import { editForm } from './edit-reply.ts';
import type { MessageMenu, MessageMenuContext, TargetMessage } from './message-menu.ts';
import { requireChangeable } from './reply-actions.ts';
import { onReply } from './reply-buttons.ts';
import { reportMenu } from './report/menu.ts';
import type { ShownReply } from './shown-reply.ts';

const replyMenus: readonly MessageMenu[] = [
  {
    name: 'Regenerate',
    answers: 'private',
    async execute(context) {
      const { bot, place, conversationId, message, show } = context;
      const turn = await turnOf(context, 'regenerate');
      const isReply = turn.reply?.discordMessageIds.includes(message.id) ?? false;
      await show(isReply ? 'Another version is on its way.' : 'A reply is on its way.');
      await bot.asking.again({
        kind: turn.reply ? 'swipe' : 'retry',
        turn,
        where: place,
        conversationId,
        message: isReply ? shownOf(message) : undefined,
      });
    },
  },
  {
    name: 'Edit reply',
    answers: 'modal',
    async execute(context) {
      const turn = await turnOf(context, 'edit');
      if (turn.user.discordMessageIds.includes(context.message.id))
        throw new UserError(
          'input',
          'This is what a member wrote: its author edits it in Discord, and the history follows.',
        );
      await context.showModal(editForm(turn));
    },
  },
  {
    name: 'Delete from here',
    answers: 'private',
    async execute(context) {
      const { bot, place, conversationId, message, show } = context;
      const turn = await turnOf(context, 'delete from');
      const keepsUser = !turn.user.discordMessageIds.includes(message.id);
      const newer = await turnsFrom(context, turn);
      for (const later of newer) await requireChangeable(onReply(context), later, 'delete');
      const ids = new Set(newer.map(({ user }) => user.id));
      await bot.stopReplies((one) => one.conversationId === conversationId && ids.has(one.userMessageId));
      const removed = await bot.history.removeFrom(conversationId, turn.user.id, { keepsUser });
      if (!removed) throw new UserError('missing', 'There is nothing to delete from here on.');
      const count = removed.turns.length;
      try {
        await show(
          `Forgotten from here on: ${count} ${count === 1 ? 'turn' : 'turns'}. What members wrote stays on Discord; the next replies do not know of it.`,
          [{ custom_id: `restore-from:${removed.undoId}`, label: 'Undo', style: ButtonStyle.Secondary }],
        );
      } finally {
        for (const { reply } of removed.turns) if (reply) await bot.asking.takeDown(place, reply);
      }
    },
  },
  {
    name: 'Branch from here',
    answers: 'private',
    async execute(context) {
      const { show } = context;
      const turn = await requireTurn(context);
      const { branchFrom } = await import('./branch.ts');
      const { threadId, messages } = await branchFrom(context, turn);
      await show(`The story goes on from here in <#${threadId}>, with ${messages} messages. This one stays as it is.`);
    },
  },
];

/** What the "Apps" menu of a message offers: the same as the buttons of replies, and more. */
export const messageMenus: readonly MessageMenu[] = [...replyMenus, reportMenu];

/** Takes "Delete from here" back. */
export const restoreFrom: ButtonAction = {
  answers: 'update',
  async execute(context) {
    const { id, bot, place, show } = context;
    // The button stands in a private message, what was deleted did not.
    const conversationId = place.channelId;
    for (const user of await bot.history.removedUsers(conversationId, id))
      await requireChangeable(onReply({ ...context, conversationId }), { user }, 'bring back');
    const before = new Set((await newestTurns(context, conversationId)).map(({ reply }) => reply?.id));
    const outcome = await bot.history.restoreRemoved(conversationId, id);
    if (outcome === 'gone')
      throw new UserError('missing', 'It is too late to bring this back: it was kept for ten minutes.');
    if (outcome === 'changed')
      throw new UserError(
        'input',
        'Something was said since, so this cannot come back. Delete that first, and press Undo again.',
      );
    const turns = await newestTurns(context, conversationId);
    await show('It is back in the history; the newest replies are shown again.');
    for (const turn of turns) {
      const { reply } = turn;
      if (reply && !before.has(reply.id)) await bot.asking.redraw({ turn, where: place, conversationId });
    }
  },
};

/** So many of the newest turns; older replies are in the history without messages. */
const SHOWN_AGAIN = 5;

/** Oldest first. */
async function newestTurns({ bot }: Pick<MessageMenuContext, 'bot'>, conversationId: string): Promise<Turn[]> {
  const turns: Turn[] = [];
  for await (const turn of bot.history.newest(conversationId)) {
    turns.unshift(turn);
    if (turns.length >= SHOWN_AGAIN) break;
  }
  return turns;
}

type On = Pick<MessageMenuContext, 'bot' | 'person' | 'place' | 'conversationId' | 'message'>;

async function requireTurn({ bot, conversationId, message }: On): Promise<Turn> {
  const turn = await bot.history.findByDiscordId(conversationId, message.id);
  if (turn) return turn;
  throw new UserError('missing', 'This message is not part of a conversation that I know.');
}

async function turnOf(on: On, what: string): Promise<Turn> {
  return requireChangeable(onReply(on), await requireTurn(on), what);
}

function shownOf({ id, content, webhookId, applicationId, author }: TargetMessage): ShownReply {
  const ids = { webhookId: webhookId ?? null, applicationId: applicationId ?? null };
  return { id, content, ...ids, author: { username: author.name } };
}

/** Oldest first, from this turn on. */
async function turnsFrom({ bot, conversationId }: On, first: Turn): Promise<Turn[]> {
  const turns: Turn[] = [];
  for await (const turn of bot.history.newest(conversationId)) {
    turns.unshift(turn);
    if (turn.user.id === first.user.id) break;
  }
  return turns;
}
