import { randomBytes } from 'node:crypto';
import { type App, createApp } from '../app.ts';
import { parseConfig } from '../config.ts';
import { Permission, startDiscordSimulator } from '../simulator/discord/index.ts';
import { startInfermaticSimulator } from '../simulator/infermatic/index.ts';

export type Playground = Awaited<ReturnType<typeof startPlayground>>;

/** The simulated plan; the second key is there to be brought by the server. */
const SIMULATED_KEYS = { 'sk-simulated': { requestsPerMinute: 12 }, 'sk-of-the-server': { requestsPerMinute: 60 } };
const ROUND_TRIP_MS = 60;
const SIMULATED_SPEED = { firstTokenMs: 300, tokensPerSecond: 50 };

/**
 * Starts the bot as it is, on a simulated Discord with a server, a channel, an admin and a member, and on the real API if
 * there is a key in the environment, else on a simulated one.
 */
export async function startPlayground(env: Record<string, string | undefined>) {
  const discord = await startDiscordSimulator({ latencyMs: ROUND_TRIP_MS });
  const isReal = Boolean(env['INFERMATIC_API_KEY']?.trim());
  const api = isReal ? undefined : await startInfermaticSimulator({ speed: SIMULATED_SPEED, keys: SIMULATED_KEYS });
  const guild = discord.createGuild({ name: 'Playground' });
  const general = guild.createTextChannel({ name: 'general' });
  const admins = guild.createRole({
    name: 'Admins',
    permissions: Permission.ManageGuild | Permission.ManageMessages,
  });
  const alice = discord.createPerson({ name: 'Alice' });
  const bob = discord.createPerson({ name: 'Bob' });
  guild.join(alice, { roles: [admins] });
  guild.join(bob);

  const config = parseConfig({
    ...env,
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: discord.apiUrl,
    STORE_URL: 'memory://',
    SECRET_KEY: randomBytes(32).toString('base64'),
    LOG_LEVEL: env['LOG_LEVEL'] ?? 'silent',
    ...(api ? { INFERMATIC_API_KEY: api.key, INFERMATIC_BASE_URL: api.url } : {}),
  });
  const app: App = createApp(config);

  const crowd: ReturnType<typeof discord.createPerson>[] = [];

  /** Members beside the two, who join as they are needed. */
  function crowdOf(people: number) {
    while (crowd.length < people) {
      const person = discord.createPerson({ name: `Member ${crowd.length + 1}` });
      guild.join(person);
      crowd.push(person);
    }
    return crowd.slice(0, people);
  }

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
  return { discord, guild, general, members: [alice, bob], crowdOf, apiUrl: config.apiBaseUrl, isReal, stop };
}
