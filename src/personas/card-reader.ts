import { UserError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { Picture } from './cards/card-file.ts';
import { type CardThread, startCardThread, ThreadEnd } from './cards/card-thread.ts';
import type { CardQuestion, PostedCardFile, ReadCardFile, ReadLorebookFile } from './cards/messages.ts';
import type { WriteRequest, WrittenFile } from './cards/write-card-file.ts';

export type { ReadCardFile, ReadLorebookFile } from './cards/messages.ts';

/** Reads and writes files in a thread, one after the other. */
export interface CardReader {
  /** A stranger's character card. The bytes stay the caller's. @throws UserError `input`, `unavailable` */
  read(bytes: Uint8Array): Promise<ReadCardFile>;
  /** A lorebook, or that of a card. @throws UserError `input`, `unavailable` */
  readLorebook(bytes: Uint8Array, fileName: string): Promise<ReadLorebookFile>;
  /** Emotion pictures in a ZIP archive: the names of the files are the labels. @throws UserError `input`, `unavailable` */
  readPictures(bytes: Uint8Array): Promise<Record<string, Picture>>;
  write(request: WriteRequest): Promise<WrittenFile>;
  /** Ends the thread; who waits is told that the bot stops. */
  close(): Promise<void>;
}

export interface CardReaderOptions {
  logger: Logger;
  /** For each file, the start of the thread included. */
  timeoutMs?: number;
  /** What runs in the thread. */
  script?: URL;
}

const SCRIPT = new URL('./card-worker.ts', import.meta.url);
const TIMEOUT_MS = 5000;
const IDLE_MS = 60_000;
/** Each may hold 32 MiB. */
const WAITING_MAX = 8;
const GIVEN_UP = {
  time: 'Reading this file took too long. Export it again, without pictures or in parts, and try that.',
  memory: 'Reading this file takes too much memory. Export it again, without pictures or in parts, and try that.',
  crash: 'This file cannot be read. Export it again, and try that.',
};
const STOPPING = 'The bot is restarting. Try again in a minute.';

export function createCardReader(options: CardReaderOptions): CardReader {
  const { logger, timeoutMs = TIMEOUT_MS, script = SCRIPT } = options;
  let thread: CardThread | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let isClosed = false;
  let idle: NodeJS.Timeout | undefined;

  async function askThread(question: CardQuestion, transfer: ArrayBuffer[]): Promise<unknown> {
    if (isClosed) throw new UserError('unavailable', STOPPING);
    const used = thread && !thread.isEnded ? thread : startCardThread(script);
    thread = used;
    const answer = await used.ask(question, transfer, timeoutMs).catch((error: unknown) => {
      throw explained(error, question.kind);
    });
    if ('value' in answer) return answer.value;
    if ('userError' in answer) throw new UserError(answer.userError.kind, answer.userError.message);
    throw answer.fault;
  }

  function explained(error: unknown, kind: CardQuestion['kind']): unknown {
    if (!(error instanceof ThreadEnd)) return error;
    if (error.reason === 'closed') return new UserError('unavailable', STOPPING, { cause: error });
    logger.warn({ err: error, kind }, 'a file was given up');
    return new UserError('input', GIVEN_UP[error.reason], { cause: error });
  }

  async function ask(question: CardQuestion, transfer: ArrayBuffer[] = []): Promise<unknown> {
    if (waiting >= WAITING_MAX) {
      throw new UserError('unavailable', 'Many files are being read right now. Try again in a minute.');
    }
    waiting += 1;
    clearTimeout(idle);
    const answer = last.then(() => askThread(question, transfer));
    last = answer.catch(() => {});
    try {
      return await answer;
    } finally {
      waiting -= 1;
      if (waiting === 0) closeWhenIdle();
    }
  }

  // Files come seldom, and a thread keeps some 20 MiB. Not the clock's sleep: nobody waits for it, not even a stopping process.
  function closeWhenIdle(): void {
    idle = setTimeout(() => {
      void thread?.close();
      thread = undefined;
    }, IDLE_MS).unref();
  }

  async function askAbout(kind: 'card' | 'pictures', bytes: Uint8Array): Promise<unknown> {
    const copy = new Uint8Array(bytes);
    return ask({ kind, bytes: copy }, [copy.buffer]);
  }

  return {
    async read(bytes) {
      const { format, json, ...file } = (await askAbout('card', bytes)) as PostedCardFile;
      return { ...file, card: { format, raw: JSON.parse(json) } };
    },
    async readLorebook(bytes, fileName) {
      const copy = new Uint8Array(bytes);
      return JSON.parse((await ask({ kind: 'lorebook', bytes: copy, fileName }, [copy.buffer])) as string);
    },
    async readPictures(bytes) {
      return (await askAbout('pictures', bytes)) as Record<string, Picture>;
    },
    async write(request) {
      return (await ask({ kind: 'write', request })) as WrittenFile;
    },
    async close() {
      isClosed = true;
      clearTimeout(idle);
      await thread?.close();
    },
  };
}
