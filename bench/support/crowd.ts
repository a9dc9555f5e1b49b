import type { Clock } from '../../src/core/clock.ts';
import { createThrottle, type Waiting } from '../../src/throttle/queue.ts';

const CROWD = 10_000;
const SECONDS = 5;
const STARTS = 60;

/** What the throttle itself costs while ten thousand people wait and all of them ask for their place each second. */
export function measureCrowd(): string[] {
  const clock = createStoppedClock();
  const throttle = createThrottle({ requestsPerMinute: 60, maxConcurrent: CROWD, clock });
  throttle.refused({ retryAfterMs: SECONDS * 1_000 });
  const waiting: Waiting[] = [];
  const callers = Array.from({ length: CROWD }, () => new AbortController());

  const enterMs = timed(() => {
    for (const [index, { signal }] of callers.entries()) {
      const asker = {
        personId: `${index}`,
        channelId: `${index % 50}`,
        guildId: `${index % 10}`,
        kind: 'person' as const,
      };
      const onWaiting = (one: Waiting) => {
        waiting.push(one);
        one.place();
      };
      throttle.acquire({ ...asker, signal, onWaiting }).catch(() => {});
    }
  });
  const placesMs = Array.from({ length: SECONDS }, () => {
    clock.pass(1_000);
    return timed(() => {
      for (const one of waiting) one.place();
    });
  });
  const startsMs = timed(() => throttle.told({ requestsPerMinute: STARTS }));
  const leaveMs = timed(() => {
    for (const caller of callers) caller.abort();
  });
  const places = placesMs.map((ms) => ms.toFixed(1)).join(', ');
  return [
    `${CROWD} in line: each entered and was told a place in ${perOne(enterMs, CROWD)}, and left in ${perOne(leaveMs, CROWD)}`,
    `${CROWD} in line: a start takes ${perOne(startsMs, STARTS)}; all places of one second took ${places} ms`,
  ];
}

const perOne = (ms: number, count: number) => `${((ms * 1_000) / count).toFixed(0)} us`;

/** Milliseconds of the processor, so that others on the machine do not count. */
function timed(run: () => void): number {
  const begin = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1_000;
}

/** Moves only when told to; nobody who sleeps on it wakes. */
function createStoppedClock(): Clock & { pass(ms: number): void } {
  let now = 0;
  return {
    now: () => now,
    monotonic: () => now,
    sleep: (_ms, { signal } = {}) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      }),
    pass(ms) {
      now += ms;
    },
  };
}
