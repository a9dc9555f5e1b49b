import { type BaseInteraction, type Message, PermissionFlagsBits, type REST } from 'discord.js';
import type { Casting } from '../chat/casting.ts';
import type { Choices, Place } from '../chat/choices.ts';
import type { EditClock } from '../chat/edit-clock.ts';
import type { Personas } from '../chat/personas.ts';
import type { Players } from '../chat/players.ts';
import type { ScenePrompts } from '../chat/scene-prompt.ts';
import type { Turns } from '../chat/turn.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { Seal } from '../core/seal.ts';
import type { History } from '../storage/history.ts';
import type { SettingsStore } from '../storage/settings.ts';
import { createAnswering } from './answering.ts';
import { type AskAgain, createAskAgain } from './ask-again.ts';
import type { ReadFile } from './attachments.ts';
import type { Person } from './bot.ts';
import { createChannelTarget } from './channel-target.ts';
import type { AttachedFile } from './command.ts';
import { privateConversation } from './conversation.ts';
import { type Cues, createCues } from './cues.ts';
import { placeOf } from './here.ts';
import { authorOf } from './permissions.ts';
import { pictureSource } from './picture-source.ts';
import { interactionPlace } from './place.ts';
import { headingOf, messageOf, newId } from './question.ts';
import { createRedraw, type Redraw } from './redraw.ts';
import type { RunningReplies } from './running.ts';
import { createShowStored } from './show-stored.ts';
import { createSpeakers, nameLine } from './speakers.ts';
import type { SpeakingTargets } from './speaking-target.ts';
import { tellInterrupted } from './tell-interrupted.ts';
import type { ShowTyping } from './typing.ts';
import type { WebhookMessages } from './webhook-messages.ts';

/** An interaction that can carry a reply for 15 minutes. */
export type ReplyableInteraction = Pick<
  BaseInteraction,
  'applicationId' | 'token' | 'createdTimestamp' | 'appPermissions'
> & {
  channelId: string;
};

/** The ways in which something reaches the models; each resolves when its reply has ended. */
export interface Asking extends Cues, Redraw {
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
  casting: Casting;
  players: Players;
  personas: Pick<Personas, 'load'>;
  scenePrompts: Pick<ScenePrompts, 'expand'>;
  settings: Pick<SettingsStore, 'read'>;
  targets: SpeakingTargets;
  webhookMessages: Pick<WebhookMessages, 'remove'>;
  readFile: ReadFile;
  history: History;
  running: RunningReplies;
  /** With the bot's token, within Discord's limit of 50 requests a second. */
  rest: REST;
  /** For the routes of interactions, which are exempt from that limit. */
  interactionRest: REST;
  seal: Seal;
  showTyping: ShowTyping;
  random: () => number;
  editClock: EditClock;
  clock: Clock;
  logger: Logger;
}

export function createAsking(options: AskingOptions): Asking {
  const { choices, targets, readFile, history, running, rest, interactionRest, seal, showTyping, clock, logger } =
    options;
  const answering = createAnswering(options);
  const speakers = createSpeakers(options);
  const showStored = createShowStored(options);

  /** What a file adds to the question, to its record, and to the request; of a picture, none of its bytes. */
  async function attach(file: AttachedFile) {
    const { name, url } = file;
    const content = await readFile(file);
    if (content.kind === 'text') return { text: `\n\n${name}:\n${content.text}`, stored: [], pictures: [] };
    const picture = { name, url, tokens: content.tokens };
    return { text: `\n\n[picture: ${name}]`, stored: [picture], pictures: [pictureSource(picture, readFile)] };
  }

  return {
    ...createCues({ ...options, answering, speakers, showStored }),
    ...createRedraw(options),
    async byCommand(interaction, { text, file, modelName, person, where, isPrivate, acknowledged }) {
      const { speaking, author, note } = await speakers.answering({ where, person, text });
      const asked = messageOf({ author, text, at: clock.now() });
      const model = modelName === undefined ? undefined : await choices.pick(where, modelName, person);
      const attached = file ? await attach(file) : { text: '', stored: [], pictures: [] };
      const replyId = newId();
      const { applicationId, token, channelId } = interaction;
      const conversationId = isPrivate ? privateConversation(person.id) : channelId;
      // Discord did not take the acknowledgement, so there is no place for a reply.
      acknowledged.catch(() => running.stop(replyId));
      const ended = new AbortController();
      const heading = headingOf(text) + note + nameLine(speaking?.speaker);
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
          speaking,
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
      const where = placeOf(message);
      const { speaking, author, note: castNote } = await speakers.answering({ where, person: authorOf(message), text });
      const user = { ...messageOf({ author, text, at: clock.now() }), discordMessageIds: [message.id] };
      const replyId = newId();
      const { target, heading, place } = await targets.open({
        where,
        speaker: speaking?.speaker,
        replyTo: { id: message.id, authorName: author.name },
        replyId,
      });
      await answering.answer({
        conversationId: message.channelId,
        replyId,
        user,
        where,
        speaking,
        ownerId: author.id,
        sourceMessageId: message.id,
        heading: `${note === undefined ? '' : `-# ${note}\n`}${castNote}${heading}`,
        target,
        place,
      });
    },

    again: createAskAgain({ ...options, answering, speakers }),
  };
}

/** @param where tells a thread, in which another right counts */
function mayWrite({ appPermissions }: Pick<BaseInteraction, 'appPermissions'>, { parentId }: Place): boolean {
  const { ViewChannel, SendMessages, SendMessagesInThreads } = PermissionFlagsBits;
  return appPermissions?.has([ViewChannel, parentId === undefined ? SendMessages : SendMessagesInThreads]) ?? true;
}
