import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import * as v from 'valibot';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { PersonaRef } from '../core/refs.ts';
import type { FileContent } from './persona-record.ts';
import { RECORD_VERSION, readRecord, recordVersion } from './record.ts';
import type { Store, StoreEntry } from './store.ts';

/** A new file, ready to be written. */
export interface EncodedFile {
  sha256: string;
  sizeBytes: number;
  /** Base64, each of a record. */
  chunks: string[];
}

/** The files of personas, cut into chunks, each in a record of its own: no read or write of one holds up the process. */
export interface PersonaFiles {
  /** The chunks as entries of the caller's write; so many of them that they would hold it up are written at once. */
  prepare(ref: PersonaRef, files: readonly { from: number; file: EncodedFile }[]): Promise<StoreEntry[]>;
  /** Entries that delete the chunks. */
  deletion(ref: PersonaRef, contents: readonly FileContent[]): StoreEntry[];
  /** Undefined, and named in the log, if it is not what was written. */
  read(ref: PersonaRef, sha256: string, content: FileContent): Promise<Buffer | undefined>;
  /** Deletes the chunks that are not of these contents. */
  deleteOthers(ref: PersonaRef, contents: readonly FileContent[]): Promise<void>;
  /** Every persona of which chunks were written ahead, until `settle` is called for it. */
  unsettled(): AsyncIterable<PersonaRef>;
  settle(ref: PersonaRef): Promise<void>;
}

export const CHUNK_BYTES = 384 * 1024;

const CHUNKS_AT_ONCE = 4;
const UNSETTLED_PREFIX = 'persona-files-ahead:';

const chunkSchema: v.GenericSchema<unknown, { v: typeof RECORD_VERSION; base64: string }> = v.object({
  v: recordVersion,
  base64: v.string(),
});

export async function encodeFile(bytes: Uint8Array): Promise<EncodedFile> {
  const hash = createHash('sha256');
  const chunks: string[] = [];
  for (let from = 0; from < bytes.length; from += CHUNK_BYTES) {
    const chunk = bytes.subarray(from, from + CHUNK_BYTES);
    hash.update(chunk);
    chunks.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('base64'));
    await setImmediate();
  }
  return { sha256: hash.digest('hex'), sizeBytes: bytes.length, chunks };
}

export function createPersonaFiles({
  store,
  clock,
  logger,
}: {
  store: Store;
  clock: Clock;
  logger: Logger;
}): PersonaFiles {
  const prefixOf = (ref: PersonaRef) => `persona-file:${ref}:`;
  const keysOf = (ref: PersonaRef, { from, count }: FileContent) =>
    Array.from({ length: count }, (_, index) => `${prefixOf(ref)}${from + index}`);

  async function readChunk(key: string): Promise<Buffer | undefined> {
    const reading = await readRecord({ store, clock, key, schema: chunkSchema });
    if (reading.state === 'read') return Buffer.from(reading.record.base64, 'base64');
    if (reading.state === 'unreadable') {
      await store.setMany([reading.aside, { key, value: null, ttlMs: 0 }]);
      logger.error(reading.facts, 'moved aside a record that cannot be read');
    }
    return undefined;
  }

  return {
    async prepare(ref, files) {
      const entries = files.flatMap(({ from, file }) =>
        file.chunks.map((base64, index) => ({
          key: `${prefixOf(ref)}${from + index}`,
          value: { v: RECORD_VERSION, base64 },
        })),
      );
      if (entries.length <= CHUNKS_AT_ONCE) return entries;
      await store.setMany([{ key: `${UNSETTLED_PREFIX}${ref}`, value: { v: RECORD_VERSION } }]);
      for (const entry of entries) {
        await store.setMany([entry]);
        await setImmediate();
      }
      return [];
    },

    deletion: (ref, contents) =>
      contents.flatMap((content) => keysOf(ref, content).map((key) => ({ key, value: null, ttlMs: 0 }))),

    async read(ref, sha256, content) {
      const hash = createHash('sha256');
      const chunks: Buffer[] = [];
      for (const key of keysOf(ref, content)) {
        const chunk = await readChunk(key);
        if (!chunk) break;
        hash.update(chunk);
        chunks.push(chunk);
        await setImmediate();
      }
      if (hash.digest('hex') === sha256) return Buffer.concat(chunks);
      logger.error({ ref, sha256 }, 'a file of a persona is damaged');
      return undefined;
    },

    async deleteOthers(ref, contents) {
      const kept = new Set(contents.flatMap((content) => keysOf(ref, content)));
      for await (const key of store.keys(prefixOf(ref))) {
        if (kept.has(key)) continue;
        await store.delete([key]);
        await setImmediate();
      }
    },

    async *unsettled() {
      for await (const key of store.keys(UNSETTLED_PREFIX)) yield key.slice(UNSETTLED_PREFIX.length) as PersonaRef;
    },

    settle: (ref) => store.delete([`${UNSETTLED_PREFIX}${ref}`]),
  };
}
