import { REST } from 'discord.js';
import type { ReplyControl, ReplyPart, ReplyTarget } from '../../src/chat/reply-target.ts';
import type { Document } from '../../src/core/document.ts';
import type { Logger } from '../../src/core/logger.ts';
import { createThreads } from '../../src/discord/threads.ts';
import { createWebhookMessages } from '../../src/discord/webhook-messages.ts';
import { createWebhookTarget, type WebhookTargetOptions } from '../../src/discord/webhook-target.ts';
import { createWebhookRest, createWebhooks } from '../../src/discord/webhooks.ts';
import {
  type ChannelHandle,
  type Here,
  Permission,
  type ShownMessage,
  startDiscordSimulator,
} from '../../src/simulator/discord/index.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { openApiFile } from '../support/openapi.ts';

/** The bot's webhooks on the Discord simulator, in a channel of a server. */
export async function startWebhooks(defaultBucket = { limit: 1_000, windowMs: 1_000 }) {
  const discord = await startDiscordSimulator({
    ...(openApiFile ? { openApiFile } : {}),
    defaultBucket,
  });
  const guild = discord.createGuild({ name: 'Home' });
  const alice = discord.createPerson({ name: 'Alice' });
  guild.join(alice);
  const log: object[] = [];
  const documents = new Map<string, unknown>();
  const clock = new FakeClock();
  const rest = new REST({ api: discord.apiUrl, cdn: new URL(discord.apiUrl).origin }).setToken(discord.token);
  const webhookRest = createWebhookRest({ apiUrl: discord.apiUrl });
  const threads = createThreads({ rest });

  /** As after a start of the bot. */
  function open() {
    const webhooks = createWebhooks({
      rest,
      applicationId: discord.applicationId,
      name: 'Dramatis',
      avatarsOf: (id) => documentIn(documents, id),
      clock,
      logger: recordingLogger(log),
    });
    return { webhooks, messages: createWebhookMessages({ rest, webhookRest, webhooks, threads }) };
  }

  const opened = open();
  return {
    ...opened,
    open,
    discord,
    guild,
    alice,
    log,
    documents,
    clock,
    rest,
    webhookRest,
    threads,
    newChannel: (): ChannelHandle => guild.createTextChannel({ name: 'stage' }),
    /** What the bot asked for since the log was cleared. */
    requests: () => discord.log.map(({ method, route }) => `${method} ${route}`),
    targetIn(channelId: string, more: Partial<WebhookTargetOptions> = {}): Promise<ReplyTarget> {
      return createWebhookTarget({
        ...opened,
        rest,
        channelId,
        username: 'Seraphina',
        avatarUrl: async () => undefined,
        showTyping: () => () => {},
        logger: recordingLogger(log),
        ...more,
      });
    },
    /** Throws when a request broke Discord's rules. */
    async close() {
      await discord.close();
      if (discord.violations.length > 0) throw new Error(discord.violations.join('\n'));
    },
  };
}

export type WebhookScene = Awaited<ReturnType<typeof startWebhooks>>;

export const WITHOUT_WEBHOOKS =
  Permission.ViewChannel | Permission.SendMessages | Permission.SendMessagesInThreads | Permission.ReadMessageHistory;

export function part(content: string, controls: ReplyControl[] = []): ReplyPart {
  return { content, controls };
}

/** Who is shown to have written what. */
export function shown(place: Pick<Here, 'messages'> | { messages(): ShownMessage[] }): string[] {
  return place.messages().map(({ author, content }) => `${author.name}: ${content}`);
}

function documentIn(documents: Map<string, unknown>, id: string): Document {
  return {
    read: async () => documents.get(id),
    async write(value) {
      documents.set(id, value);
    },
  };
}

function recordingLogger(log: object[]): Logger {
  const at = (level: string) => (facts: object, message: string) => void log.push({ level, facts, message });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
