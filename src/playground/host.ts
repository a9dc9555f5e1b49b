import { type App, createApp } from '../app.ts';
import { parseConfig } from '../config.ts';
import { Permission, startDiscordSimulator } from '../simulator/discord/index.ts';
import { startInfermaticSimulator } from '../simulator/infermatic/index.ts';

export type Playground = Awaited<ReturnType<typeof startPlayground>>;

const ROUND_TRIP_MS = 60;
const SIMULATED_SPEED = { firstTokenMs: 300, tokensPerSecond: 50 };

/**
 * Starts the bot as it is, on a simulated Discord with a server, a channel, a moderator and a member, and on the real API if
 * there is a key in the environment, else on a simulated one.
 */
export async function startPlayground(env: Record<string, string | undefined>) {
  const discord = await startDiscordSimulator({ latencyMs: ROUND_TRIP_MS });
  const isReal = Boolean(env['INFERMATIC_API_KEY']?.trim());
  const api = isReal ? undefined : await startInfermaticSimulator({ speed: SIMULATED_SPEED });
  const guild = discord.createGuild({ name: 'Playground' });
  const general = guild.createTextChannel({ name: 'general' });
  const moderators = guild.createRole({ name: 'Moderators', permissions: Permission.ManageMessages });
  const alice = discord.createPerson({ name: 'Alice' });
  const bob = discord.createPerson({ name: 'Bob' });
  guild.join(alice, { roles: [moderators] });
  guild.join(bob);

  const config = parseConfig({
    ...env,
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: discord.apiUrl,
    STORE_URL: 'memory://',
    LOG_LEVEL: env['LOG_LEVEL'] ?? 'silent',
    ...(api ? { INFERMATIC_API_KEY: api.key, INFERMATIC_BASE_URL: api.url } : {}),
  });
  const app: App = createApp(config);

  async function stop(): Promise<void> {
    await app.stop();
    await discord.close();
    await api?.close();
  }

  try {
    await app.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { discord, guild, general, members: [alice, bob], apiUrl: config.apiBaseUrl, isReal, stop };
}
