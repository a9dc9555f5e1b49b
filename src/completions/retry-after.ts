/** The service's window is one minute; whoever asks for much more is mistaken or down, and no person waits that long. */
export const RETRY_AFTER_MAX_MS = 120_000;

const SECONDS = /^-?\d+(\.\d+)?$/;
/** `Date.parse` alone also takes "soon 5" for a day in 2001. */
const HTTP_DATE = /^[A-Z][a-z]+, .+ GMT$/;

/**
 * Reads a Retry-After header: seconds or an HTTP date.
 *
 * @param now Unix time in milliseconds.
 * @returns milliseconds from 0 to `RETRY_AFTER_MAX_MS`, or undefined when the header is absent or unreadable.
 */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  const value = header?.trim() ?? '';
  const waitMs = SECONDS.test(value) ? Number(value) * 1000 : HTTP_DATE.test(value) ? Date.parse(value) - now : NaN;
  if (Number.isNaN(waitMs)) return undefined;
  return Math.ceil(Math.min(Math.max(waitMs, 0), RETRY_AFTER_MAX_MS));
}
