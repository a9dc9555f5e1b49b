import type { GenericSchema } from 'valibot';
import type { Clock } from '../core/clock.ts';
import { UserError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { createKeyedMutex } from './mutex.ts';
import { assertStorable, readRecord } from './record.ts';
import type { Store, StoreEntry } from './store.ts';

/** Records that stand alone, each under a key of its own. */
export interface RecordStore<T> {
  /**
   * Reads the record, undefined if there is none, and writes what `change` makes of it: `undefined` deletes it, the
   * same object writes nothing. Calls for one key run in their order. A record that cannot be read is moved aside and
   * named in the log, and counts as none.
   *
   * @throws UserError ('unavailable') if a newer release wrote it
   * @throws TypeError that names the field, if what `change` returns could not be read back
   */
  update(key: string, change: (current: T | undefined) => T | undefined): Promise<void>;
}

export interface RecordStoreOptions<T> {
  store: Store;
  clock: Clock;
  logger: Logger;
  schema: GenericSchema<unknown, T>;
  /** What a member is told of a record that a newer release wrote. */
  writtenByNewerRelease: string;
}

export function createRecordStore<T>(options: RecordStoreOptions<T>): RecordStore<T> {
  const { store, clock, logger, schema, writtenByNewerRelease } = options;
  const mutex = createKeyedMutex();

  async function update(key: string, change: (current: T | undefined) => T | undefined): Promise<void> {
    const reading = await readRecord({ store, clock, key, schema });
    if (reading.state === 'newer') throw new UserError('unavailable', writtenByNewerRelease);
    const before = reading.state === 'read' ? reading.record : undefined;
    const after = change(before);
    const entries: StoreEntry[] = reading.state === 'unreadable' ? [reading.aside] : [];
    if (after === undefined && reading.state !== 'missing') entries.push({ key, value: null, ttlMs: 0 });
    if (after !== undefined && after !== before) {
      assertStorable(schema, after);
      entries.push({ key, value: after });
    }
    if (entries.length > 0) await store.setMany(entries);
    if (reading.state === 'unreadable') logger.error(reading.facts, 'moved aside a record that cannot be read');
  }

  return { update: (key, change) => mutex.run(key, () => update(key, change)) };
}
