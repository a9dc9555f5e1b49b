import { once } from 'node:events';
import { type Client, Events, type REST } from 'discord.js';
import { createBuiltInPersonas } from './chat/built-in-personas.ts';
import { createCasting } from './chat/casting.ts';
import { createChoices } from './chat/choices.ts';
import { createEditClock, type EditClock } from './chat/edit-clock.ts';
import { createGenerate } from './chat/generate.ts';
import { createLateScenePrompts } from './chat/late-scene-prompts.ts';
import { createLorebooks } from './chat/lorebooks.ts';
import { createPersonas } from './chat/personas.ts';
import { createPlayers } from './chat/players.ts';
import { createTextCounts } from './chat/text-counts.ts';
import { createTurns } from './chat/turn.ts';
import { createUpstreams, type Upstream } from './chat/upstreams.ts';
import { createCompletionsClient } from './completions/client.ts';
import { CompletionError } from './completions/errors.ts';
import type { Config } from './config.ts';
import { type Clock, systemClock } from './core/clock.ts';
import { StartError } from './core/errors.ts';
import { createLogger, type Logger } from './core/logger.ts';
import { repeat } from './core/repeat.ts';
import { createSeal, type Seal } from './core/seal.ts';
import { createAsking } from './discord/asking.ts';
import { createReadFile } from './discord/attachments.ts';
import type { Bot } from './discord/bot.ts';
import { createClient, createRest, readApplication } from './discord/client.ts';
import { componentsOf } from './discord/components.ts';
import { createDispatch } from './discord/dispatch.ts';
import { createFaces } from './discord/faces.ts';
import { createDownload } from './discord/file-download.ts';
import { messageMenus } from './discord/message-menus.ts';
import { answerMessages } from './discord/messages.ts';
import { createPostView } from './discord/post-view.ts';
import { createPublicUrlOf } from './discord/public-pictures.ts';
import { watchRateLimits } from './discord/rate-limits.ts';
import { prepareRecovery } from './discord/recovery.ts';
import { loadCommands, publishCommands } from './discord/registry.ts';
import { dropScenesOfDeleted } from './discord/roleplay/drop-scenes.ts';
import { createRunningReplies } from './discord/running.ts';
import { createSpeakingTargets } from './discord/speaking-target.ts';
import { createTellKeyRefused } from './discord/tell-key-refused.ts';
import { createThreads } from './discord/threads.ts';
import { createShowTyping } from './discord/typing.ts';
import { createWebhookMessages } from './discord/webhook-messages.ts';
import { createWebhookRest, createWebhooks } from './discord/webhooks.ts';
import { type Catalog, createCatalog } from './models/catalog.ts';
import { createHealth } from './models/health.ts';
import { createLearned, type Learned } from './models/learned.ts';
import { createTokenizers } from './models/tokens.ts';
import { createCardReader } from './personas/card-reader.ts';
import { createDocument } from './storage/document.ts';
import { createHistory } from './storage/history.ts';
import { createLorebookStore } from './storage/lorebooks.ts';
import { createPersonaStore } from './storage/personas.ts';
import { createSceneStore } from './storage/scenes.ts';
import { createSettings, type SettingsStore } from './storage/settings.ts';
import { openStore, type Store } from './storage/store.ts';
import { createUserStore } from './storage/users.ts';
import { createThrottle, type Throttle } from './throttle/queue.ts';

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
// While the list is none, or that of an earlier run.
const CATALOG_RETRY_MS = 15_000;
// So long the start waits for the list of models; a slow API must not keep the bot from Discord.
const CATALOG_START_MS = 10_000;
const SWEEP_CLEARED_MS = 60 * 60_000;
const NO_MESSAGE_CONTENT =
  'the message content intent is not granted: questions arrive by command, mention and direct message';
