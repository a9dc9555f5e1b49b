import { UserError } from '../../core/errors.ts';
import type { StoredMessage } from '../../storage/history.ts';
import type { Bot } from '../bot.ts';
import type { CommandContext } from '../command.ts';
import { findTurn } from '../find-turn.ts';

/** What is reported. */
export interface Reported {
  /** The message on Discord, in the place of the report. */
  messageId: string;
  /** What the history has of it; undefined for what it does not know (any more). */
  known?: { reply: StoredMessage /** Of the user's message of the turn. */; turnId: string } | undefined;
}

/** A link to a message as Discord's client copies it, or the id alone. */
const LINK = /^(?:<?https:\/\/(?:\w+\.)?discord(?:app)?\.com\/channels\/(?:\d+|@me)\/(\d{1,20})\/)?(\d{15,20})>?$/;
/** The newest reply is among these, unless many questions stay without one. */
const LOOKED_AT_MAX = 50;
const ON_MESSAGE = 'Open the menu of the message: **Apps > Report**.';

type Here = Pick<CommandContext, 'bot' | 'place' | 'conversationId'>;

/**
 * The reply that a person means by a link, or the newest one here.
 *
 * @throws UserError
 */
export async function findReported({ bot, place, conversationId }: Here, typed: string | undefined): Promise<Reported> {
  if (typed === undefined) return newestReply(bot, conversationId);
  const [, channelId = place.channelId, messageId] = LINK.exec(typed.trim()) ?? [];
  if (messageId === undefined) {
    throw new UserError(
      'input',
      `This is not a link to a message. Copy one with **Copy Message Link**. Or: ${ON_MESSAGE}`,
    );
  }
  if (channelId !== place.channelId) {
    throw new UserError('input', `That message is in <#${channelId}>: use \`/report\` there.`);
  }
  const reported = await reportedMessage({ bot, conversationId }, messageId);
  if (reported.known) return reported;
  throw new UserError('missing', `I know of no reply of mine in that message. ${ON_MESSAGE}`);
}

/** @param messageId of a message of the bot in this conversation */
export async function reportedMessage(
  { bot, conversationId }: Pick<Here, 'bot' | 'conversationId'>,
  messageId: string,
): Promise<Reported> {
  const turn = await findTurn(bot.history, conversationId, messageId);
  const { reply } = turn ?? {};
  if (!turn || !reply?.discordMessageIds.includes(messageId)) return { messageId };
  return { messageId, known: { reply, turnId: turn.user.id } };
}

async function newestReply({ history }: Bot, conversationId: string): Promise<Reported> {
  let looked = 0;
  for await (const { user, reply } of history.newest(conversationId)) {
    const [messageId] = reply?.discordMessageIds ?? [];
    if (reply && messageId !== undefined) return { messageId, known: { reply, turnId: user.id } };
    looked += 1;
    if (looked >= LOOKED_AT_MAX) break;
  }
  throw new UserError('missing', `I know of no reply of mine here. ${ON_MESSAGE}`);
}
