import { type Asker, createThrottle, type Slot, type ThrottleOptions, type Waiting } from '../../src/throttle/queue.ts';
import { FakeClock } from '../support/fake-clock.ts';

export const MINUTE_MS = 60_000;
/** What the throttle takes for a minute: one that has surely passed at the server too. */
export const WINDOW_MS = 60_400;
/** Unix time at which every scene begins. */
export const BEGIN = 1_800_000_000_000;

export const ANNA: Asker = { personId: 'anna', channelId: 'hall', guildId: 'castle', kind: 'person' };

export interface Asked {
  abort(reason: string): void;
  leaves(): void;
  release(): void;
  /** Undefined if it could start at once. */
  waiting: Waiting | undefined;
}

/** A throttle whose requests are named; `log` tells who started how long after the beginning, and who gave up why. */
export function setup(options: Partial<ThrottleOptions> = {}) {
  const clock = new FakeClock(BEGIN);
  const throttle = createThrottle({ requestsPerMinute: 5, maxConcurrent: 100, clock, ...options });
  const log: string[] = [];

  function ask(
    name: string | number,
    { onStart, ...options }: Partial<Asker> & { onStart?: () => void; isRepeat?: true } = {},
  ): Asked {
    const caller = new AbortController();
    let slot: Slot | undefined;
    const asked: Asked = {
      abort: (reason) => caller.abort(reason),
      leaves: () => slot?.leaves(),
      release: () => slot?.release(),
      waiting: undefined,
    };
    const onWaiting = (waiting: Waiting) => {
      asked.waiting = waiting;
    };
    throttle.acquire({ ...ANNA, ...options, signal: caller.signal, onWaiting }).then(
      (granted) => {
        slot = granted;
        log.push(`${name} at ${clock.monotonic()}`);
        onStart?.();
      },
      (reason: unknown) => log.push(`${name} gave up at ${clock.monotonic()}: ${String(reason)}`),
    );
    return asked;
  }

  return {
    clock,
    throttle,
    log,
    ask,
    /** Of a person each; whoever asks is in a channel of their own, unless told. */
    askAs: (personId: string, options: Parameters<typeof ask>[1] = {}) =>
      ask(personId, { personId, channelId: personId, ...options }),
    pass: (ms: number) => clock.advance(ms),
    counts: () => [throttle.status().running, throttle.status().waiting],
    names: () => log.map((line) => line.split(' ')[0]),
  };
}
