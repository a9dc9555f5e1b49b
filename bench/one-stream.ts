import { setTimeout as sleep } from 'node:timers/promises';
import { conditions } from './support/conditions.ts';
import type { Benchmark, Row } from './support/row.ts';
import { receivedAt, type StoryTimes } from './support/watch-story.ts';
import { openStage, type WayToAsk, warmUp, waysToAsk } from './support/ways-to-ask.ts';
import { startWorld, type World } from './support/world.ts';

const RUNS = 9;
// The two kinds run side by side, each in a channel of its own, and never begin or end at the same time.
const STAGGER_MS = 4_000;
/** Between the end of a turn and the next one. */
const PAUSE_MS = 300;

const { roundTripMs, firstTokenMs, tokens } = conditions;
const story = { name: 'a', tokens };

export const oneStream: Benchmark = {
  name: 'one-stream',
  about: 'one reply at a time in its channel: the way in, the first text, the last text',
  async run() {
    const world = await startWorld();
    const bot = await world.startBot();
    await warmUp(world);
    const [mentions, commands] = await Promise.all([
      repeat(world, 'mention'),
      sleep(STAGGER_MS).then(() => repeat(world, '/ask')),
    ]);
    const personas = await repeat(world, 'persona');
    await bot.stop();
    const refused = world.discord.rateLimited.length;
    await world.close();
    return {
      rows: [
        ...rowsOf('mention', mentions),
        ...rowsOf('/ask', commands),
        ...rowsOf('persona', personas),
        {
          what: 'requests refused by Discord (429), one stream',
          rival: '0 to many',
          unit: '',
          target: 0,
          judged: 'max',
          samples: [refused],
        },
      ],
      notes: [rhythmOf('mention', mentions), rhythmOf('/ask', commands), rhythmOf('persona', personas)],
    };
  },
};

/** Each turn in a new channel, so that none finds a history or a used-up bucket. */
async function repeat(world: World, way: WayToAsk): Promise<StoryTimes[]> {
  const runs: StoryTimes[] = [];
  for (let run = 0; run < RUNS; run++) {
    for (const here of await openStage(world, way, 1)) runs.push(await waysToAsk[way](world, here, story));
    await sleep(PAUSE_MS);
  }
  return runs;
}

function rowsOf(way: WayToAsk, runs: StoryTimes[]): Row[] {
  return [
    {
      what: `${way} in -> request leaves for the model`,
      rival: '76 ms',
      unit: 'ms',
      target: 10,
      judged: 'median',
      samples: runs.map((times) => times.requestedAt - receivedAt(times)),
    },
    {
      what: `${way} -> first text visible`,
      rival: '538 ms',
      unit: 'ms',
      target: firstTokenMs + roundTripMs + 40,
      judged: 'median',
      samples: runs.map(({ askedAt, firstShownAt }) => firstShownAt - askedAt),
    },
    {
      what: `last token -> full text visible, ${way}`,
      rival: '130 ms',
      unit: 'ms',
      target: roundTripMs + 40,
      judged: 'median',
      samples: runs.map(({ lastTokenAt, allShownAt }) => allShownAt - lastTokenAt),
    },
  ];
}

function rhythmOf(way: WayToAsk, runs: StoryTimes[]): string {
  const writes = runs.map((times) => times.writes);
  const gap = Math.max(...runs.map(({ longestGapMs }) => longestGapMs));
  return `${way}: ${Math.min(...writes)} to ${Math.max(...writes)} writes per reply, longest gap between two visible changes ${(gap / 1_000).toFixed(2)} s`;
}
