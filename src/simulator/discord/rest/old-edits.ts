import type { Channel, Message } from '../model.ts';
import type { Simulation } from '../simulation.ts';
import { DiscordFailure } from './failure.ts';

const OLD_AFTER_MS = 60 * 60 * 1_000;
/** Discord documents the error (30046) only; the numbers are what its users measured. */
const EDITS_PER_WINDOW = 3;
const WINDOW_MS = 20_000;

/** Messages older than an hour can be edited rarely: beyond that the channel answers 429. */
export function requireRareOldEdit({ clock }: Simulation, channel: Channel, message: Message): void {
  const now = clock.now();
  if (now - message.createdAt <= OLD_AFTER_MS) return;
  channel.oldEditsAt = channel.oldEditsAt.filter((at) => now - at < WINDOW_MS);
  const [oldest] = channel.oldEditsAt;
  if (oldest !== undefined && channel.oldEditsAt.length >= EDITS_PER_WINDOW) {
    const retryAfterSeconds = (oldest + WINDOW_MS - now) / 1_000;
    throw new DiscordFailure(
      429,
      {
        message: 'Maximum number of edits to messages older than 1 hour reached. Try again later.',
        code: 30046,
        retry_after: retryAfterSeconds,
        global: false,
      },
      { 'retry-after': String(Math.ceil(retryAfterSeconds)), 'x-ratelimit-scope': 'shared' },
    );
  }
  channel.oldEditsAt.push(now);
}
