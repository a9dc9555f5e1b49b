import { type Client, Events, type Message, MessageType, type REST, Routes } from 'discord.js';
import type { EditClock } from '../chat/edit-clock.ts';
import { UserError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { describeError } from '../core/report.ts';
import type { Asking } from './asking.ts';
import { bucketKeyOf } from './rate-limits.ts';
import type { RunningReplies } from './running.ts';

const FILES_NOTE = 'I read files and look at pictures only with `/ask`: use its option `file`.';

export interface MessagesOptions {
  client: Client;
  asking: Asking;
  rest: REST;
  editClock: EditClock;
  running: RunningReplies;
  logger: Logger;
}

/** Messages that talk to the bot are questions: those that mention it, answer it, or stand in a DM. */
export function answerMessages({ client, asking, rest, editClock, running, logger }: MessagesOptions): void {
  async function answer(message: Message): Promise<void> {
    const botId = message.client.user.id;
    if (!isForBot(message, botId)) return;
    try {
      const text = textOf(message, botId);
      await asking.byMessage(message, text, message.attachments.size > 0 ? FILES_NOTE : undefined);
    } catch (error) {
      await sayWhatWentWrong(message, error);
    }
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
  client.on(Events.MessageDelete, ({ id }) => stopRepliesTo([id]));
  client.on(Events.MessageBulkDelete, (messages) => stopRepliesTo([...messages.keys()]));
}

function isForBot(message: Message, botId: string): boolean {
  if (message.author.bot || message.webhookId !== null) return false;
  if (message.type !== MessageType.Default && message.type !== MessageType.Reply) return false;
  if (!message.inGuild() || message.mentions.users.has(botId)) return true;
  // A reply without a ping: without the message content intent its text is withheld, and it is none of the bot's business.
  return message.mentions.repliedUser?.id === botId && message.content !== '';
}

/** The words for the model: the bot's own mention left out, the other mentions by name. */
function textOf(message: Message, botId: string): string {
  const words = message.content.replaceAll(new RegExp(`<@!?${botId}>`, 'g'), '');
  if (message.attachments.size > 0 && words.trim() === '') {
    throw new UserError('input', FILES_NOTE);
  }
  return words.replaceAll(/<@!?(\d{17,20})>/g, (mention, id: string) => {
    const user = message.mentions.users.get(id);
    return user ? `@${message.mentions.members?.get(id)?.displayName ?? user.displayName}` : mention;
  });
}