/** Until the API tells what a server's key may do: the smallest plan known. */
const SERVER_KEY_REQUESTS_PER_MINUTE = 12;
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
    const store = await openStore(config.storeUrl, { clock });
    closers.push(() => store.close());
    const settings = createSettings({ store, clock, logger });
    const learned = createLearned({
      document: createDocument({ store, name: 'learned', clock, logger }),
      clock,
      logger,
    });
    await learned.load();
    closers.push(() => learned.flush());
    const upstreams = createUpstreams({
      create: createUpstreamOf({ store, learned }),
      operatorKey: config.apiKey,
      sealOf: sealOfServerKeys(config.secretKeys),
      settings,
      onRefused: createTellKeyRefused({ rest, logger }),
      clock,
      logger,
      signal,
    });
    const operatorCatalog = upstreams.operator?.catalog;
    const [application] = await Promise.all([readApplication(rest), operatorCatalog && listModels(operatorCatalog)]);

    const history = createHistory({ store, clock, logger });
    const tokenizers = createTokenizers({ logger });
    closers.push(() => tokenizers.close());
    const health = createHealth({ clock });
    const choices = createChoices({ settings, upstreams, learned });
    const { personas, lorebooks, scenes, users, players, casting } = createStage({ store, settings });
    const cards = createCardReader({ logger });
    closers.push(() => cards.close());
    const { random } = Math;
    const { safetyPrompt } = config;
    const textCounts = createTextCounts();
    const scenePrompts = createLateScenePrompts(async () => {
      const [{ createScenePrompts }, { createRegexGuard }] = await Promise.all([
        import('./chat/scene-prompt.ts'),
        import('./prompt/regex-guard.ts'),
      ]);
      const regex = createRegexGuard({ clock, logger });
      closers.push(() => regex.close());
      return createScenePrompts({
        history,
        scenes,
        lorebooks,
        players,
        regex,
        clock,
        random,
        safetyPrompt,
        textCounts,
      });
    });
    const shared = {
      history,
      settings,
      choices,
      personas,
      players,
      casting,
      scenePrompts,
      textCounts,
      random,
      upstreams,
      tokenizers,
      rest,
      interactionRest,
      clock,
      logger,
      ownName: application.name,
    };
    const editClock = createEditClock({ clock });
    watchRateLimits(rest, editClock);
    watchRateLimits(interactionRest, editClock);
    const seal = createSeal([config.discordToken], 'interaction tokens');
    const showTyping = createShowTyping({ rest, clock });
    const threads = createThreads({ rest });
    const webhookRest = createWebhookRest({ apiUrl: config.discordApiUrl });
    watchRateLimits(webhookRest, editClock);
    const webhooks = createWebhooks({
      rest,
      applicationId: application.id,
      name: application.name,
      avatarsOf: (webhookId) => createDocument({ store, name: `avatars:${webhookId}`, clock, logger }),
      clock,
      logger,
    });
    const { publicUrl, picturesPort } = config;
    const faces = createFaces({
      personas,
      settings,
      webhooks,
      publicUrlOf: publicUrl === undefined ? undefined : createPublicUrlOf(publicUrl),
    });
    if (publicUrl !== undefined) {
      const { servePictures } = await import('./discord/serve-pictures.ts');
      const pictures = await servePictures({ personas, publicUrl, port: picturesPort, logger });
      closers.push(() => pictures.close());
    }
    const messages = createWebhookMessages({ rest, webhookRest, webhooks, threads });
    const targets = createSpeakingTargets({ rest, webhooks, messages, faces, showTyping, logger });
    const recover = await prepareRecovery({ ...shared, targets, editClock, seal });
    const generate = createGenerate({ ...shared, learned, health });
    const turns = createTurns({ ...shared, generate, editClock });
    const files = { apiUrl: config.discordApiUrl, fetch };
    const readFile = createReadFile(files);
    const asking = createAsking({
      ...shared,
      turns,
      targets,
      webhookMessages: messages,
      editClock,
      readFile,
      running,
      seal,
      showTyping,
    });
    const bot: Bot = {
      name: application.name,
      history,
      settings,
      choices,
      upstreams,
      personas,
      lorebooks,
      casting,
      scenes,
      users,
      players,
      scenePrompts,
      cards,
      download: createDownload(files),
      webhooks,
      hasPublicPictures: publicUrl !== undefined,
      threads,
      canReadMessages: application.canReadMessages,
      health,
      tokenizers,
      clock,
      asking,
      commands,
      stopReplies: running.stopAll,
      post: createPostView({ rest }),
    };

    const [client, published] = await Promise.all([
      connect(bot, { canReadMessages: application.canReadMessages, rest, editClock }),
      publishCommands(rest, application.id, commands.values(), messageMenus),
    ]);
    logger.info({ bot: bot.name, guilds: client.guilds.cache.size, commandsPublished: published.changed }, 'ready');
    await recover();
    if (operatorCatalog) {
      const refreshMs = () => (operatorCatalog.state === 'fresh' ? CATALOG_REFRESH_MS : CATALOG_RETRY_MS);
      repeat(() => operatorCatalog.refresh({ signal }), { intervalMs: refreshMs, clock, logger, signal });
    }
    repeat(() => history.sweepCleared(), { intervalMs: () => SWEEP_CLEARED_MS, clock, logger, signal });
  }

  /** Personas, lorebooks and who plays whom. */
  function createStage({ store, settings }: { store: Store; settings: SettingsStore }) {
    const stored = { store, clock, logger };
    const personaStore = createPersonaStore(stored);
    const lorebookStore = createLorebookStore(stored);
    const sweep = async () => {
      await personaStore.sweepRemoved();
      await lorebookStore.sweepRemoved();
    };
    repeat(sweep, { intervalMs: () => SWEEP_CLEARED_MS, clock, logger, signal });
    const personas = createPersonas({ store: personaStore, builtIn: createBuiltInPersonas() });
    const lorebooks = createLorebooks({ store: lorebookStore, settings });
    const scenes = createSceneStore(stored);
    const users = createUserStore(stored);
    const players = createPlayers({ users });
    const casting = createCasting({ personas, scenes, settings });
    return { personas, lorebooks, scenes, users, players, casting };
  }

  /** Everything for one API key. */
  function createUpstreamOf({ store, learned }: { store: Store; learned: Learned }) {
    return (id: string, apiKey: string, shared?: Throttle): Upstream => {
      const requestsPerMinute = id === 'operator' ? config.requestsPerMinute : SERVER_KEY_REQUESTS_PER_MINUTE;
      const maxConcurrent = config.maxConcurrentRequests;
      const throttle = shared ?? createThrottle({ requestsPerMinute, maxConcurrent, clock });
      const completions = createCompletionsClient({ baseUrl: config.apiBaseUrl, apiKey, clock, fetch });
      const saved = createDocument({ store, name: `models:${id}`, clock, logger });
      const { listModels } = completions;
      const { defaultModel } = config;
      const catalog = createCatalog({ listModels, defaultModel, learned, saved, logger });
      return { id, completions, throttle, catalog };
    };
  }

  async function connect(
    bot: Bot,
    { canReadMessages, rest, editClock }: { canReadMessages: boolean; rest: REST; editClock: EditClock },
  ): Promise<Client> {
    if (!canReadMessages) logger.info({}, NO_MESSAGE_CONTENT);
    const client = createClient({ apiUrl: config.discordApiUrl, canReadMessages });
    closers.push(() => client.destroy());
    const components = componentsOf(bot.commands, running);
    const dispatch = createDispatch({ bot, ...components, menus: messageMenus, logger });
    client.on(Events.InteractionCreate, (interaction) => void dispatch(interaction));
    client.on(Events.Error, (error) => logger.error({ err: error }, 'discord client'));
    const { asking, scenes, history } = bot;
    dropScenesOfDeleted({ client, scenes, logger });
    answerMessages({ client, asking, scenes, history, rest, editClock, running, logger });
    await logIn(client, config.discordToken);
    return client;
  }

  /** The bot starts without the list when the API is down; a refused key is another matter. */
  async function listModels(catalog: Catalog): Promise<void> {
    await catalog.restore();
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

function sealOfServerKeys(secretKeys: Buffer[] | undefined): ((guildId: string) => Seal) | undefined {
  const [first, ...older] = secretKeys ?? [];
  return first && ((guildId) => createSeal([first, ...older], `API key of server ${guildId}`));
}

async function logIn(client: Client, token: string): Promise<void> {
  try {
    const ready = once(client, Events.ClientReady);
    await Promise.all([ready, client.login(token)]);
  } catch (error) {
    throw new StartError(`Discord refused the login: ${error instanceof Error ? error.message : String(error)}`);
  }
}
