import type { CompletionsClient } from '../../src/completions/client.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { Throttle, Waiting } from '../../src/throttle/queue.ts';

export interface BacklogResult {
  /** Starts before which somebody waited who had been served less. */
  unfairStarts: number;
  /** How far the wait that each was told some seconds after all had come was from the one they had. */
  waitErrorsMs: number[];
  failed: number;
}

/** By then the throttle has seen how long requests run. */
export const ASKED_AFTER_MS = 5_000;

/** Who has come and who was served, as an onlooker counts. */
interface Person {
  waiting: number;
  served: number;
}

/** Has all people ask at once, each of them everything before the next one comes, and waits until all are answered. */
export async function workOff(options: {
  people: number;
  requestsEach: number;
  model: string;
  throttle: Throttle;
  completions: CompletionsClient;
  clock: Clock;
}): Promise<BacklogResult> {
  const { model, throttle, completions, clock } = options;
  const { signal } = new AbortController();
  const result: BacklogResult = { unfairStarts: 0, waitErrorsMs: [], failed: 0 };
  const people = Array.from({ length: options.people }, (): Person => ({ waiting: 0, served: 0 }));

  function judgeStart(starting: Person): void {
    if (people.some(({ waiting, served }) => waiting > 0 && served < starting.served)) result.unfairStarts += 1;
    starting.waiting -= 1;
    starting.served += 1;
  }

  /** Notes when a request in line is expected to start. */
  async function askLater(line: Waiting, told: { startsAt?: number }): Promise<void> {
    await clock.sleep(ASKED_AFTER_MS);
    const { place, startsInMs } = line.place();
    if (place > 0) told.startsAt = clock.monotonic() + startsInMs;
  }

  async function ask(person: Person, index: number): Promise<void> {
    const told: { startsAt?: number } = {};
    let hasWaited = false;
    const onWaiting = (line: Waiting) => {
      hasWaited = true;
      void askLater(line, told);
    };
    const asker = { personId: `${index}`, channelId: `${index % 5}`, kind: 'person' } as const;
    person.waiting += 1;
    const starting = throttle.acquire({ ...asker, signal, onWaiting });
    if (!hasWaited) judgeStart(person);
    const slot = await starting;
    if (hasWaited) judgeStart(person);
    if (told.startsAt !== undefined) result.waitErrorsMs.push(Math.abs(clock.monotonic() - told.startsAt));
    try {
      const messages = [{ role: 'user' as const, content: 'Good morning!' }];
      for await (const event of completions.stream({ model, messages, maxTokens: 50 }, { signal })) {
        if (event.type === 'limit') throttle.told(event);
      }
    } catch {
      result.failed += 1;
    } finally {
      slot.release();
    }
  }

  await Promise.all(
    people.flatMap((person, index) => Array.from({ length: options.requestsEach }, () => ask(person, index))),
  );
  return result;
}
