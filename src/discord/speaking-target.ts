import type { REST } from 'discord.js';
import type { Place } from '../chat/choices.ts';
import type { ReplyTarget } from '../chat/reply-target.ts';
import type { Logger } from '../core/logger.ts';
import type { PersonaRef } from '../core/refs.ts';
import { createChannelTarget } from './channel-target.ts';
import type { Faces } from './faces.ts';
import type { ReplyPlace } from './place.ts';
import { nameLine } from './speakers.ts';
import type { ShowTyping } from './typing.ts';
import { NoWebhook } from './webhook-errors.ts';
import type { WebhookMessages } from './webhook-messages.ts';
import { createWebhookTarget } from './webhook-target.ts';
import type { Webhooks } from './webhooks.ts';

export interface SpeakingPlace {
  where: Place;
  /** Without one the assistant speaks. */
  speaker?: { ref: PersonaRef; name: string } | undefined;
  /** The message that is answered, unless everybody sees that it is. */
  replyTo?: { id: string; authorName: string } | undefined;
  replyId: string;
  /** Messages that show an earlier form of the reply, and whether a webhook wrote them. */
  shown?: { messageIds: readonly string[]; isByWebhook: boolean } | undefined;
}

export interface OpenedPlace {
  target: ReplyTarget;
  /** Stands above a new reply and is not part of it. */
  heading: string;
  /** For the start after a crash. */
  place: Omit<ReplyPlace, 'heading' | 'messageIds' | 'partsShown'>;
}

/** Where a reply is shown in a channel, thread or DM. */
export interface SpeakingTargets {
  /** A persona speaks through the channel's webhook; where the bot can have none, by the bot's own account, with its name above. */
  open(place: SpeakingPlace): Promise<OpenedPlace>;
}

export interface SpeakingTargetsOptions {
  rest: REST;
  webhooks: Webhooks;
  messages: WebhookMessages;
  faces: Faces;
  showTyping: ShowTyping;
  logger: Logger;
}

export function createSpeakingTargets(options: SpeakingTargetsOptions): SpeakingTargets {
  const { rest, webhooks, messages, faces, showTyping, logger } = options;

  /** Undefined where the bot can have no webhook. */
  async function byWebhook({ where, speaker, replyTo, shown }: SpeakingPlace): Promise<ReplyTarget | undefined> {
    const { channelId, parentId, guildId } = where;
    if (guildId === undefined || !speaker || shown?.isByWebhook === false) return undefined;
    const webhookChannelId = parentId ?? channelId;
    try {
      const face = await faces.of(speaker.ref, where);
      return await createWebhookTarget({
        rest,
        webhooks,
        messages,
        channelId: webhookChannelId,
        ...(parentId === undefined ? {} : { threadId: channelId }),
        username: speaker.name,
        avatarUrl: async (emotion) => face.avatarUrl(await webhooks.of(webhookChannelId), emotion),
        decoration: face.decoration,
        reuse: shown && [...shown.messageIds],
        after: replyTo?.id,
        showTyping,
        logger,
      });
    } catch (error) {
      if (!(error instanceof NoWebhook)) throw error;
      logger.info({ channelId, reason: error.message }, 'a persona speaks by the bot’s own account');
      return undefined;
    }
  }

  return {
    async open(request) {
      const { where, speaker, replyTo, replyId, shown } = request;
      const { channelId, parentId, guildId } = where;
      const target = await byWebhook(request);
      const persona = speaker && { ref: speaker.ref, name: speaker.name, isByWebhook: target !== undefined };
      const place = { channelId, isPrivate: false, parentId, guildId, ...(persona ? { persona } : {}) };
      if (target) return { target, place, heading: replyTo ? linkLine(where, replyTo) : '' };
      const own = createChannelTarget({
        rest,
        channelId,
        replyToId: replyTo?.id,
        // Nobody but their webhook can change those.
        reuse: shown?.isByWebhook === false ? [...shown.messageIds] : undefined,
        replyId,
        showTyping,
      });
      return { target: own, place, heading: speaker ? nameLine(speaker) : '' };
    },
  };
}

/** A webhook's message cannot be a reply in Discord's sense. */
function linkLine({ guildId, channelId }: Place, { id, authorName }: { id: string; authorName: string }): string {
  const name = authorName.replaceAll(/[[\]()\\\n]/g, ' ').trim();
  return `-# ↪ [${name}](https://discord.com/channels/${guildId}/${channelId}/${id})\n`;
}
