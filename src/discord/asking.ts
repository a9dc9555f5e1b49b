import {
  type BaseInteraction,
  type ButtonInteraction,
  type Message,
  PermissionFlagsBits,
  type REST,
  Routes,
} from 'discord.js';
import type { Choices, Place } from '../chat/choices.ts';
import type { ReplyTarget } from '../chat/reply-target.ts';
import type { Picture, Turns } from '../chat/turn.ts';
import type { Clock } from '../core/clock.ts';
import { UserError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { Seal } from '../core/seal.ts';
import type { History, StoredMessage, Turn } from '../storage/history.ts';
import type { ReadFile } from './attachments.ts';
import type { Person } from './bot.ts';
import { createChannelTarget } from './channel-target.ts';
import type { AttachedFile } from './command.ts';
import { toComponents } from './controls.ts';
import { conversationOf, isEphemeral, privateConversation } from './conversation.ts';
import { placeOf } from './here.ts';
import { createInteractionTarget } from './interaction-target.ts';
import { createLastingTarget, type LastingTargetOptions } from './lasting-target.ts';
import { authorOf } from './permissions.ts';
import { interactionPlace, type ReplyPlace, TOKEN_LIFE_MS } from './place.ts';
import { headingOf, messageOf, newId } from './question.ts';
import type { RunningReplies } from './running.ts';
import { stopWhenGone } from './stop-when-gone.ts';
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
  /**
   * Makes the reply of a stored turn again, in the place of the reply whose button was pressed.
   *
   * @throws UserError `input` while another reply to the same message is being written
   */
  again(interaction: ButtonInteraction, request: { turn: Turn; acknowledged: Promise<unknown> }): Promise<void>;
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

interface Answered {
  conversationId: string;
  replyId: string;
  user: StoredMessage;
  isRetry?: boolean;
  where: Place;
  pictures?: Picture[];
  /** Who may stop the reply; the message that is answered, when it is one. */
  ownerId: string;
  sourceMessageId?: string;
  heading: string;
  target: ReplyTarget;
  place: Omit<ReplyPlace, 'heading' | 'messageIds' | 'partsShown'>;
}

const PICTURE_GONE =
  'Discord does not have the picture of this question any more: ask again, with the picture attached.';

export function createAsking(options: AskingOptions): Asking {
  const { turns, choices, readFile, history, running, rest, interactionRest, seal, showTyping, clock, logger } =
    options;

  /** Has a message answered, in the place that `target` and `place` say. */
  async function answer(answered: Answered): Promise<void> {
    const { conversationId, replyId, user, ownerId, sourceMessageId, heading, place } = answered;
    const target = stopWhenGone(answered.target, () => running.stop(replyId));
    const { messageIds } = target;
    const reply = { replyId, conversationId, ownerId, userMessageId: user.id, sourceMessageId, messageIds };
    await running.run(reply, (signal, onEnding) =>
      turns.run({
        conversationId,
        replyId,
        user,
        isRetry: answered.isRetry ?? false,
        where: answered.where,
        pictures: answered.pictures,
        heading,
        target,
        signal,
        onEnding,
        place: (partsShown) => ({ ...place, heading, messageIds, partsShown }),
      }),
    );
  }

  /** A reply in the place of an interaction, whose end is told in time; `ended` aborts with the reply. */
  function lastingTarget(
    interaction: Pick<ReplyableInteraction, 'applicationId' | 'token'>,
    reply: {
      replyId: string;
      /** By the bot's clock, which may differ from Discord's. */
      arrivedAt: number;
      isPrivate: boolean;
      acknowledged: Promise<string | undefined>;
      channel: LastingTargetOptions['channel'];
      ended: AbortController;
    },
  ): ReplyTarget {
    const { applicationId, token } = interaction;
    const { replyId, arrivedAt, isPrivate, acknowledged, channel, ended } = reply;
    // Whoever shows something learns of a failure; nobody may have to.
    acknowledged.catch(() => {});
    return createLastingTarget({
      interaction: createInteractionTarget({ rest: interactionRest, applicationId, token, isPrivate, acknowledged }),
      channel,
      closesAt: arrivedAt + TOKEN_LIFE_MS,
      onLate: () => running.stop(replyId, 'late'),
      clock,
      signal: ended.signal,
    });
  }

  /** The pictures of a stored question, from where Discord keeps them for a day. */
  async function loadPictures({ pictures = [] }: StoredMessage): Promise<Picture[]> {
    try {
      const files = await Promise.all(pictures.map(({ name, url }) => readFile({ name, url, sizeBytes: 0 })));
      return files.filter((file) => file.kind === 'picture');
    } catch (error) {
      throw new UserError('missing', PICTURE_GONE, { cause: error });
    }
  }

  return {
    async byCommand(interaction, { text, file, modelName, person, where, isPrivate, acknowledged }) {
      const asked = messageOf({ author: person, text, at: clock.now() });
      const model = modelName === undefined ? undefined : await choices.pick(where, modelName, person);
      const attached = file ? attach(file, await readFile(file)) : { text: '', stored: [], pictures: [] };
      const replyId = newId();
      const { applicationId, token, channelId } = interaction;
      const conversationId = isPrivate ? privateConversation(person.id) : channelId;
      // Discord did not take the acknowledgement, so there is no place for a reply.
      acknowledged.catch(() => running.stop(replyId));
      const ended = new AbortController();
      const heading = headingOf(text);
      const canGoOn = !isPrivate && mayWrite(interaction);
      const target = lastingTarget(interaction, {
        replyId,
        arrivedAt: asked.at,
        isPrivate,
        acknowledged,
        channel: canGoOn
          ? { open: (reuse) => createChannelTarget({ rest, channelId, reuse, replyId, showTyping }), heading }
          : undefined,
        ended,
      });
      await answer({
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
      }).finally(() => ended.abort());
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
      await answer({
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

    async again(interaction, { turn, acknowledged }) {
      const arrivedAt = clock.now();
      const { user } = turn;
      const isPrivate = isEphemeral(interaction);
      const { applicationId, token, channelId, message } = interaction;
      const conversationId = conversationOf(interaction);
      const pictures = await loadPictures(user);
      let shown = turn.reply?.discordMessageIds ?? [];
      // From the last look at what runs to `running.run` nothing may wait, or two presses would both get through.
      const findOther = () => running.find((reply) => reply.userMessageId === user.id);
      for (let other = findOther(); other; other = findOther()) {
        const end = running.endOf(other.replyId);
        if (!end) throw new UserError('input', 'A new reply to this is on its way already.');
        await end;
        shown = (await history.find(conversationId, user.id))?.reply?.discordMessageIds ?? [];
      }
      const replyId = newId();
      // The bot's own account cannot edit where it cannot look; the interaction can.
      const isByInteraction = isPrivate || !(interaction.appPermissions?.has(PermissionFlagsBits.ViewChannel) ?? true);
      const reuse = shown.includes(message.id) ? shown : [message.id];
      const ended = new AbortController();
      const target = isByInteraction
        ? lastingTarget(interaction, {
            replyId,
            arrivedAt,
            isPrivate,
            acknowledged: acknowledged.then(() => message.id),
            channel: undefined,
            ended,
          })
        : createChannelTarget({ rest, channelId, reuse, replyId, showTyping });
      // The press shows at once; by the interaction, so that it costs the channel no slot. A failure costs only this.
      const pressed = acknowledged
        .then(() =>
          interactionRest.patch(Routes.webhookMessage(applicationId, token, '@original'), {
            auth: false,
            body: { components: toComponents([{ action: 'stop', id: replyId }]) },
          }),
        )
        .catch(() => {});
      await answer({
        conversationId,
        replyId,
        user,
        isRetry: true,
        where: placeOf(interaction),
        pictures,
        ownerId: user.author.id,
        // A message of the channel is answered as a Discord reply; every other question stands above its answer.
        heading: user.discordMessageIds.length > 0 ? '' : (shownHeading(message, shown) ?? headingOf(user.content)),
        target: {
          ...target,
          async create(index, part) {
            await pressed;
            await target.create(index, part);
          },
        },
        place: { channelId, isPrivate, interaction: interactionPlace(interaction, seal) },
      }).finally(() => ended.abort());
    },
  };
}

/** What a file adds to the question, to its record, and to the request. */
function attach({ name, url }: AttachedFile, file: Awaited<ReturnType<ReadFile>>) {
  if (file.kind === 'text') return { text: `\n\n${name}:\n${file.text}`, stored: [], pictures: [] };
  const { tokens } = file;
  return { text: `\n\n[picture: ${name}]`, stored: [{ name, url, tokens }], pictures: [file] };
}

function mayWrite({ appPermissions }: Pick<BaseInteraction, 'appPermissions'>): boolean {
  return appPermissions?.has([PermissionFlagsBits.ViewChannel, PermissionFlagsBits.SendMessages]) ?? true;
}

/** The heading as it stands there: the stored question may have the text of a file at its end. */
function shownHeading({ id, content }: Message, shown: readonly string[]): string | undefined {
  const isFirst = shown.length === 0 || shown[0] === id;
  return isFirst ? /^> .*\n/.exec(content)?.[0] : undefined;
}
