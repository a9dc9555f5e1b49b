import { type ButtonInteraction, type Message, PermissionFlagsBits, type REST } from 'discord.js';
import type { Clock } from '../core/clock.ts';
import { UserError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { Seal } from '../core/seal.ts';
import type { History, Turn } from '../storage/history.ts';
import type { Answering } from './answering.ts';
import type { ReadFile } from './attachments.ts';
import { createChannelTarget } from './channel-target.ts';
import { conversationOf, isEphemeral } from './conversation.ts';
import { placeOf } from './here.ts';
import { pictureSource } from './picture-source.ts';
import { interactionPlace } from './place.ts';
import { headingOf, newId } from './question.ts';
import { createRetryPress } from './retry-press.ts';
import type { RunningReplies } from './running.ts';
import type { ShowTyping } from './typing.ts';

/**
 * Makes the reply of a stored turn again, in the place of the reply whose button was pressed.
 *
 * @throws UserError `input` while another reply to the same message is being written
 * @throws UserError as a turn does; then the reply stands there as before
 */
export type AskAgain = (
  interaction: ButtonInteraction,
  request: { turn: Turn; acknowledged: Promise<unknown> },
) => Promise<void>;

export interface AskAgainOptions {
  answering: Answering;
  readFile: ReadFile;
  history: History;
  running: RunningReplies;
  rest: REST;
  interactionRest: REST;
  seal: Seal;
  showTyping: ShowTyping;
  clock: Clock;
  logger: Logger;
}

export function createAskAgain(options: AskAgainOptions): AskAgain {
  const { answering, readFile, history, running, rest, interactionRest, seal, showTyping, clock, logger } = options;

  return async (interaction, { turn, acknowledged }) => {
    const arrivedAt = clock.now();
    const { user } = turn;
    const isPrivate = isEphemeral(interaction);
    const { channelId, message } = interaction;
    const conversationId = conversationOf(interaction);
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
      ? answering.lastingTarget(interaction, {
          replyId,
          arrivedAt,
          isPrivate,
          acknowledged: acknowledged.then(() => message.id),
          channel: undefined,
          ended,
        })
      : createChannelTarget({ rest, channelId, reuse, replyId, showTyping });
    const press = createRetryPress({ interaction, replyId, acknowledged, interactionRest, logger });
    await answering
      .answer({
        conversationId,
        replyId,
        user,
        isRetry: true,
        where: placeOf(interaction),
        pictures: (user.pictures ?? []).map((picture) => pictureSource(picture, readFile)),
        ownerId: user.author.id,
        // A message of the channel is answered as a Discord reply; every other question stands above its answer.
        heading: user.discordMessageIds.length > 0 ? '' : (shownHeading(message, shown) ?? headingOf(user.content)),
        target: press.following(target),
        place: { channelId, isPrivate, interaction: interactionPlace(interaction, seal) },
        whileRunning: press.showDuring,
      })
      .finally(() => ended.abort());
  };
}

/** The heading as it stands there: the stored question may have the text of a file at its end. */
function shownHeading({ id, content }: Message, shown: readonly string[]): string | undefined {
  const isFirst = shown.length === 0 || shown[0] === id;
  return isFirst ? /^> .*\n/.exec(content)?.[0] : undefined;
}
