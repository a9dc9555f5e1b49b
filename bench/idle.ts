import { setTimeout as sleep } from 'node:timers/promises';
import type { Memory } from './support/child-side.ts';
import type { Benchmark } from './support/row.ts';
import { startWorld, type World } from './support/world.ts';

const PAIRS = 5;
const GUILDS = 20;
const CHANNELS_PER_GUILD = 40;
const ROLES_PER_GUILD = 20;
const IDLE_MS = 2_000;
const MIB = 1024 * 1024;

interface Sample extends Memory {
  readyAfterMs: number;
}

export const idle: Benchmark = {
  name: 'idle',
  about: 'memory and start of the bot, over a plain discord.js client in the same world',
  async run() {
    const world = await startWorld();
    fill(world);
    // First starts compile what later ones find compiled, and publish the commands.
    for (const start of [world.startPlainClient, world.startBot]) await measure(start, 0);
    const pairs: { plain: Sample; bot: Sample }[] = [];
    for (let pair = 0; pair < PAIRS; pair++) {
      pairs.push({
        plain: await measure(world.startPlainClient, IDLE_MS),
        bot: await measure(world.startBot, IDLE_MS),
      });
    }
    await world.close();
    const over = (value: (sample: Sample) => number) => pairs.map(({ plain, bot }) => value(bot) - value(plain));
    return {
      rows: [
        {
          what: 'idle memory (RSS) over plain discord.js',
          rival: '-',
          unit: 'MiB',
          target: 25,
          judged: 'median',
          samples: over(({ rssBytes }) => rssBytes / MIB),
        },
        {
          what: 'start to ready over plain discord.js',
          rival: '-',
          unit: 'ms',
          target: 300,
          judged: 'median',
          samples: over(({ readyAfterMs }) => readyAfterMs),
        },
      ],
      notes: pairs.map(({ plain, bot }) => `plain ${describe(plain)}; bot ${describe(bot)}`),
    };
  },
};

function fill({ discord }: World): void {
  for (let number = 0; number < GUILDS; number++) {
    const guild = discord.createGuild({ name: `guild-${number}` });
    for (let channel = 0; channel < CHANNELS_PER_GUILD; channel++) {
      guild.createTextChannel({ name: `channel-${channel}`, topic: `What channel ${channel} is about` });
    }
    for (let role = 0; role < ROLES_PER_GUILD; role++) guild.createRole({ name: `role-${role}`, permissions: 0n });
  }
}

async function measure(start: World['startBot'], idleMs: number): Promise<Sample> {
  const child = await start();
  await sleep(idleMs);
  const memory = await child.memory();
  await child.stop();
  return { ...memory, readyAfterMs: child.readyAfterMs };
}

function describe({ rssBytes, heapUsedBytes, readyAfterMs }: Sample): string {
  const mib = (bytes: number) => (bytes / MIB).toFixed(1);
  return `RSS ${mib(rssBytes)} MiB, heap ${mib(heapUsedBytes)} MiB, ready after ${Math.round(readyAfterMs)} ms`;
}
