import type { REST } from 'discord.js';
import type { EditClock } from '../chat/edit-clock.ts';

/**
 * The rate-limit bucket of a request: Discord counts per route and major parameter (channel, or webhook with token), so
 * the ids of messages are left out.
 */
export function bucketKeyOf(method: string, path: `/${string}`): string {
  return `${method} ${decodeURIComponent(path).replace(/\/messages\/(?:@original|\d+)$/, '/messages/:id')}`;
}

/** Tells the edit clock what Discord says of its buckets with each answer. */
export function watchRateLimits(rest: REST, editClock: EditClock): void {
  rest.on('response', (request, response) => {
    const limit = Number(response.headers.get('x-ratelimit-limit') ?? Number.NaN);
    const remaining = Number(response.headers.get('x-ratelimit-remaining') ?? Number.NaN);
    const resetAfterMs = Number(response.headers.get('x-ratelimit-reset-after') ?? Number.NaN) * 1_000;
    if (!(limit > 0 && remaining >= 0 && resetAfterMs >= 0)) return;
    editClock.observe(bucketKeyOf(request.method, request.path), { limit, remaining, resetAfterMs });
  });
}
