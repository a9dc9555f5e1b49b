import type { Limit429 } from './errors.ts';

const PLAUSIBLE_MAX_PER_MINUTE = 100_000;

/** Where the gateway (LiteLLM) says how many requests per minute the key has, most trusted first. */
const KEY_HEADERS = ['x-litellm-key-rpm-limit', 'x-ratelimit-api_key-limit-requests'];
/** That of the server behind the gateway when the key has no limit of its own. */
const BACKEND_HEADER = 'x-ratelimit-limit-requests';

/** The gateway's newer words; a limit may also be that of a user, a team or one model, whose number is not the key's. */
const TOO_MANY = /Rate limit exceeded for (\w+):.*?Limit type: (\w+)\. Current limit: (\d+)/s;
/** Its older words name every limit, crossed or not; unlimited is 9223372036854775807. */
const CROSSED = /rate limit type = (\w+)\. Crossed.*?current rpm: (\d+), rpm limit: (\d+)/s;
const CROSSED_TOKENS = /current tpm: (\d+), tpm limit: (\d+)/;
const PARALLEL = /Max parallel request limit reached/i;

const LIMIT_BY_TYPE: ReadonlyMap<string | undefined | null, Limit429> = new Map([
  ['requests', 'requests'],
  ['max_parallel_requests', 'parallel'],
]);

export interface TooMany {
  limit429?: Limit429 | undefined;
  requestsPerMinute?: number | undefined;
}

export interface HeaderLimit {
  requestsPerMinute: number;
  /** The headers say nothing of the key. */
  isOfBackend?: true;
}

/** @returns the limit of the first header that holds a plausible one; absent, "None" and nonsense are undefined. */
export function readHeaderLimit(headers: Headers): HeaderLimit | undefined {
  const limitIn = (name: string) => plausible(headers.get(name)?.trim());
  const ofKey = KEY_HEADERS.map(limitIn).find((limit) => limit !== undefined);
  if (ofKey !== undefined) return { requestsPerMinute: ofKey };
  const ofBackend = limitIn(BACKEND_HEADER);
  return ofBackend === undefined ? undefined : { requestsPerMinute: ofBackend, isOfBackend: true };
}

/** Reads what a 429 was about from its header, else from the gateway's words. Undefined where neither says it. */
export function readTooMany(headers: Headers, message: string): TooMany {
  const { limit429, requestsPerMinute } = readWords(message);
  return { limit429: LIMIT_BY_TYPE.get(headers.get('rate_limit_type')?.trim()) ?? limit429, requestsPerMinute };
}

function readWords(message: string): TooMany {
  const [, whose, type, limit] = TOO_MANY.exec(message) ?? [];
  if (type !== undefined) {
    const isOfKey = whose === 'api_key' && type === 'requests';
    return { limit429: LIMIT_BY_TYPE.get(type), requestsPerMinute: isOfKey ? plausible(limit) : undefined };
  }
  const [, holder, current, most] = CROSSED.exec(message) ?? [];
  if (most === undefined) return { limit429: PARALLEL.test(message) ? 'parallel' : undefined };
  return {
    limit429: Number(current) >= Number(most) ? 'requests' : isOfTokens(message) ? undefined : 'parallel',
    requestsPerMinute: holder === 'key' ? plausible(most) : undefined,
  };
}

function isOfTokens(message: string): boolean {
  const [, current, most] = CROSSED_TOKENS.exec(message) ?? [];
  return most !== undefined && Number(current) >= Number(most);
}

function plausible(digits: string | undefined): number | undefined {
  if (digits === undefined || !/^\d{1,6}$/.test(digits)) return undefined;
  const limit = Number(digits);
  return limit >= 1 && limit <= PLAUSIBLE_MAX_PER_MINUTE ? limit : undefined;
}
