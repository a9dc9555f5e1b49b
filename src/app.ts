import { once } from 'node:events';
import { type Client, Events, type REST } from 'discord.js';
import { createEditClock, type EditClock } from './chat/edit-clock.ts';
import { createGenerate } from './chat/generate.ts';
import { createTurns } from './chat/turn.ts';
import { createCompletionsClient } from './completions/client.ts';
import { CompletionError } from './completions/errors.ts';
import type { Config } from './config.ts';
import { type Clock, systemClock } from './core/clock.ts';
import { StartError } from './core/errors.ts';
import { createLogger, type Logger } from './core/logger.ts';
import { repeat } from './core/repeat.ts';
import { createSeal } from './core/seal.ts';
import { createAsking } from './discord/asking.ts';
import { createReadTextFile } from './discord/attachments.ts';
import type { Bot } from './discord/bot.ts';
import { createClient, createRest, readApplication } from './discord/client.ts';
import { deleteMessages } from './discord/delete-messages.ts';
import { createDispatch } from './discord/dispatch.ts';
import { answerMessages } from './discord/messages.ts';
import { watchRateLimits } from './discord/rate-limits.ts';
import { prepareRecovery } from './discord/recovery.ts';
import { buttonsOf, loadCommands, publishCommands } from './discord/registry.ts';
import { createRunningReplies } from './discord/running.ts';
import { createShowTyping } from './discord/typing.ts';
import { type Catalog, createCatalog } from './models/catalog.ts';
import { createHistory } from './storage/history.ts';
import { openStore } from './storage/store.ts';
import { createThrottle } from './throttle/queue.ts';

export interface App {
  /** Resolves when the bot answers. @throws StartError with the reason and the fix when it cannot start. */
  start(): Promise<void>;
  /** Takes no more work, lets running replies finish for a while, then closes everything. */
  stop(): Promise<void>;
}

export interface AppOverrides {
  clock?: Clock;
  logger?: Logger;
  fetch?: typeof globalThis.fetch;
}

const COMMANDS_FOLDER = new URL('../commands/', import.meta.url);
const STOP_GRACE_MS = 20_000;
const CATALOG_REFRESH_MS = 10 * 60_000;
// While there is no list at all.
const CATALOG_RETRY_MS = 15_000;
// So long the start waits for the list of models; a slow API must not keep the bot from Discord.
const CATALOG_START_MS = 10_000;
const SWEEP_CLEARED_MS = 60 * 60_000;
const NO_MESSAGE_CONTENT =
  'the message content intent is not granted: questions arrive by command, mention and direct message';
const NO_MODELS = 'the list of models could not be loaded; the bot goes on without';
const KEY_REFUSED =
  'The API does not accept INFERMATIC_API_KEY. Copy it again from infermatic.ai: after login, left bar, below "Join Discord".';

// An outage of the service looks like a wrong key for a moment: asked once more before the key is blamed.
const KEY_RECHECK_MS = 2_000;

