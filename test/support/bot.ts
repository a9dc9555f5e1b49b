import { createApp, type App, type AppOverrides } from '../../src/app.ts';
import { parseConfig } from '../../src/config.ts';
import { silentLogger } from '../../src/core/logger.ts';
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

export interface BotWorld {
  discord: DiscordSimulator;
  api: InfermaticSimulator;
  /** Makes the bot anew on the same simulators, as after a crash or an update. */
  restart(env?: Record<string, string>): Promise<void>;
  close(): Promise<void>;
}

export interface BotWorldOptions {
  discord?: DiscordSimulatorOptions;
  api?: InfermaticSimulatorOptions;
  env?: Record<string, string>;
  overrides?: AppOverrides;
  /** Makes servers, channels and people before the bot logs in. */
  prepare?: (discord: DiscordSimulator, api: InfermaticSimulator) => void;
}

/** A small model whose tokenizer loads at once. */
export const MODEL = 'MythoMax-L2-13b';

/** The whole bot on both simulators, over real sockets. `close` throws when a request broke Discord's rules. */
export async function startBot(options: BotWorldOptions = {}): Promise<BotWorld> {
  const discord = await startDiscordSimulator({ ...(openApiFile ? { openApiFile } : {}), ...options.discord });
  const api = await startInfermaticSimulator(options.api ?? {});
  options.prepare?.(discord, api);
  const make = (env: Record<string, string> = {}) =>
    createApp(
      parseConfig({
        DISCORD_TOKEN: discord.token,
        DISCORD_API_URL: discord.apiUrl,
        INFERMATIC_API_KEY: api.key,
        INFERMATIC_BASE_URL: api.url,
        STORE_URL: 'memory://',
        DEFAULT_MODEL: MODEL,
        REQUESTS_PER_MINUTE: '1000',
        ...options.env,
        ...env,
      }),
      { logger: silentLogger, ...options.overrides },
    );
  let app: App | undefined;
  const world: BotWorld = {
    discord,
    api,
    async restart(env) {
      await app?.stop();
      app = make(env);
      await app.start();
    },
    async close() {
      await app?.stop();
      await discord.close();
      await api.close();
      if (discord.violations.length > 0) throw new Error(`Discord's rules were broken:\n${discord.violations.join('\n')}`);
    },
  };
  try {
    app = make();
    await app.start();
  } catch (error) {
    await world.close();
    throw error;
  }
  return world;
}
