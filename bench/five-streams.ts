import { setTimeout as sleep } from 'node:timers/promises';
import { conditions } from './support/conditions.ts';
import type { Benchmark, Row } from './support/row.ts';
import type { StoryTimes } from './support/watch-story.ts';
import { openStage, type WayToAsk, warmUp, waysToAsk } from './support/ways-to-ask.ts';
import { startWorld, type World } from './support/world.ts';

const STREAMS = ['a', 'b', 'c', 'd', 'e'];
const RUNS = 3;
const PAUSE_MS = 500;

export const fiveStreams: Benchmark = {
  name: 'five-streams',
  about: 'five members of one channel ask at the same moment',
  async run() {
    const world = await startWorld();
    const bot = await world.startBot();
    await warmUp(world);
    const mentions = await repeat(world, 'mention');
    const commands = await repeat(world, '/ask');
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
          what: 'requests refused by Discord (429), five streams',
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

/** The streams of each run. */
async function repeat(world: World, way: WayToAsk): Promise<StoryTimes[][]> {
  const runs: StoryTimes[][] = [];
  for (let run = 0; run < RUNS; run++) {
    const members = await openStage(world, way, STREAMS.length);
    runs.push(
      await Promise.all(
        members.map((here, index) =>
          waysToAsk[way](world, here, { name: STREAMS[index] ?? '', tokens: conditions.tokens }),
        ),
      ),
    );
    await sleep(PAUSE_MS);
  }
  return runs;
}

/** The slowest stream of a run speaks for it, and the slowest run for all. */
function rowsOf(way: WayToAsk, runs: StoryTimes[][]): Row[] {
  const worst = (measure: (times: StoryTimes) => number) => runs.map((streams) => Math.max(...streams.map(measure)));
  return [
    {
      what: `5 x ${way} in a channel -> first text of each`,
      rival: '1800 ms',
      unit: 'ms',
      target: 2_000,
      judged: 'max',
      samples: worst(({ askedAt, firstShownAt }) => firstShownAt - askedAt),
    },
    {
      what: `5 x ${way}: their last token -> last full text`,
      rival: '9000 ms',
      unit: 'ms',
      target: 5_500,
      judged: 'max',
      samples: runs.map(
        (streams) =>
          Math.max(...streams.map(({ allShownAt }) => allShownAt)) -
          Math.max(...streams.map(({ lastTokenAt }) => lastTokenAt)),
      ),
    },
  ];
}

function rhythmOf(way: WayToAsk, runs: StoryTimes[][]): string {
  const streams = runs.flat();
  const writes = streams.map((times) => times.writes);
  const gap = Math.max(...streams.map(({ longestGapMs }) => longestGapMs));
  return `5 x ${way}: ${Math.min(...writes)} to ${Math.max(...writes)} writes per reply, longest gap between two visible changes ${(gap / 1_000).toFixed(2)} s`;
}