/** The composition root: everything is made and wired here, and nowhere else. */
export function createApp(config: Config, overrides: AppOverrides = {}): App {
  const clock = overrides.clock ?? systemClock;
  const logger = overrides.logger ?? createLogger(config.logLevel);
  const fetch = overrides.fetch ?? globalThis.fetch;
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = createRunningReplies({ clock });
  const closers: (() => Promise<void>)[] = [];

  async function start(): Promise<void> {
    const commands = await loadCommands(COMMANDS_FOLDER);
    const { rest, interactionRest } = createRest({ apiUrl: config.discordApiUrl, token: config.discordToken });
    const completions = createCompletionsClient({ baseUrl: config.apiBaseUrl, apiKey: config.apiKey, clock, fetch });
    const { defaultModel } = config;
    const catalog = createCatalog({ listModels: completions.listModels, defaultModel, logger });
    const [application] = await Promise.all([readApplication(rest), listModels(catalog)]);
    const store = await openStore(config.storeUrl, { clock });
    closers.push(() => store.close());
    const history = createHistory({ store, clock, logger });

    const shared = { history, rest, interactionRest, clock, logger, ownName: application.name };
    const editClock = createEditClock({ clock });
    watchRateLimits(rest, editClock);
    watchRateLimits(interactionRest, editClock);
    const seal = createSeal(config.discordToken, 'interaction tokens');
    const recover = await prepareRecovery({ ...shared, editClock, seal });
    const throttle = createThrottle({
      requestsPerMinute: config.requestsPerMinute,
      maxConcurrent: config.maxConcurrentRequests,
      clock,
    });
    const generate = createGenerate({ ...shared, completions, throttle });
    const turns = createTurns({ ...shared, catalog, generate, editClock });
    const asking = createAsking({ ...shared, turns, running, seal, showTyping: createShowTyping({ rest, clock }) });
    const bot: Bot = {
      name: application.name,
      catalog,
      history,
      asking,
      commands,
      readTextFile: createReadTextFile({ apiUrl: config.discordApiUrl, fetch }),
      stopReplies: running.stopAll,
      deleteMessages: (channelId, messageIds) => deleteMessages(rest, channelId, messageIds),
    };

    const [client, published] = await Promise.all([
      connect(bot, { canReadMessages: application.canReadMessages, rest, editClock }),
      publishCommands(rest, application.id, commands.values()),
    ]);
    logger.info({ bot: bot.name, guilds: client.guilds.cache.size, commandsPublished: published.changed }, 'ready');
    await recover();
    const refreshMs = () => (catalog.list().length > 0 ? CATALOG_REFRESH_MS : CATALOG_RETRY_MS);
    repeat(() => catalog.refresh({ signal }), { intervalMs: refreshMs, clock, logger, signal });
    repeat(() => history.sweepCleared(), { intervalMs: () => SWEEP_CLEARED_MS, clock, logger, signal });
  }

  async function connect(
    bot: Bot,
    { canReadMessages, rest, editClock }: { canReadMessages: boolean; rest: REST; editClock: EditClock },
  ): Promise<Client> {
    if (!canReadMessages) logger.info({}, NO_MESSAGE_CONTENT);
    const client = createClient({ apiUrl: config.discordApiUrl, canReadMessages });
    closers.push(() => client.destroy());
    const dispatch = createDispatch({ bot, buttons: buttonsOf(bot.commands, running), logger });
    client.on(Events.InteractionCreate, (interaction) => void dispatch(interaction));
    client.on(Events.Error, (error) => logger.error({ err: error }, 'discord client'));
    answerMessages({ client, asking: bot.asking, rest, editClock, running, logger });
    await logIn(client, config.discordToken);
    return client;
  }

  /** The bot starts without the list when the API is down; a refused key is another matter. */
  async function listModels(catalog: Catalog): Promise<void> {
    const refresh = () => catalog.refresh({ signal: AbortSignal.any([signal, AbortSignal.timeout(CATALOG_START_MS)]) });
    try {
      await refresh();
    } catch (error) {
      if (!isKeyRefused(error)) return logger.warn({ err: error }, NO_MODELS);
      await clock.sleep(KEY_RECHECK_MS, { signal });
      await refresh().catch((second: unknown) => {
        if (isKeyRefused(second)) throw new StartError(KEY_REFUSED);
        logger.warn({ err: second }, NO_MODELS);
      });
    }
  }

  async function stop(): Promise<void> {
    await running.shutDown({ graceMs: STOP_GRACE_MS });
    stopping.abort();
    for (const close of closers.splice(0).toReversed()) await close();
  }

  return { start, stop };
}

function isKeyRefused(error: unknown): boolean {
  return error instanceof CompletionError && error.kind === 'unauthorized';
}

async function logIn(client: Client, token: string): Promise<void> {
  try {
    const ready = once(client, Events.ClientReady);
    await Promise.all([ready, client.login(token)]);
  } catch (error) {
    throw new StartError(`Discord refused the login: ${error instanceof Error ? error.message : String(error)}`);
  }
}
