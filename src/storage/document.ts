import * as v from 'valibot';
import type { Clock } from '../core/clock.ts';
import type { Document } from '../core/document.ts';
import type { Logger } from '../core/logger.ts';
import { RECORD_VERSION, recordVersion } from './record.ts';
import { createRecordStore } from './record-store.ts';
import type { Store } from './store.ts';

export interface DocumentOptions {
  store: Store;
  clock: Clock;
  logger: Logger;
  /** Kept under `document:<name>`. */
  name: string;
}

interface DocumentRecord {
  v: typeof RECORD_VERSION;
  value: unknown;
}

const documentSchema: v.GenericSchema<unknown, DocumentRecord> = v.object({ v: recordVersion, value: v.unknown() });

/**
 * One that cannot be read is moved aside, named in the log and reads as undefined; writing undefined deletes it. What
 * is in it is for its owner to check. Both methods throw UserError ('unavailable') if a newer release wrote it.
 */
export function createDocument({ name, ...options }: DocumentOptions): Document {
  const records = createRecordStore({
    ...options,
    schema: documentSchema,
    writtenByNewerRelease: `What the bot keeps as “${name}” was written by a newer release. It opens again when the bot is updated.`,
  });
  const key = `document:${name}`;
  return {
    async read() {
      let value: unknown;
      await records.update(key, (current) => {
        value = current?.value;
        return current;
      });
      return value;
    },
    write: (value) => records.update(key, () => (value === undefined ? undefined : { v: RECORD_VERSION, value })),
  };
}
