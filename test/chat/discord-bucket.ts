import type { EditClock } from '../../src/chat/edit-clock.ts';
import type { FakeClock } from '../support/fake-clock.ts';

export interface DiscordBucketOptions {
  clock: FakeClock;
  editClock: EditClock;
  key: string;
  limit?: number;
  windowMs?: number;
  /** How long the next request or answer is on its way. */
  nextLegMs?: () => number;
}

/**
 * A rate-limit bucket as Discord keeps it: the first request opens a window, and the headers tell of the moment at
 * which the server answered.
 */
export function createDiscordBucket({
  clock,
  editClock,
  key,
  limit = 5,
  windowMs = 5_000,
  nextLegMs = () => 30,
}: DiscordBucketOptions) {
  let resetAt = -Infinity;
  let used = 0;
  const sentAt: number[] = [];
  const refusedAt: number[] = [];

  return {
    sentAt,
    refusedAt,
    async request(): Promise<void> {
      sentAt.push(clock.now());
      await clock.sleep(nextLegMs());
      if (clock.now() >= resetAt) {
        resetAt = clock.now() + windowMs;
        used = 0;
      }
      if (used === limit) refusedAt.push(clock.now());
      else used += 1;
      const headers = { limit, remaining: limit - used, resetAfterMs: resetAt - clock.now() };
      await clock.sleep(nextLegMs());
      editClock.observe(key, headers);
    },
  };
}

/** As discord.js does it within a bucket: the next request leaves when the one before is answered. */
export function oneAtATime(request: () => Promise<void>): () => Promise<void> {
  let last = Promise.resolve();
  return () => (last = last.then(request));
}
