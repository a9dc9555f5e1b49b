import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../config.ts';
import { Permission, startDiscordSimulator } from '../simulator/discord/index.ts';
import { startInfermaticSimulator } from '../simulator/infermatic/index.ts';
import { createBotProcess } from './bot-process.ts';

export type Playground = Awaited<ReturnType<typeof startPlayground>>;

/** The simulated plan; the second key is there to be brought by the server. */
const SIMULATED_KEYS = { 'sk-simulated': { requestsPerMinute: 12 }, 'sk-of-the-server': { requestsPerMinute: 60 } };
const ROUND_TRIP_MS = 60;
const SIMULATED_SPEED = { firstTokenMs: 300, tokensPerSecond: 50 };

/**
 * Starts the bot in a process of its own, on a simulated Discord with a server, two channels, an admin and two members,
 * and on the real API if there is a key in the environment, else on a simulated one. What it stores is kept in a folder
 * that goes when the playground ends.
 *
 * @param say shows what the bot has to say beside Discord
 * @throws StartError with what keeps the bot from starting
 */
export async function startPlayground(env: Record<string, string | undefined>, say: (text: string) => void) {
  const discord = await startDiscordSimulator({ latencyMs: ROUND_TRIP_MS, identifyIntervalMs: 0 });
  const isReal = Boolean(env['INFERMATIC_API_KEY']?.trim());
  const api = isReal ? undefined : await startInfermaticSimulator({ speed: SIMULATED_SPEED, keys: SIMULATED_KEYS });
  const town = populate(discord);
  const folder = await mkdtemp(join(tmpdir(), 'dramatis-playground-'));
  const botEnv = {
    ...env,
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: discord.apiUrl,
    STORE_URL: `sqlite://${join(folder, 'dramatis.sqlite')}`,
    SECRET_KEY: randomBytes(32).toString('base64'),
    LOG_LEVEL: env['LOG_LEVEL']?.trim() || 'error',
    ...(api ? { INFERMATIC_API_KEY: api.key, INFERMATIC_BASE_URL: api.url } : {}),
  };
  const bot = createBotProcess({ env: botEnv, folder, say });
  // Whichever way the process ends, that of a second Ctrl-C included.
  const dropEverything = () => {
    bot.drop();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', dropEverything);

  async function stop(): Promise<void> {
    await bot.stop();
    await discord.close();
    await api?.close();
    await rm(folder, { recursive: true, force: true });
  }

  try {
    const { apiBaseUrl: apiUrl } = parseConfig(botEnv);
    await bot.start();
    return { discord, ...town, bot, apiUrl, isReal, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Who and what there is; more members join as they are needed. */
function populate(discord: Awaited<ReturnType<typeof startDiscordSimulator>>) {
  const guild = discord.createGuild({ name: 'Playground' });
  const channels = [
    guild.createTextChannel({ name: 'general' }),
    guild.createTextChannel({ name: 'after-dark', nsfw: true }),
  ] as const;
  const permissions = Permission.ManageGuild | Permission.ManageMessages;
  const admins = guild.createRole({ name: 'Admins', permissions });
  const members = ['Alice', 'Bob', 'Carol'].map((name) => discord.createPerson({ name }));
  for (const member of members) guild.join(member, { roles: member.name === 'Alice' ? [admins] : [] });
  const crowd: ReturnType<typeof discord.createPerson>[] = [];

  function crowdOf(people: number) {
    while (crowd.length < people) {
      const person = discord.createPerson({ name: `Member ${crowd.length + 1}` });
      guild.join(person);
      crowd.push(person);
    }
    return crowd.slice(0, people);
  }

  return { channels, members, roles: [admins], crowdOf };
}
