import type { Upstream } from '../../chat/upstreams.ts';
import { grouped } from '../models/words.ts';

export type ThrottleStatus = ReturnType<Upstream['throttle']['status']>;

const BAR_LENGTH = 12;

/** Full and empty blocks, as many of them full as the share of the budget that is used. */
export function budgetBar(used: number, of: number): string {
  const share = of > 0 ? Math.min(1, used / of) : 1;
  // The last block falls only with the last request, and the first one with the first.
  const full = share === 1 ? BAR_LENGTH : Math.min(BAR_LENGTH - 1, Math.ceil(share * BAR_LENGTH));
  return '▰'.repeat(full) + '▱'.repeat(BAR_LENGTH - full);
}

/** Who is served and who waits, and what that means for the next question. */
export function lineWords(status: ThrottleStatus): string {
  const { running, waiting } = status;
  const served = running > 0 ? `${running} being answered, ` : '';
  const inLine = waiting > 0 ? `${waiting} waiting` : 'nobody waits';
  return `${served}${inLine}. A question asked now starts ${startWords(status)}.`;
}

function startWords({ startsInMs, waiting, running, maxConcurrent }: ThrottleStatus): string {
  if (startsInMs > 0) return `in about ${durationWords(startsInMs)}`;
  // What runs may take longer than expected.
  return waiting === 0 && running < maxConcurrent ? 'at once' : 'in a moment';
}

function durationWords(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1_000));
  if (seconds < 90) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}

/** Where the rate in force comes from; empty where that goes without saying. */
export function rateWords(
  { requestsPerMinute, configuredPerMinute, isTold }: ThrottleStatus,
  { isOwnKey }: { isOwnKey: boolean },
): string {
  if (requestsPerMinute > configuredPerMinute)
    return `The API says that it allows ${grouped(requestsPerMinute)} per minute.`;
  if (requestsPerMinute < configuredPerMinute)
    return `The API allows fewer than the ${grouped(configuredPerMinute)} per minute that are set.`;
  // The operator knows what the bot's own key allows, and has set it.
  if (isTold || !isOwnKey) return '';
  return `The API has not said yet how many requests this key allows; until it does, ${grouped(requestsPerMinute)} per minute count.`;
}
