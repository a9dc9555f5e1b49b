import { UserError } from '../core/errors.ts';
import type { StoredMessage, Turn } from '../storage/history.ts';
import type { Bot, Person } from './bot.ts';
import type { RunningReplies } from './running.ts';

/** What a person did to a reply, wherever they did it. */
export interface OnReply {
  bot: Bot;
  person: Person;
  guildId: string | undefined;
  conversationId: string;
}

/**
 * The turn of a reply that this person may change: theirs, any for moderators, and everybody's where the server says so.
 *
 * @param id of the user's message, as buttons have it
 * @throws UserError `missing` or `permission`
 */
export async function changeableTurn(on: OnReply, id: string, what: string): Promise<Turn> {
  const turn = await on.bot.history.find(on.conversationId, id);
  return requireChangeable(on, turn, what);
}

/** @throws UserError `missing` or `permission` */
export async function requireChangeable(on: OnReply, turn: Turn | undefined, what: string): Promise<Turn> {
  if (!turn) throw new UserError('missing', 'This part of the conversation is no longer in the history.');
  const { bot, person, guildId } = on;
  if (person.id === turn.user.author.id || person.isModerator) return turn;
  const { controls = 'asker' } = guildId === undefined ? {} : await bot.settings.read({ guildId });
  if (controls === 'everyone') return turn;
  throw new UserError('permission', `Only the person who asked, or a moderator, can ${what} this reply.`);
}

/** Whether a reply to the message of this id is being written. One whose last edit is on its way is waited for. */
export async function isBeingWritten(
  running: Pick<RunningReplies, 'find' | 'endOf'>,
  { conversationId, id }: { conversationId: string; id: string },
): Promise<boolean> {
  const reply = running.find((one) => one.userMessageId === id && one.conversationId === conversationId);
  if (!reply) return false;
  const end = running.endOf(reply.replyId);
  await end;
  return end === undefined;
}

/** @throws UserError `missing` */
export function replyOf({ reply }: Turn): StoredMessage {
  if (!reply) throw new UserError('missing', 'This reply is no longer in the history.');
  return reply;
}
