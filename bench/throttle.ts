import { createCompletionsClient } from '../src/completions/client.ts';
import { startInfermaticSimulator } from '../src/simulator/infermatic/index.ts';
import { createThrottle } from '../src/throttle/queue.ts';
import { ASKED_AFTER_MS, type BacklogResult, workOff } from './support/backlog.ts';
import { conditions, MODEL } from './support/conditions.ts';
import { measureCrowd } from './support/crowd.ts';
import type { Benchmark } from './support/row.ts';
import { createScaledClock } from './support/scaled-clock.ts';

const REQUESTS_PER_MINUTE = 60;
const MAX_CONCURRENT = 16;
const PEOPLE = 30;
const REQUESTS_EACH = 10;
const REPLY_TOKENS = 10;
const MINUTE_MS = 60_000;
/** Four minutes in one. The jitter of sockets and timers counts four times as much as in real time. */
const SPEED = 4;

const { roundTripMs, firstTokenMs, tokensPerSecond } = conditions;

export const throttle: Benchmark = {
  name: 'throttle',
  about: `${PEOPLE} people ask ${REQUESTS_EACH} times each, at ${REQUESTS_PER_MINUTE} requests per minute`,
  async run() {
    const { arrivals, refused, backlog } = await runBacklog();
    const usedPercent = shareUsed(arrivals) * 100;
    return {
      rows: [
        {
          what: 'granted requests per minute used under a backlog',
          rival: 'no limiter',
          unit: '%',
          target: 99,
          atLeast: true,
          judged: 'min',
          samples: [usedPercent],
        },
        {
          what: 'upstream 429s under a backlog',
          rival: 'no limiter',
          unit: '',
          target: 0,
          judged: 'max',
          samples: [refused],
        },
        {
          what: 'starts before a waiting person who was served less',
          rival: 'no limiter',
          unit: '',
          target: 0,
          judged: 'max',
          samples: [backlog.unfairStarts],
        },
      ],
      notes: [...describe(arrivals, backlog), ...measureCrowd()],
    };
  },
};

async function runBacklog() {
  const clock = createScaledClock(SPEED);
  const api = await startInfermaticSimulator({
    keys: {
      'sk-measured': { requestsPerMinute: REQUESTS_PER_MINUTE },
      'sk-warm-up': { requestsPerMinute: REQUESTS_PER_MINUTE },
    },
    speed: { firstTokenMs, tokensPerSecond },
    latencyMs: roundTripMs,
    reply: () => ({ reply: Array.from({ length: REPLY_TOKENS }, () => 'word ') }),
    clock,
  });
  const run = (apiKey: string, people: number, requestsEach: number) =>
    workOff({
      people,
      requestsEach,
      model: MODEL,
      completions: createCompletionsClient({ baseUrl: api.url, apiKey, clock }),
      throttle: createThrottle({ requestsPerMinute: REQUESTS_PER_MINUTE, maxConcurrent: MAX_CONCURRENT, clock }),
      clock,
    });
  // Code is compiled, connections are open, the simulator's tokenizer is loaded.
  await run('sk-warm-up', MAX_CONCURRENT, 2);
  api.clearLog();
  const backlog = await run('sk-measured', PEOPLE, REQUESTS_EACH);
  const arrivals = api.log.filter(({ status }) => status === 200).map(({ at }) => at);
  const refused = api.rejected.length;
  await api.close();
  return { arrivals, refused, backlog };
}

/** What was admitted makes room for another a minute later: the share of that time in which it was not left unused. */
function shareUsed(arrivals: number[]): number {
  const reusedAfterMs = arrivals.slice(REQUESTS_PER_MINUTE).map((at, index) => at - (arrivals[index] ?? Number.NaN));
  return (MINUTE_MS * reusedAfterMs.length) / reusedAfterMs.reduce((total, ms) => total + ms, 0);
}

function describe(arrivals: number[], { waitErrorsMs, failed }: BacklogResult): string[] {
  const seconds = (ms: number) => (ms / 1_000).toFixed(2);
  const lastedMs = (arrivals.at(-1) ?? Number.NaN) - (arrivals[0] ?? Number.NaN);
  const sorted = waitErrorsMs.toSorted((a, b) => a - b);
  const at = (share: number) => seconds(sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN);
  return [
    `${arrivals.length} of ${PEOPLE * REQUESTS_EACH} admitted in ${seconds(lastedMs)} s of time run at ${SPEED} times its speed, ${failed} failed`,
    `wait told ${ASKED_AFTER_MS / 1_000} s after all had come against the one they had: off by ${at(0.5)} s (median), ${at(1)} s (at most)`,
  ];
}
