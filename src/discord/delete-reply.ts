import { ButtonStyle } from 'discord.js';
import { UserError } from '../core/errors.ts';
import type { Turn } from '../storage/history.ts';
import type { ButtonAction } from './button.ts';
import { changeableTurn } from './reply-actions.ts';
import { onReply } from './reply-buttons.ts';

/** Delete below a reply, and Undo for ten minutes. */
export const replyDeletion: Record<'delete' | 'delete-undo', ButtonAction> = {
  delete: {
    answers: 'private',
    async execute(context) {
      const { id, bot, conversationId, place, show } = context;
      await changeableTurn(onReply(context), id, 'delete');
      await bot.stopReplies((reply) => reply.userMessageId === id && reply.conversationId === conversationId);
      // Only at its end a reply knows all of its messages.
      const reply = await bot.history.removeReply(conversationId, id);
      if (!reply) throw new UserError('missing', 'This reply is no longer in the history.');
      try {
        await show('Deleted: the next replies do not know of it.', [
          { custom_id: `delete-undo:${id}`, label: 'Undo', style: ButtonStyle.Secondary },
        ]);
      } finally {
        await bot.asking.takeDown(place, reply);
      }
    },
  },
  'delete-undo': {
    answers: 'update',
    async execute(context) {
      const { id, bot, place, show } = context;
      // The button stands in a private message, the reply did not.
      const conversationId = place.channelId;
      await changeableTurn(onReply({ ...context, conversationId }), id, 'bring back');
      const turn = requireRestored(await bot.history.restoreReply(conversationId, id));
      await bot.asking.redraw({ turn, where: place, conversationId });
      await show('It is back.');
    },
  },
};

/** @throws UserError if the reply did not come back */
export function requireRestored(outcome: Turn | 'changed' | 'gone'): Turn {
  if (outcome === 'changed') {
    throw new UserError(
      'input',
      'This reply is back already, or another one stands in its place. Delete that one first.',
    );
  }
  if (outcome === 'gone') {
    throw new UserError('missing', 'It is too late to bring this reply back. Regenerate makes a new one.');
  }
  return outcome;
}
