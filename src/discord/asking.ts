import { randomBytes } from 'node:crypto';
import { type BaseInteraction, type ButtonInteraction, escapeMarkdown, type Message, type REST } from 'discord.js';
import type { Turns } from '../chat/turn.ts';
import type { Clock } from '../core/clock.ts';
import { UserError } from '../core/errors.ts';
import type { Seal } from '../core/seal.ts';
import { clip } from '../core/text.ts';
import type { History, StoredMessage } from '../storage/history.ts';
import type { Person } from './bot.ts';
import { createChannelTarget } from './channel-target.ts';
import { conversationOf, isEphemeral, privateConversation } from './conversation.ts';
import { createInteractionTarget } from './interaction-target.ts';
import { authorOf } from './permissions.ts';
import { interactionPlace } from './place.ts';
import type { RunningReplies } from './running.ts';
import { tellInterrupted } from './tell-interrupted.ts';

/** An interaction that can carry a reply for 15 minutes. */
export type ReplyableInteraction = Pick<BaseInteraction, 'applicationId' | 'token' | 'createdTimestamp' | 'channelId'>;

/** The three ways in which a question reaches the models; each resolves when its reply has ended. */
export interface Asking {
  byCommand(
    interaction: ReplyableInteraction,
    question: {
      text: string;
      /** Text of a file, which the model reads with the question. */
      attached: string;
      modelName: string | undefined;
      person: Person;
      isPrivate: boolean;
      acknowledged: Promise<string | undefined>;
    },
  ): Promise<void>;
  byMessage(message: Message, text: string): Promise<void>;
  /** Makes the reply to a stored message again, in the place of the reply whose button was pressed. */
  again(
    interaction: ButtonInteraction,
    request: { user: StoredMessage; acknowledged: Promise<unknown> },
  ): Promise<void>;
}

export interface AskingOptions {
  turns: Turns;
  history: History;
  running: RunningReplies;
  /** With the bot's token, within Discord's limit of 50 requests a second. */
  rest: REST;
  /** For the routes of interactions, which are exempt from that limit. */
  interactionRest: REST;
  seal: Seal;
  clock: Clock;
}

const HEADING_MAX_LENGTH = 200;

export function createAsking(options: AskingOptions): Asking {
  const { turns, history, running, rest, interactionRest, seal, clock } = options;

  return {
    async byCommand(interaction, { text, attached, modelName, person, isPrivate, acknowledged }) {
      const asked = messageOf({ author: person, text, at: clock.now() });
      const user = { ...asked, content: asked.content + attached, ...(modelName ? { model: modelName } : {}) };
      const replyId = newId();
      const channelId = interaction.channelId ?? '';
      const target = createInteractionTarget({
        rest: interactionRest,
        applicationId: interaction.applicationId,
        token: interaction.token,
        isPrivate,
        acknowledged,
      });
      const heading = headingOf(text);
      const sealed = interactionPlace(interaction, seal);
      const conversationId = isPrivate ? privateConversation(person.id) : channelId;
      // Discord did not take the acknowledgement, so there is no place for a reply.
      acknowledged.catch(() => running.stop(replyId));
      await running.run({ replyId, ownerId: person.id, userMessageId: user.id }, (signal) =>
        turns.run({
          conversationId,
          replyId,
          user,
          isRetry: false,
          modelName,
          heading,
          target,
          signal,
          place: () => ({ channelId, messageIds: target.messageIds, heading, isPrivate, interaction: sealed }),
        }),
      );
      if (isPrivate) {
        const { applicationId, token } = interaction;
        await tellInterrupted({ history, conversationId, rest: interactionRest, applicationId, token });
      }
    },

    async byMessage(message, text) {
      const author = authorOf(message);
      const user = { ...messageOf({ author, text, at: clock.now() }), discordMessageIds: [message.id] };
      const replyId = newId();
      const { channelId } = message;
      const target = createChannelTarget({ rest, channelId, replyToId: message.id, replyId, clock });
      await running.run(
        { replyId, ownerId: author.id, userMessageId: user.id, sourceMessageId: message.id },
        (signal) =>
          turns.run({
            conversationId: channelId,
            replyId,
            user,
            isRetry: false,
            heading: '',
            target,
            signal,
            place: () => ({ channelId, messageIds: target.messageIds, heading: '', isPrivate: false }),
          }),
      );
    },

    async again(interaction, { user, acknowledged }) {
      if (running.find((reply) => reply.userMessageId === user.id)) {
        throw new UserError('input', 'A new reply to this is on its way already.');
      }
      const isPrivate = isEphemeral(interaction);
      const { channelId } = interaction;
      const conversationId = conversationOf(interaction);
      const replyId = newId();
      const earlier = await history.find(conversationId, user.id);
      const shown = earlier?.reply?.discordMessageIds ?? [];
      const target = isPrivate
        ? createInteractionTarget({
            rest: interactionRest,
            applicationId: interaction.applicationId,
            token: interaction.token,
            isPrivate,
            acknowledged: acknowledged.then(() => interaction.message.id),
          })
        : createChannelTarget({
            rest,
            channelId,
            reuse: shown.includes(interaction.message.id) ? shown : [interaction.message.id],
            replyId,
            clock,
          });
      // A message of the channel is answered as a Discord reply; every other question stands above its answer.
      const heading = user.discordMessageIds.length > 0 ? '' : headingOf(user.content);
      const sealed = interactionPlace(interaction, seal);
      await running.run({ replyId, ownerId: user.author.id, userMessageId: user.id }, (signal) =>
        turns.run({
          conversationId,
          replyId,
          user,
          isRetry: true,
          modelName: user.model,
          heading,
          target,
          signal,
          place: () => ({ channelId, messageIds: target.messageIds, heading, isPrivate, interaction: sealed }),
        }),
      );
    },
  };
}

function messageOf({
  author,
  text,
  at,
}: {
  author: { id: string; name: string };
  text: string;
  at: number;
}): StoredMessage {
  if (!isReadable(text)) {
    throw new UserError(
      'input',
      'There is nothing to answer yet: write your question after the command or the mention.',
    );
  }
  const { id, name } = author;
  return { id: newId(), role: 'user', author: { id, name }, content: text.trim(), discordMessageIds: [], at };
}

/** White space, control characters and marks without a letter are not a question. */
function isReadable(text: string): boolean {
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(text.replace(/[\p{Default_Ignorable_Code_Point}]/gu, ''));
}

/** The question in one quoted line, because Discord shows the options of a command to nobody. */
function headingOf(text: string): string {
  const flat = text.trim().replaceAll(/\s+/g, ' ');
  return `> ${escapeMarkdown(clip(flat, HEADING_MAX_LENGTH))}\n`;
}

function newId(): string {
  return randomBytes(9).toString('base64url');
}
