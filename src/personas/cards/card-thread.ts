import { Worker } from 'node:worker_threads';
import type { CardAnswer, CardQuestion } from './messages.ts';

export interface CardThread {
  readonly isEnded: boolean;
  /** One at a time. @throws ThreadEnd when it takes too long or the thread ends, and ever after */
  ask(question: CardQuestion, transfer: readonly ArrayBuffer[], timeoutMs: number): Promise<CardAnswer>;
  close(): Promise<void>;
}

/** Why a thread gave no answer. */
export class ThreadEnd extends Error {
  override name = 'ThreadEnd';
  readonly reason: 'time' | 'memory' | 'crash' | 'closed';

  constructor(reason: ThreadEnd['reason'], options?: ErrorOptions) {
    super(`the thread that reads cards ended: ${reason}`, options);
    this.reason = reason;
  }
}

/**
 * Four times what the largest JSON that is read, or written, takes; bytes of files do not count. It is that bound that holds:
 * a thread that reaches these limits inside of `JSON.parse` and the like takes the whole process with it (Node 24.21).
 */
const LIMITS = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 256 };

/** Starts a thread for files of strangers. It holds the process only while an answer is awaited. */
export function startCardThread(script: URL): CardThread {
  const worker = new Worker(script, { name: 'cards', resourceLimits: LIMITS });
  worker.unref();
  let awaited: PromiseWithResolvers<CardAnswer> | undefined;
  let end: ThreadEnd | undefined;

  const endWith = (reason: ThreadEnd['reason'], cause?: unknown) => {
    end ??= new ThreadEnd(reason, { cause });
    awaited?.reject(end);
  };
  worker.on('error', (error: NodeJS.ErrnoException) =>
    endWith(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'crash', error),
  );
  worker.on('messageerror', (error) => endWith('crash', error));
  worker.on('exit', (code) => endWith('crash', new Error(`the thread ended with code ${code}`)));
  worker.on('message', (answer: CardAnswer) => awaited?.resolve(answer));

  const close = async () => {
    endWith('closed');
    await worker.terminate();
  };
  return {
    get isEnded() {
      return end !== undefined;
    },
    async ask(question, transfer, timeoutMs) {
      if (end) throw end;
      awaited = Promise.withResolvers();
      const timer = setTimeout(() => {
        endWith('time');
        void worker.terminate();
      }, timeoutMs);
      worker.ref();
      try {
        worker.postMessage(question, transfer);
        return await awaited.promise;
      } finally {
        clearTimeout(timer);
        awaited = undefined;
        worker.unref();
      }
    },
    close,
  };
}
