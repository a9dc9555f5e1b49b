import { type APIMessage, type DiscordAPIError, type RawFile, type REST, Routes } from 'discord.js';
import { createRecent } from '../core/recent.ts';
import type { Threads } from './threads.ts';
import { hasCode, isRefused, isWebhookGone, NoWebhook } from './webhook-errors.ts';
import { createFindLost, type FindLost, type Lost } from './webhook-lost.ts';
import { addressOf, type WebhookPlace } from './webhook-place.ts';
import type { Webhook, Webhooks } from './webhooks.ts';

export type { WebhookPlace } from './webhook-place.ts';

/** A message as the body of a request; of a new one also who seems to write it. */
export interface WebhookMessage {
  body: {
    content: string;
    components: object[];
    allowed_mentions: object;
    username?: string;
    avatar_url?: string;
    embeds?: object[];
    attachments?: object[];
  };
  files?: RawFile[] | undefined;
}

/** Messages by the webhooks of channels, whatever becomes of these. All that Discord refuses is thrown as it came. */
export interface WebhookMessages {
  /**
   * Writes a message, by a new webhook if the old one is gone; once, also when an answer gets lost.
   *
   * @throws NoWebhook
   */
  post(
    place: WebhookPlace,
    message: WebhookMessage,
    lost: Omit<Lost, 'messages'>,
  ): Promise<{ id: string; webhook: Webhook }>;
  /** Looks for a message whose `post` failed without an answer. */
  findLost: FindLost;
  /** Changes a message by the webhook that wrote it; undefined if nobody can change it any more. A closed thread is opened. */
  edit(place: WebhookPlace, messageId: string, message: WebhookMessage): Promise<Webhook | undefined>;
  /** Takes a message away, as far as Discord lets it. */
  remove(place: WebhookPlace, messageId: string): Promise<void>;
}

export interface WebhookMessagesOptions {
  /** With the bot's token. */
  rest: REST;
  /** Made by `createWebhookRest`: it may not try again by itself. */
  webhookRest: REST;
  webhooks: Webhooks;
  threads: Pick<Threads, 'reopen'>;
}

// Discord's codes, topics/opcodes-and-status-codes.
const UNKNOWN_CHANNEL = 10_003;
const UNKNOWN_MESSAGE = 10_008;
const THREAD_ARCHIVED = 50_083;
const MAX_TRIES = 3;
const MAX_REMEMBERED = 1_000;

