import type { ButtonInteraction, REST } from 'discord.js';
import type { EditClock } from '../chat/edit-clock.ts';
import { ASSISTANT_ID } from '../chat/generate.ts';
import type { Place } from '../chat/place.ts';
import { UserError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { History, Turn } from '../storage/history.ts';
import { isEphemeral, isReachedByPressOnly } from './conversation.ts';
import { deleteMessages } from './delete-messages.ts';
import { createInteractionTarget } from './interaction-target.ts';
import { newId } from './question.ts';
import { createShowStored } from './show-stored.ts';
import { firstShown, type ShownReply, shownAs, shownHeading, speakerOf } from './shown-reply.ts';
import type { SpeakingTargets } from './speaking-target.ts';
import type { WebhookMessages } from './webhook-messages.ts';

/** Makes Discord show what the history has. */
export interface Redraw {
  /**
   * Shows the reply of a stored turn as it is now: in the messages that show it, or in new ones if there are none.
   *
   * @throws UserError `missing` if the turn has no reply
   */
  redraw(request: {
    turn: Turn;
    where: Place;
    conversationId: string;
    /** One of its messages, if it is at hand. */
    message?: ShownReply | undefined;
    /** The button below it that was pressed. */
    press?: { interaction: ButtonInteraction; acknowledged: Promise<unknown> } | undefined;
  }): Promise<void>;
  /** Takes the messages that show a reply off the channel, as far as Discord lets it. Never rejects. */
  takeDown(where: Place, reply: { author: { id: string }; discordMessageIds: readonly string[] }): Promise<void>;
}

export interface RedrawOptions {
  rest: REST;
  interactionRest: REST;
  targets: SpeakingTargets;
  webhookMessages: Pick<WebhookMessages, 'remove'>;
  history: Pick<History, 'amendReply'>;
  editClock: EditClock;
  logger: Logger;
}

export function createRedraw(options: RedrawOptions): Redraw {
  const { rest, interactionRest, targets, webhookMessages, history, logger } = options;
  const showStored = createShowStored(options);

  return {
    async redraw({ turn, where, conversationId, press, ...given }) {
      const { reply } = turn;
      if (!reply) throw new UserError('missing', 'This reply is no longer in the history.');
      const message = await firstShown(rest, where.channelId, turn, given.message);
      const shown = message && shownAs(turn, message);
      if (shown && press && isReachedByPressOnly(press.interaction)) {
        const { applicationId, token } = press.interaction;
        const isPrivate = isEphemeral(press.interaction);
        const acknowledged = press.acknowledged.then(() => message.id);
        const reuse = shown.messageIds;
        const options = { rest: interactionRest, applicationId, token, isPrivate, acknowledged, reuse };
        const target = createInteractionTarget(options);
        return showStored({ turn, conversationId, target, heading: shownHeading(turn, message), isPrivate });
      }
      const { target, heading } = await targets.open({
        where,
        speaker: speakerOf(reply),
        // What was shown under the reply's own id may be gone, and Discord takes an id once in a while only.
        replyId: newId(),
        shown,
      });
      await showStored({ turn, conversationId, target, heading: message ? shownHeading(turn, message) : heading });
      await history.amendReply(conversationId, reply.id, { discordMessageIds: [...target.messageIds] });
    },
    async takeDown({ channelId, parentId, guildId }, { author, discordMessageIds }) {
      const isByWebhook = author.id !== ASSISTANT_ID && guildId !== undefined;
      const place = parentId === undefined ? { channelId } : { channelId: parentId, threadId: channelId };
      for (const id of discordMessageIds.toReversed()) {
        try {
          await (isByWebhook ? webhookMessages.remove(place, id) : deleteMessages(rest, channelId, [id]));
        } catch (error) {
          logger.warn({ err: error, channelId }, 'a message of a reply could not be deleted');
        }
      }
    },
  };
}
