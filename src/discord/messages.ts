import { type Client, Events, type Message, MessageType, type REST, Routes } from 'discord.js';
import type { EditClock } from '../chat/edit-clock.ts';
import { UserError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { describeError } from '../core/report.ts';
import type { History } from '../storage/history.ts';
import type { SceneStore } from '../storage/scenes.ts';
import type { Asking } from './asking.ts';
import { findTurn } from './find-turn.ts';
import { placeOf } from './here.ts';
import { createMemberChanges } from './member-changes.ts';
import { authorOf } from './permissions.ts';
import { bucketKeyOf } from './rate-limits.ts';
import type { RunningReplies } from './running.ts';

const FILES_NOTE = 'I read files and look at pictures only with `/ask`: use its option `file`.';

export interface MessagesOptions {
  client: Client;
  asking: Asking;
  scenes: Pick<SceneStore, 'read'>;
  history: Pick<History, 'newest' | 'editMessage' | 'removeTurn' | 'removeReply'>;
  rest: REST;
  editClock: EditClock;
  running: RunningReplies;
  logger: Logger;
}

/**
 * Messages that talk to the bot: those that mention it, reply to it, or stand in a DM; and every message of a roleplay,
 * but for what is said out of character. What members change of their messages changes the history.
 */
export function answerMessages(options: MessagesOptions): void {
  const { client, asking, scenes, history, rest, editClock, running, logger } = options;

  async function answer(message: Message): Promise<void> {
    const botId = message.client.user.id;
    if (!isFromMember(message)) return;
    try {
      const isPlayed = await isInRoleplay(message, botId);
      if (isPlayed && isOutOfCharacter(message.content)) return;
      if (!isPlayed && !(await isForBot(message, botId))) return;
      const text = textOf(message, botId);
      const note = message.attachments.size > 0 ? FILES_NOTE : undefined;
      if (!isPlayed) return await asking.byMessage(message, text, note);
      await asking.inScene({
        where: placeOf(message),
        person: authorOf(message),
        text,
        discordMessageIds: [message.id],
      });
    } catch (error) {
      await sayWhatWentWrong(message, error);
    }
  }

  /** Only DMs and threads that the bot opened are looked up. Without the message content intent only mentions have words. */
  async function isInRoleplay(
    { channel, channelId, guildId, content, mentions }: Message,
    botId: string,
  ): Promise<boolean> {
    if (guildId !== null && !(channel.isThread() && channel.ownerId === botId)) return false;
    if (content === '' && !mentions.users.has(botId)) return false;
    const scene = await scenes.read(channelId);
    return scene !== undefined && scene.isRoleplay && scene.endedAt === undefined;
  }

  async function isForBot(message: Message, botId: string): Promise<boolean> {
    if (!message.inGuild() || message.mentions.users.has(botId)) return true;
    const { repliedUser } = message.mentions;
    const repliedId = message.reference?.messageId;
    // A reply without a ping: without the message content intent its text is withheld, and it is none of the bot's business.
    if (!repliedUser || !repliedId || message.content === '') return false;
    if (repliedUser.id === botId) return true;
    // What a persona said was written by a webhook.
    const isBeingWritten = running.find(({ messageIds }) => messageIds.includes(repliedId)) !== undefined;
    return repliedUser.bot && (isBeingWritten || (await findTurn(history, message.channelId, repliedId)) !== undefined);
  }

  async function sayWhatWentWrong(message: Message, error: unknown): Promise<void> {
    const { id, channelId } = message;
    const route = Routes.channelMessages(channelId);
    const body = {
      content: describeError(error, logger),
      allowed_mentions: { parse: [] },
      message_reference: { message_id: id, fail_if_not_exists: false },
    };
    try {
      await editClock.bucket(bucketKeyOf('POST', route)).send(() => rest.post(route, { body }), { urgent: true });
    } catch (failure) {
      logger.warn({ err: failure, channelId }, 'an error could not be shown to the person');
    }
  }

  client.on(Events.MessageCreate, (message) => void answer(message));
  const stopRepliesTo = (messageIds: string[]) =>
    void running.stopAll(({ sourceMessageId }) => messageIds.includes(sourceMessageId ?? ''));
  const changes = createMemberChanges({ history, running, logger });
  client.on(Events.MessageUpdate, (_, message) => void changes.edited(message));
  client.on(Events.MessageDelete, ({ id, channelId }) => {
    stopRepliesTo([id]);
    void changes.deleted(channelId, [id]);
  });
  client.on(Events.MessageBulkDelete, (messages, { id: channelId }) => {
    stopRepliesTo([...messages.keys()]);
    void changes.deleted(channelId, [...messages.keys()]);
  });
}

function isFromMember({ author, webhookId, type }: Message): boolean {
  return !author.bot && webhookId === null && (type === MessageType.Default || type === MessageType.Reply);
}

/** As players mark it. */
export function isOutOfCharacter(content: string): boolean {
  return /^\s*(?:\(\(|\/\/|\[?ooc\b)/i.test(content);
}

/** The words for the model: the bot's own mention left out, the other mentions by name. */
export function textOf(message: Message, botId: string): string {
  const words = message.content.replaceAll(new RegExp(`<@!?${botId}>`, 'g'), '');
  if (message.attachments.size > 0 && words.trim() === '') {
    throw new UserError('input', FILES_NOTE);
  }
  return words.replaceAll(/<@!?(\d{17,20})>/g, (mention, id: string) => {
    const user = message.mentions.users.get(id);
    return user ? `@${message.mentions.members?.get(id)?.displayName ?? user.displayName}` : mention;
  });
}
