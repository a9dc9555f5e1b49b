import { type REST, Routes } from 'discord.js';
import type { Clock } from '../core/clock.ts';

/** Shows "is typing" in a channel until the returned function is called by everyone who asked for it. */
export type ShowTyping = (channelId: string) => () => void;

// Discord shows it for ten seconds.
const TYPING_INTERVAL_MS = 8_000;

/** One indicator for each channel, however many replies are under way there: Discord limits it like anything else. */
export function createShowTyping({ rest, clock }: { rest: REST; clock: Clock }): ShowTyping {
  const shown = new Map<string, { users: number; ending: AbortController }>();

  async function keepTyping(channelId: string, signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        await rest.post(Routes.channelTyping(channelId), { signal });
        await clock.sleep(TYPING_INTERVAL_MS, { signal });
      }
    } catch {
      // Ended by the first text, or refused: the indicator is a courtesy, and the reply itself says what is wrong.
    }
  }

  return (channelId) => {
    const indicator = shown.get(channelId) ?? { users: 0, ending: new AbortController() };
    if (indicator.users === 0) void keepTyping(channelId, indicator.ending.signal);
    indicator.users += 1;
    shown.set(channelId, indicator);
    let hasEnded = false;
    return () => {
      if (hasEnded) return;
      hasEnded = true;
      indicator.users -= 1;
      if (indicator.users > 0) return;
      indicator.ending.abort();
      shown.delete(channelId);
    };
  };
}
