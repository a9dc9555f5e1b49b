import { createHash } from 'node:crypto';
import { UserError } from '../core/errors.ts';
import type { StoredMessage, Turn } from '../storage/history.ts';
import type { OpeningContext } from './button.ts';
import type { Modal, ModalAction, ModalInput } from './modal.ts';
import { changeableTurn, isBeingWritten, replyOf } from './reply-actions.ts';
import { onReply } from './reply-buttons.ts';
import type { RunningReplies } from './running.ts';

/** What Discord takes in one field of a form. */
const FIELD_MAX_LENGTH = 4_000;
const HASH_LENGTH = 12;

/** Opens the words of a reply for editing. */
export async function openEditForm(
  context: Pick<OpeningContext, 'id' | 'showModal' | 'bot' | 'person' | 'place' | 'conversationId'>,
): Promise<void> {
  const turn = await changeableTurn(onReply(context), context.id, 'edit');
  await context.showModal(editForm(turn));
}

/** @throws UserError `input` for a reply that is too long for a form */
export function editForm(turn: Turn): Modal<ModalInput> {
  const reply = replyOf(turn);
  const { content } = reply;
  if (content.length > FIELD_MAX_LENGTH) {
    throw new UserError(
      'input',
      `This reply has ${content.length} characters, and Discord’s forms take ${FIELD_MAX_LENGTH}. Regenerate it, or delete it.`,
    );
  }
  return {
    custom_id: `edit-reply:${turn.user.id}:${versionOf(reply)}`,
    title: 'Edit the reply',
    inputs: {
      text: {
        label: 'What the reply says',
        value: content,
        isLong: true,
        isRequired: true,
        maxLength: FIELD_MAX_LENGTH,
      },
    },
  };
}

/** What is submitted becomes the version that is shown, if that is still the one which was edited. */
export function createReplyEdit({ running }: { running: Pick<RunningReplies, 'find' | 'endOf'> }): ModalAction {
  return {
    answers: 'private',
    async execute({ id: written, bot, person, place, conversationId, fields, show }) {
      const [id = '', version] = written.split(':');
      const content = (fields['text'] ?? '').trim();
      if (content === '') throw new UserError('input', 'A reply cannot be empty. To take it away, press Delete.');
      const isInTheWay = await isBeingWritten(running, { conversationId, id });
      const turn = await changeableTurn(onReply({ bot, person, place, conversationId }), id, 'edit');
      const reply = replyOf(turn);
      if (isInTheWay || versionOf(reply) !== version) {
        const why = isInTheWay ? 'A new version is on its way' : 'The reply has other words by now';
        return show(`${why}, so nothing was changed. Press Edit again when it stands there. You wrote:\n${content}`);
      }
      await bot.history.amendReply(conversationId, reply.id, { content });
      await bot.asking.redraw({
        turn: { user: turn.user, reply: (await bot.history.find(conversationId, id))?.reply },
        where: place,
        conversationId,
      });
      await show('Edited. The next replies know the new words.');
    },
  };
}

/** Another one once other words are shown, be it another version, or that somebody went on with this one or edited it. */
function versionOf({ content, swipe = 0 }: StoredMessage): string {
  return `${swipe}.${createHash('sha256').update(content).digest('base64url').slice(0, HASH_LENGTH)}`;
}
