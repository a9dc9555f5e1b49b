/**
 * The gateway's window is one minute, so an hour is a mistake of its clock, or an outage that may end sooner: nobody waits that
 * long for a reply, and one request too many after two minutes tells what is true by then.
 */
export const RETRY_AFTER_MAX_MS = 120_000;

/** A negative number is no wait at all but nonsense, as if the header were missing. */
const SECONDS = /^\d+(\.\d+)?$/;
/** `Date.parse` alone also takes "soon 5" for a day in 2001. */
const HTTP_DATE = /^[A-Z][a-z]+, .+ GMT$/;

/**
 * Reads a Retry-After header: seconds or an HTTP date.
 *
 * @param now Unix time in milliseconds.
 * @returns milliseconds from 0 to `RETRY_AFTER_MAX_MS`, 0 for a date that has passed; undefined when the header is absent or
 *   unreadable.
 */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  const value = header?.trim() ?? '';
  const waitMs = SECONDS.test(value) ? Number(value) * 1000 : HTTP_DATE.test(value) ? Date.parse(value) - now : NaN;
  if (Number.isNaN(waitMs)) return undefined;
  return Math.ceil(Math.min(Math.max(waitMs, 0), RETRY_AFTER_MAX_MS));
}
