import type { Document } from '../../src/core/document.ts';
import type { Logger } from '../../src/core/logger.ts';

export interface RecordedDocument extends Document {
  /** Everything written, as JSON keeps it. */
  written: unknown[];
  /** Thrown by what comes next, until it is taken away. */
  failure: Error | undefined;
}

/** A document in memory that goes through JSON, as a store would. */
export function recordedDocument(stored?: unknown): RecordedDocument {
  const document: RecordedDocument = {
    written: [],
    failure: undefined,
    async read() {
      await Promise.resolve();
      if (document.failure) throw document.failure;
      return document.written.at(-1) ?? stored;
    },
    async write(value) {
      await Promise.resolve();
      if (document.failure) throw document.failure;
      document.written.push(JSON.parse(JSON.stringify(value)));
    },
  };
  return document;
}

export function recordedLogger(): { logger: Logger; lines: unknown[][] } {
  const lines: unknown[][] = [];
  const write = (level: string) => (facts: object, message: string) => {
    const { err, ...others } = facts as { err?: Error };
    lines.push([level, err ? { ...others, err: err.message } : others, message]);
  };
  return { lines, logger: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') } };
}
