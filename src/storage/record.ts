import * as v from 'valibot';
import type { Clock } from '../core/clock.ts';
import type { Store, StoreEntry } from './store.ts';

/** The version that this code writes. A change of shape raises it and teaches `judge` the older one. */
export const RECORD_VERSION = 1;

export const recordVersion = v.literal(RECORD_VERSION);

export type Reading<T> =
  | { state: 'missing' }
  | { state: 'read'; record: T }
  /** Written by a newer release: to be left as it is. */
  | { state: 'newer' }
  /** To be moved aside by writing `aside`, and named in the log with `facts`, which hold none of what is in it. */
  | { state: 'unreadable'; aside: StoreEntry; facts: { record: string; aside: string; reason: string } };

/** Reads the record of a key and judges it. Fields that are not known are kept. */
export async function readRecord<T>({
  store,
  clock,
  key,
  schema,
}: {
  store: Store;
  clock: Clock;
  key: string;
  schema: v.GenericSchema<unknown, T>;
}): Promise<Reading<T>> {
  const stored = await store.get(key);
  if (stored === undefined) return { state: 'missing' };
  const written = typeof stored === 'object' && stored !== null && 'v' in stored ? stored.v : undefined;
  if (typeof written === 'number' && written > RECORD_VERSION) return { state: 'newer' };
  const reason = flawOf(schema, stored);
  if (reason === undefined) return { state: 'read', record: stored as T };
  const aside = `aside:${key}:${clock.now()}`;
  return { state: 'unreadable', aside: { key: aside, value: stored }, facts: { record: key, aside, reason } };
}

/**
 * Refuses what could not be read back, because one such part would cost its whole record.
 *
 * @throws TypeError that names the field
 */
export function assertStorable(schema: v.GenericSchema, value: unknown): void {
  const flaw = flawOf(schema, value);
  if (flaw !== undefined) throw new TypeError(`not storable: ${flaw}`);
}

/**
 * A copy that is what a later read will give, and that the caller cannot change any more.
 *
 * @throws TypeError that names the field, if it could not be read back
 */
export function storable<T>(schema: v.GenericSchema, value: T): T {
  const copy = JSON.parse(JSON.stringify(value)) as T;
  assertStorable(schema, copy);
  return copy;
}

/** valibot's own messages quote the value, which may be what somebody wrote; these do not. */
function flawOf(schema: v.GenericSchema, value: unknown): string | undefined {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return undefined;
  const [issue] = result.issues;
  return `${v.getDotPath(issue) ?? 'record'} is not valid (${issue.type})`;
}
