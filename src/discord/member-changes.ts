import type { Message, PartialMessage } from 'discord.js';
import type { Logger } from '../core/logger.ts';
import type { History } from '../storage/history.ts';
import { findTurn } from './find-turn.ts';
import { textOf } from './messages.ts';
import type { RunningReplies, RunningReply } from './running.ts';

/** What members change of messages that the history has. Neither method rejects. */
export interface MemberChanges {
  edited(message: Message | PartialMessage): Promise<void>;
  deleted(channelId: string, messageIds: readonly string[]): Promise<void>;
}

export interface MemberChangesOptions {
  history: Pick<History, 'newest' | 'editMessage' | 'removeTurn' | 'removeReply'>;
  running: Pick<RunningReplies, 'find'>;
  logger: Logger;
}

export function createMemberChanges({ history, running, logger }: MemberChangesOptions): MemberChanges {
  async function remove(channelId: string, messageId: string): Promise<void> {
    const turn = await findTurn(history, channelId, messageId);
    if (!turn) return;
    const { user, reply } = turn;
    if (!user.discordMessageIds.includes(messageId)) {
      // A reply of several messages is gone with its first one; while it is written, its own end decides.
      const isOfTurn = (one: RunningReply) => one.userMessageId === user.id && one.conversationId === channelId;
      if (!running.find(isOfTurn) && reply?.discordMessageIds[0] === messageId)
        await history.removeReply(channelId, user.id);
    } else if (reply) await history.editMessage(channelId, user.id, '');
    else await history.removeTurn(channelId, user.id);
  }

  return {
    async edited(message) {
      // Discord also tells of links that it has looked up.
      if (message.partial || message.author.bot || message.editedTimestamp === null) return;
      const { id, channelId } = message;
      try {
        const turn = await findTurn(history, channelId, id);
        if (!turn?.user.discordMessageIds.includes(id)) return;
        const text = textOf(message, message.client.user.id).trim();
        if (text !== '' && text !== turn.user.content) await history.editMessage(channelId, turn.user.id, text);
      } catch (error) {
        logger.warn({ err: error, channelId }, 'an edited message could not be taken over into the history');
      }
    },
    async deleted(channelId, messageIds) {
      for (const messageId of messageIds) {
        try {
          await remove(channelId, messageId);
        } catch (error) {
          logger.warn({ err: error, channelId }, 'a deleted message could not be taken out of the history');
        }
      }
    },
  };
}
