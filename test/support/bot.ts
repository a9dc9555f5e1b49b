import { type App, type AppOverrides, createApp } from '../../src/app.ts';
import { parseConfig } from '../../src/config.ts';
import type { Logger } from '../../src/core/logger.ts';
import {
  type DiscordSimulator,
  type DiscordSimulatorOptions,
  startDiscordSimulator,
} from '../../src/simulator/discord/index.ts';
import {
  type InfermaticSimulator,
  type InfermaticSimulatorOptions,
  startInfermaticSimulator,
} from '../../src/simulator/infermatic/index.ts';
import { openApiFile } from './openapi.ts';
import { createSkippableClock, type SkippableClock } from './skippable-clock.ts';

export interface Simulators {
  discord: DiscordSimulator;
  api: InfermaticSimulator;
  /** Of both simulators. */
  clock: SkippableClock;
  /** What a bot on these simulators needs in its environment. */
  env: Record<string, string>;
  /** Throws when a request broke Discord's rules. */
  close(): Promise<void>;
}

export interface SimulatorsOptions {
  discord?: DiscordSimulatorOptions | undefined;
  api?: InfermaticSimulatorOptions | undefined;
}

export interface BotWorld extends Simulators {
  /** What the bot wrote into its log, of all its lives. */
  log: { level: string; facts: object; message: string }[];
  /** Begins to stop the bot, and resolves when it has stopped. */
  stop(): Promise<void>;
  /** Stops the bot and makes it anew on the same simulators, as for an update. */
  restart(env?: Record<string, string>): Promise<void>;
}

export interface BotWorldOptions extends SimulatorsOptions {
  env?: Record<string, string>;
  overrides?: AppOverrides;
  /** Prepares the simulators before the bot logs in. */
  prepare?: (simulators: Simulators) => void;
}

/** A small model whose tokenizer loads at once. */
export const MODEL = 'MythoMax-L2-13b';
/** So wide that no test waits for a window; tests of the rhythm set their own. */
const AMPLE_BUCKET = { limit: 1_000, windowMs: 1_000 };
const AMPLE_KEY = { requestsPerMinute: 100_000 };

export async function startSimulators(options: SimulatorsOptions = {}): Promise<Simulators> {
  const clock = createSkippableClock();
  const discord = await startDiscordSimulator({
    ...(openApiFile ? { openApiFile } : {}),
    clock,
    defaultBucket: AMPLE_BUCKET,
    identifyIntervalMs: 0,
    ...options.discord,
  });
  const api = await startInfermaticSimulator({ keys: { 'sk-simulated': AMPLE_KEY }, clock, ...options.api });
  return {
    discord,
    api,
    clock,
    env: {
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.apiUrl,
      INFERMATIC_API_KEY: api.key,
      INFERMATIC_BASE_URL: api.url,
      STORE_URL: 'memory://',
      DEFAULT_MODEL: MODEL,
      REQUESTS_PER_MINUTE: '1000',
    },
    async close() {
      await discord.close();
      await api.close();
      if (discord.violations.length > 0) {
        throw new Error(`Discord's rules were broken:\n${discord.violations.join('\n')}`);
      }
    },
  };
}

/** The whole bot on both simulators, over real sockets. */
export async function startBot(options: BotWorldOptions = {}): Promise<BotWorld> {
  const simulators = await startSimulators(options);
  const log: BotWorld['log'] = [];
  let app: App | undefined;

  async function start(env: Record<string, string> = {}): Promise<void> {
    const config = parseConfig({ ...simulators.env, ...options.env, ...env });
    app = createApp(config, { logger: recordingLogger(log), clock: simulators.clock, ...options.overrides });
    await app.start();
  }

  async function stop(): Promise<void> {
    await app?.stop();
  }

  async function close(): Promise<void> {
    await stop();
    await simulators.close();
  }

  try {
    options.prepare?.(simulators);
    await start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ...simulators,
    log,
    stop,
    async restart(env) {
      await stop();
      await start(env);
    },
    close,
  };
}

function recordingLogger(log: BotWorld['log']): Logger {
  const at = (level: string) => (facts: object, message: string) => void log.push({ level, facts, message });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
