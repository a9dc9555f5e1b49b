import { type APIWebhook, REST, Routes } from 'discord.js';
import type { Clock } from '../core/clock.ts';
import type { Document } from '../core/document.ts';
import type { Logger } from '../core/logger.ts';
import { createRecent } from '../core/recent.ts';
import { createWebhookAvatars, type WebhookAvatars } from './webhook-avatars.ts';
import { asNoWebhook, isRefused, NoWebhook } from './webhook-errors.ts';
import { webhookName } from './webhook-name.ts';

/** A webhook of the bot. Whoever has the token can write by it: it goes into no log. */
export interface Webhook {
  id: string;
  token: string;
  /** The channel itself, also for what is written in its threads. */
  channelId: string;
}

/** One webhook in each channel in which personas speak. */
export interface Webhooks {
  /**
   * The channel's webhook, made when there is none of the bot.
   *
   * @param channelId of a text channel, never of a thread
   * @throws NoWebhook
   */
  of(channelId: string): Promise<Webhook>;
  /** A webhook by which an older message was written, if it exists and is the bot's. */
  find(webhookId: string): Promise<Webhook | undefined>;
  /** To be called when Discord says that it is gone: `of` looks for another one. */
  forget(webhook: Webhook): void;
  /** An address at which Discord shows this picture; undefined if there is none now. Never rejects. */
  avatarUrlOf: WebhookAvatars['urlOf'];
}

export interface WebhooksOptions {
  /** With the bot's token. */
  rest: REST;
  applicationId: string;
  /** Of the webhooks, as a server's admins see them. */
  name: string;
  /** What is remembered of one webhook's pictures. */
  avatarsOf: (webhookId: string) => Document;
  clock: Clock;
  logger: Logger;
}

const MAX_REMEMBERED = 5_000;
/** So long Discord is not asked again: too many refusals would have it ban the bot's address. */
const REFUSED_MS = 60_000;
const HANDLER_SWEEP_INTERVAL_MS = 120_000;

/**
 * A REST client for what is written by webhooks, which Discord exempts from its limit of 50 requests a second. It tries
 * nothing again by itself: a message of a webhook has no nonce, so what was not answered may stand there already.
 */
export function createWebhookRest({ apiUrl }: { apiUrl: string }): REST {
  return new REST({
    api: apiUrl,
    retries: 0,
    handlerSweepInterval: HANDLER_SWEEP_INTERVAL_MS,
    globalRequestsPerSecond: Number.POSITIVE_INFINITY,
  });
}

export function createWebhooks(options: WebhooksOptions): Webhooks {
  const { rest, applicationId, clock } = options;
  const name = webhookName(options.name);
  const known = createRecent<string, Webhook>({ maxSize: MAX_REMEMBERED });
  const refused = createRecent<string, { reason: NoWebhook; untilMs: number }>({ maxSize: MAX_REMEMBERED });
  const opening = new Map<string, Promise<Webhook>>();
  const avatars = createWebhookAvatars(options);

  async function open(channelId: string): Promise<Webhook> {
    const route = Routes.channelWebhooks(channelId);
    try {
      const existing = (await rest.get(route)) as APIWebhook[];
      const ours = existing.map(usable).filter((webhook) => webhook !== undefined);
      // The oldest, whoever looks.
      const [oldest] = ours.sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
      const webhook = oldest ?? usable((await rest.post(route, { body: { name } })) as APIWebhook);
      if (!webhook) throw new Error('Discord made a webhook without a token');
      known.set(channelId, webhook);
      return webhook;
    } catch (error) {
      const reason = asNoWebhook(error);
      if (reason instanceof NoWebhook) refused.set(channelId, { reason, untilMs: clock.monotonic() + REFUSED_MS });
      throw reason;
    } finally {
      opening.delete(channelId);
    }
  }

  function usable({ id, token, channel_id, application_id }: APIWebhook): Webhook | undefined {
    if (token === undefined || channel_id === null || application_id !== applicationId) return undefined;
    return { id, token, channelId: channel_id };
  }

  return {
    async of(channelId) {
      const webhook = known.get(channelId);
      if (webhook) return webhook;
      const earlier = refused.get(channelId);
      if (earlier && earlier.untilMs > clock.monotonic()) throw earlier.reason;
      let wanted = opening.get(channelId);
      if (!wanted) opening.set(channelId, (wanted = open(channelId)));
      return wanted;
    },
    async find(webhookId) {
      try {
        return usable((await rest.get(Routes.webhook(webhookId))) as APIWebhook);
      } catch (error) {
        if (isRefused(error)) return undefined;
        throw error;
      }
    },
    forget({ id, channelId }) {
      // Another reply may have found a new one meanwhile.
      if (known.get(channelId)?.id === id) known.delete(channelId);
    },
    avatarUrlOf: avatars.urlOf,
  };
}
