import { type REST, Routes } from 'discord.js';
import type { ReplyPart, ReplyTarget } from '../chat/reply-target.ts';
import type { Logger } from '../core/logger.ts';
import { bucketKeyOf } from './rate-limits.ts';
import type { ShowTyping } from './typing.ts';
import { createWebhookDrafts, type WebhookLooks } from './webhook-drafts.ts';
import { isRefused, NoWebhook } from './webhook-errors.ts';
import type { WebhookMessage, WebhookMessages, WebhookPlace } from './webhook-messages.ts';
import type { Webhooks } from './webhooks.ts';

export type { Decoration } from './webhook-drafts.ts';

export interface WebhookTargetOptions extends WebhookPlace, WebhookLooks {
  /** For addresses of Discord's own pictures. */
  rest: Pick<REST, 'cdn'>;
  webhooks: Pick<Webhooks, 'of'>;
  messages: WebhookMessages;
  /** Messages of an earlier reply, which this one takes the place of, whoever wrote them. */
  reuse?: string[] | undefined;
  /** The message or interaction that is answered: nothing older is of this reply. */
  after?: string | undefined;
  showTyping: ShowTyping;
  logger: Logger;
}

/**
 * A reply as messages of a channel's webhook, under a persona's name and picture. What cannot be changed any more,
 * because its webhook is gone, is written anew together with all that follows it.
 *
 * @throws NoWebhook where there can be none: the bot's own account can answer instead
 */
export async function createWebhookTarget(options: WebhookTargetOptions): Promise<ReplyTarget> {
  const { webhooks, messages, showTyping, logger } = options;
  const place: WebhookPlace = { channelId: options.channelId, threadId: options.threadId };
  const messageIds = [...(options.reuse ?? [])];
  const drafts = createWebhookDrafts({ ...options, isReused: messageIds.length > 0 });
  const written: ReplyPart[] = [];
  /** What was sent without an answer, by the number of its part. */
  const lost = new Map<number, WebhookMessage[]>();
  /** What stands there although it was written anew. */
  const stale: string[] = [];
  let webhook = await webhooks.of(place.channelId);

  async function post(index: number, part: ReplyPart): Promise<void> {
    const { message, taken } = await drafts.create(index, part);
    const after = messageIds[index - 1] ?? options.after;
    const known = [...messageIds, ...stale];
    const earlier = lost.get(index) ?? [];
    const found = earlier.length > 0 ? await messages.findLost(place, { messages: earlier, after, known }) : undefined;
    if (found !== undefined) {
      messageIds[index] = found;
      lost.delete(index);
      return edit(index, part);
    }
    try {
      const posted = await messages.post(place, message, { after, known });
      webhook = posted.webhook;
      messageIds[index] = posted.id;
    } catch (error) {
      if (!isRefused(error) && !(error instanceof NoWebhook)) lost.set(index, [...earlier, message]);
      throw error;
    }
    lost.delete(index);
    written[index] = part;
    taken();
  }

  /** A new message at the end, and behind it those that were written there before the order was broken. */
  async function append(index: number, part: ReplyPart): Promise<void> {
    await post(index, part);
    for (let next = written[messageIds.length]; next; next = written[messageIds.length]) {
      await post(messageIds.length, next);
    }
    await clear();
  }

  async function clear(): Promise<void> {
    for (const id of stale.splice(0)) {
      try {
        await messages.remove(place, id);
      } catch (error) {
        logger.warn({ err: error }, 'a message that was written anew could not be taken away');
      }
    }
  }

  async function edit(index: number, part: ReplyPart): Promise<void> {
    const id = messageIds[index];
    if (id === undefined) return append(index, part);
    const { message, taken } = await drafts.edit(index, part);
    const writer = await messages.edit(place, id, message);
    if (!writer) {
      stale.push(...messageIds.splice(index));
      return append(index, part);
    }
    webhook = writer;
    written[index] = part;
    taken();
  }

  return {
    messageIds,
    bucketOf: (kind, index) =>
      kind === 'create' && index >= messageIds.length
        ? bucketKeyOf('POST', Routes.webhook(webhook.id, webhook.token))
        : bucketKeyOf('PATCH', Routes.webhookMessage(webhook.id, webhook.token)),
    create: (index, part) => asRefused(edit(index, part)),
    edit: (index, part) => asRefused(edit(index, part)),
    async remove(index) {
      const id = messageIds[index];
      if (id !== undefined) await messages.remove(place, id);
      messageIds.length = index;
      written.length = Math.min(written.length, index);
    },
    showTyping: () => (messageIds.length > 0 ? () => {} : showTyping(place.threadId ?? place.channelId)),
  };
}

/** In the middle of a reply it is Discord's own word that tells whether its place is gone. */
async function asRefused(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    throw error instanceof NoWebhook && isRefused(error.cause) ? error.cause : error;
  }
}
