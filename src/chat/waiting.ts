import type { Clock } from '../core/clock.ts';
import type { Waiting } from '../throttle/queue.ts';

/** A shorter wait is shown by "is typing" alone. */
const FIRST_NOTICE_MS = 2_000;
const RENEW_MS = 10_000;
/** A changed expectation is news only from here on: Discord's own countdown goes on by itself. */
const NEWS_MS = 5_000;

/** Tells a person in line their place and when their turn is expected, and again when that changes, until the signal aborts. */
export async function tellPlace(
  waiting: Waiting,
  { show, clock, signal }: { show: (notice: string) => void; clock: Clock; signal: AbortSignal },
): Promise<void> {
  let told: { place: number; startsAt: number } | undefined;
  try {
    for (let waitMs = FIRST_NOTICE_MS; ; waitMs = RENEW_MS) {
      await clock.sleep(waitMs, { signal });
      const { place, startsInMs } = waiting.place();
      const startsAt = clock.now() + startsInMs;
      if (told?.place === place && Math.abs(startsAt - told.startsAt) < NEWS_MS) continue;
      told = { place, startsAt };
      show(describePlace(place, startsAt));
    }
  } catch {
    // The wait is over.
  }
}

/** Discord counts the time down in the reader's own language. */
export function describePlace(place: number, startsAt: number): string {
  const when = `<t:${Math.ceil(startsAt / 1_000)}:R>`;
  return place === 1
    ? `-# You are next: your answer should begin ${when}.`
    : `-# You are number ${place} in line: your answer should begin ${when}.`;
}
