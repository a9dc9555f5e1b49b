import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DiscordSimulator, type Here, startDiscordSimulator } from '../../src/simulator/discord/index.ts';
import { type InfermaticSimulator, startInfermaticSimulator } from '../../src/simulator/infermatic/index.ts';
import { type Child, startChild } from './child.ts';
import { conditions, MODEL, REQUESTS_PER_MINUTE } from './conditions.ts';
import { askedFor, tokensOf } from './story.ts';

export interface World {
  discord: DiscordSimulator;
  api: InfermaticSimulator;
  /** A new channel, as each of so many members sees it. */
  newChannel(members: number): Here[];
  /** The whole bot in a process of its own, with a new store on the disk. */
  startBot(): Promise<Child>;
  /** discord.js and nothing else, with the intents of the bot, in a process of its own. */
  startPlainClient(): Promise<Child>;
  close(): Promise<void>;
}

const BOT = new URL('../bot-process.ts', import.meta.url);
const PLAIN_CLIENT = new URL('../plain-client.ts', import.meta.url);

/** Both simulators in this process, so that the CPU time and the memory of a child are its own. */
export async function startWorld(): Promise<World> {
  const discord = await startDiscordSimulator({
    latencyMs: conditions.roundTripMs,
    defaultBucket: conditions.bucket,
    // Discord lets a bot log in every five seconds; these are not measured.
    identifyIntervalMs: 0,
  });
  const api = await startInfermaticSimulator({
    speed: { firstTokenMs: conditions.firstTokenMs, tokensPerSecond: conditions.tokensPerSecond },
    keys: { 'sk-simulated': { requestsPerMinute: REQUESTS_PER_MINUTE } },
    reply: ({ messages }) => {
      const story = askedFor(messages);
      return story ? { reply: tokensOf(story) } : {};
    },
  });
  const folder = await mkdtemp(join(tmpdir(), 'dramatis-bench-'));
  const guild = discord.createGuild({ name: 'Bench' });
  const people: ReturnType<DiscordSimulator['createPerson']>[] = [];
  const discordEnv = { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl };
  let [channels, stores] = [0, 0];

  return {
    discord,
    api,
    newChannel(members) {
      channels += 1;
      const channel = guild.createTextChannel({ name: `channel-${channels}` });
      while (people.length < members) {
        const person = discord.createPerson({ name: `member-${people.length + 1}` });
        guild.join(person);
        people.push(person);
      }
      return people.slice(0, members).map((person) => person.in(channel));
    },
    startBot() {
      stores += 1;
      return startChild(BOT, {
        ...discordEnv,
        INFERMATIC_API_KEY: api.key,
        INFERMATIC_BASE_URL: api.url,
        DEFAULT_MODEL: MODEL,
        REQUESTS_PER_MINUTE: String(REQUESTS_PER_MINUTE),
        STORE_URL: `sqlite://${join(folder, `${stores}.sqlite`)}`,
      });
    },
    startPlainClient: () => startChild(PLAIN_CLIENT, discordEnv),
    async close() {
      await discord.close();
      await api.close();
      await rm(folder, { recursive: true, force: true });
      if (discord.violations.length > 0)
        throw new Error(`Discord's rules were broken:\n${discord.violations.join('\n')}`);
    },
  };
}