export function createWebhookMessages(options: WebhookMessagesOptions): WebhookMessages {
  const { rest, webhookRest, webhooks, threads } = options;
  const findLost = createFindLost({ rest, webhooks });
  /** Those that another webhook than the channel's present one wrote. */
  const writers = createRecent<string, Webhook>({ maxSize: MAX_REMEMBERED });

  async function create(webhook: Webhook, place: WebhookPlace, message: WebhookMessage) {
    const created = (await webhookRest.post(Routes.webhook(webhook.id, webhook.token), {
      query: queryOf(place, { wait: 'true' }),
      auth: false,
      ...message,
    })) as APIMessage;
    if (created.channel_id === addressOf(place)) return created.id;
    await takeMisplaced(webhook, created);
    return undefined;
  }

  /** Admins can move a webhook to another channel, whose members must not read what was said here. */
  async function takeMisplaced(webhook: Webhook, { id, channel_id: channelId }: APIMessage): Promise<void> {
    webhooks.forget(webhook);
    try {
      await take(webhook, { channelId }, id);
    } catch (error) {
      if (!isRefused(error)) throw error;
      await takeAsBot({ channelId }, id);
    }
  }

  /**
   * The webhook that wrote a message which the present one cannot change, if it can be had. A message of the present one
   * itself means that this was moved to another channel: it is forgotten.
   *
   * @throws if the message is gone
   */
  async function otherWriterOf(place: WebhookPlace, messageId: string, present: Webhook) {
    const { webhook_id: id } = (await rest.get(Routes.channelMessage(addressOf(place), messageId))) as APIMessage;
    if (id === present.id) webhooks.forget(present);
    const other = id === undefined || id === present.id ? undefined : await webhooks.find(id);
    if (other?.channelId !== place.channelId) return undefined;
    writers.set(messageId, other);
    return other;
  }

  async function change({ id, token }: Webhook, place: WebhookPlace, messageId: string, message: WebhookMessage) {
    await again(() =>
      webhookRest.patch(Routes.webhookMessage(id, token, messageId), {
        query: queryOf(place),
        auth: false,
        ...message,
      }),
    );
  }

  async function take({ id, token }: Webhook, place: WebhookPlace, messageId: string): Promise<void> {
    await again(() =>
      webhookRest.delete(Routes.webhookMessage(id, token, messageId), { query: queryOf(place), auth: false }),
    );
  }

  /** Needs the right to manage messages. */
  async function takeAsBot(place: WebhookPlace, messageId: string): Promise<void> {
    try {
      await rest.delete(Routes.channelMessage(addressOf(place), messageId));
    } catch (error) {
      if (!isRefused(error)) throw error;
    }
  }

  /** Has the work done by the webhook that wrote the message, in an open thread; undefined if there is none. */
  async function byWriter(
    place: WebhookPlace,
    messageId: string,
    writer: Webhook,
    work: (webhook: Webhook) => Promise<void>,
  ): Promise<Webhook | undefined> {
    try {
      await work(writer);
      return writer;
    } catch (error) {
      // A thread is unknown to a webhook of another channel.
      const other = [UNKNOWN_MESSAGE, UNKNOWN_CHANNEL].some((code) => hasCode(error, code))
        ? await otherWriterOf(place, messageId, writer)
        : await reopened(place, error, writer);
      if (other) await work(other);
      return other;
    }
  }

  /** The same webhook, once the thread is open again. */
  async function reopened({ threadId }: WebhookPlace, error: unknown, writer: Webhook): Promise<Webhook> {
    if (!hasCode(error, THREAD_ARCHIVED) || threadId === undefined) throw error;
    if (!(await threads.reopen(threadId))) throw error;
    return writer;
  }

  return {
    findLost,
    async post(place, message, lost) {
      let wanted = message;
      for (let tries = 1; ; tries += 1) {
        const webhook = await webhooks.of(place.channelId);
        try {
          const id = await create(webhook, place, wanted);
          if (id !== undefined) return { id, webhook };
          if (tries >= MAX_TRIES) throw new Error('the webhooks of a channel are moved again and again');
        } catch (error) {
          if (tries >= MAX_TRIES) throw error;
          if (isWebhookGone(error)) {
            webhooks.forget(webhook);
          } else if (hasCode(error, UNKNOWN_CHANNEL) && place.threadId !== undefined) {
            webhooks.forget(webhook);
            const { id } = await webhooks.of(place.channelId);
            // The same one: it is the thread that is gone.
            if (id === webhook.id) throw error;
          } else if (isRefused(error)) {
            if (!isAboutLooks(error)) throw error;
            wanted = withoutLooks(message);
          } else {
            const id = await findLost(place, { ...lost, messages: [wanted] });
            if (id !== undefined) return { id, webhook };
          }
        }
      }
    },
    async edit(place, messageId, message) {
      const writer = writers.get(messageId) ?? (await webhooks.of(place.channelId));
      try {
        return await byWriter(place, messageId, writer, (webhook) => change(webhook, place, messageId, message));
      } catch (error) {
        if (!isWebhookGone(error)) throw error;
        webhooks.forget(writer);
        writers.delete(messageId);
        return undefined;
      }
    },
    async remove(place, messageId) {
      let writer: Webhook | undefined;
      try {
        writer = writers.get(messageId) ?? (await webhooks.of(place.channelId));
        const taken = await byWriter(place, messageId, writer, (webhook) => take(webhook, place, messageId));
        if (taken) return;
      } catch (error) {
        if (!(error instanceof NoWebhook) && !isRefused(error)) throw error;
        if (writer && isWebhookGone(error)) webhooks.forget(writer);
      }
      await takeAsBot(place, messageId);
    },
  };
}

/** Never in the path: rate limits are counted by it. */
function queryOf({ threadId }: WebhookPlace, more: Record<string, string> = {}): URLSearchParams {
  return new URLSearchParams({ ...more, ...(threadId === undefined ? {} : { thread_id: threadId }) });
}

/** What is not answered may have been done, and doing it again changes nothing. */
async function again(request: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await request();
      return;
    } catch (error) {
      if (isRefused(error) || tries >= MAX_TRIES) throw error;
    }
  }
}

/** Name and picture are the persona's, and their words must not be lost for these. */
function isAboutLooks({ rawError }: DiscordAPIError): boolean {
  const errors = 'errors' in rawError ? rawError.errors : undefined;
  return typeof errors === 'object' && ('username' in errors || 'avatar_url' in errors);
}

function withoutLooks({ body, files }: WebhookMessage): WebhookMessage {
  const { username: _, avatar_url: __, ...rest } = body;
  return { body: rest, files };
}
