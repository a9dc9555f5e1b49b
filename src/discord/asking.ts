import { type BaseInteraction, type Message, PermissionFlagsBits, type REST } from 'discord.js';
import type { Choices, Place } from '../chat/choices.ts';
import type { Turns } from '../chat/turn.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { Seal } from '../core/seal.ts';
import type { History } from '../storage/history.ts';
import { createAnswering } from './answering.ts';
import { type AskAgain, createAskAgain } from './ask-again.ts';
import type { ReadFile } from './attachments.ts';
import type { Person } from './bot.ts';
import { createChannelTarget } from './channel-target.ts';
import type { AttachedFile } from './command.ts';
import { privateConversation } from './conversation.ts';
import { placeOf } from './here.ts';
import { authorOf } from './permissions.ts';
import { pictureSource } from './picture-source.ts';
import { interactionPlace } from './place.ts';
import { headingOf, messageOf, newId } from './question.ts';
import type { RunningReplies } from './running.ts';
import { tellInterrupted } from './tell-interrupted.ts';
import type { ShowTyping } from './typing.ts';

/** An interaction that can carry a reply for 15 minutes. */
export type ReplyableInteraction = Pick<
  BaseInteraction,
  'applicationId' | 'token' | 'createdTimestamp' | 'appPermissions'
> & {
  channelId: string;
};

/** The three ways in which a question reaches the models; each resolves when its reply has ended. */
export interface Asking {
  byCommand(
    interaction: ReplyableInteraction,
    question: {
      text: string;
      /** A text that the model reads with the question, or a picture for it to look at. */
      file: AttachedFile | undefined;
      modelName: string | undefined;
      person: Person;
      where: Place;
      isPrivate: boolean;
      acknowledged: Promise<string | undefined>;
    },
  ): Promise<void>;
  /** @param note stands in small print above the answer */
  byMessage(message: Message, text: string, note?: string): Promise<void>;
  again: AskAgain;
}

export interface AskingOptions {
  turns: Turns;
  choices: Pick<Choices, 'pick'>;
  readFile: ReadFile;
  history: History;
  running: RunningReplies;
  /** With the bot's token, within Discord's limit of 50 requests a second. */
  rest: REST;
  /** For the routes of interactions, which are exempt from that limit. */
  interactionRest: REST;
  seal: Seal;
  showTyping: ShowTyping;
  clock: Clock;
  logger: Logger;
}

export function createAsking(options: AskingOptions): Asking {
  const { choices, readFile, history, running, rest, interactionRest, seal, showTyping, clock, logger } = options;
  const answering = createAnswering(options);

  /** What a file adds to the question, to its record, and to the request; of a picture, none of its bytes. */
  async function attach(file: AttachedFile) {
    const { name, url } = file;
    const content = await readFile(file);
    if (content.kind === 'text') return { text: `\n\n${name}:\n${content.text}`, stored: [], pictures: [] };
    const picture = { name, url, tokens: content.tokens };
    return { text: `\n\n[picture: ${name}]`, stored: [picture], pictures: [pictureSource(picture, readFile)] };
  }

  return {
    async byCommand(interaction, { text, file, modelName, person, where, isPrivate, acknowledged }) {
      const asked = messageOf({ author: person, text, at: clock.now() });
      const model = modelName === undefined ? undefined : await choices.pick(where, modelName, person);
      const attached = file ? await attach(file) : { text: '', stored: [], pictures: [] };
      const replyId = newId();
      const { applicationId, token, channelId } = interaction;
      const conversationId = isPrivate ? privateConversation(person.id) : channelId;
      // Discord did not take the acknowledgement, so there is no place for a reply.
      acknowledged.catch(() => running.stop(replyId));
      const ended = new AbortController();
      const heading = headingOf(text);
      const canGoOn = !isPrivate && mayWrite(interaction, where);
      const target = answering.lastingTarget(interaction, {
        replyId,
        arrivedAt: asked.at,
        isPrivate,
        acknowledged,
        channel: canGoOn
          ? { open: (reuse) => createChannelTarget({ rest, channelId, reuse, replyId, showTyping }), heading }
          : undefined,
        ended,
      });
      await answering
        .answer({
          conversationId,
          replyId,
          user: {
            ...asked,
            content: asked.content + attached.text,
            ...(model === undefined ? {} : { model }),
            ...(attached.stored.length === 0 ? {} : { pictures: attached.stored }),
          },
          where,
          pictures: attached.pictures,
          ownerId: person.id,
          heading,
          target,
          place: { channelId, isPrivate, interaction: interactionPlace(interaction, seal) },
        })
        .finally(() => ended.abort());
      if (isPrivate) {
        try {
          await tellInterrupted({ history, conversationId, rest: interactionRest, applicationId, token });
        } catch (error) {
          // The reply stands; what could not be told is told with the next question.
          logger.warn({ err: error, conversationId }, 'a person could not be told of an interrupted reply');
        }
      }
    },

    async byMessage(message, text, note) {
      const author = authorOf(message);
      const replyId = newId();
      const { channelId } = message;
      await answering.answer({
        conversationId: channelId,
        replyId,
        user: { ...messageOf({ author, text, at: clock.now() }), discordMessageIds: [message.id] },
        where: placeOf(message),
        ownerId: author.id,
        sourceMessageId: message.id,
        heading: note === undefined ? '' : `-# ${note}\n`,
        target: createChannelTarget({ rest, channelId, replyToId: message.id, replyId, showTyping }),
        place: { channelId, isPrivate: false },
      });
    },

    again: createAskAgain({ ...options, answering }),
  };
}

/** @param where tells a thread, in which another right counts */
function mayWrite({ appPermissions }: Pick<BaseInteraction, 'appPermissions'>, { parentId }: Place): boolean {
  const { ViewChannel, SendMessages, SendMessagesInThreads } = PermissionFlagsBits;
  return appPermissions?.has([ViewChannel, parentId === undefined ? SendMessages : SendMessagesInThreads]) ?? true;
}
