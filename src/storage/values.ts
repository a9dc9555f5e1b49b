import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import { RECORD_VERSION, recordVersion } from './record.ts';
import { createRecordStore } from './record-store.ts';
import type { Store } from './store.ts';

/** Values that stand alone, each under a key of its own. Those that cannot be read are moved aside and count as none. */
export interface Values<T> {
  read(key: string): Promise<T | undefined>;
  /**
   * Writes what `change` makes of a copy of the value, after every earlier update of the key; nothing, if it stays the
   * same. Both states are what `read` gives, and what `change` throws is thrown.
   *
   * @throws TypeError that names the field, if the value could not be read back
   */
  update(
    key: string,
    change: (current: T | undefined) => T | undefined,
  ): Promise<{ before?: T | undefined; after?: T | undefined }>;
}

export interface ValuesOptions<T> {
  store: Store;
  clock: Clock;
  logger: Logger;
  schema: v.GenericSchema<unknown, T>;
  /** What a member is told of a record that a newer release wrote: both methods throw it as UserError ('unavailable'). */
  writtenByNewerRelease: string;
}

interface ValueRecord<T> {
  v: typeof RECORD_VERSION;
  value: T;
}

export function createValues<T>({ schema, ...options }: ValuesOptions<T>): Values<T> {
  const recordSchema: v.GenericSchema<unknown, ValueRecord<T>> = v.object({ v: recordVersion, value: schema });
  const records = createRecordStore({ ...options, schema: recordSchema });

  return {
    async read(key) {
      let value: T | undefined;
      await records.update(key, (record) => {
        value = record?.value;
        return record;
      });
      return value;
    },
    async update(key, change) {
      let before: T | undefined;
      let after: T | undefined;
      await records.update(key, (record) => {
        before = record?.value;
        after = asRead(change(structuredClone(before)));
        if (isDeepStrictEqual(after, before)) return record;
        return after === undefined ? undefined : { ...record, v: RECORD_VERSION, value: after };
      });
      return { before, after };
    },
  };
}

/** As the store gives it back. */
function asRead<T>(value: T | undefined): T | undefined {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as T);
}
