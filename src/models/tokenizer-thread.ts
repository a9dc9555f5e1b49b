import { Worker } from 'node:worker_threads';
import type { TokenizerName } from './known-models.ts';

export interface CountQuestion {
  id: number;
  name: TokenizerName;
  texts: readonly string[];
}

export interface CountAnswer {
  id: number;
  counts: number[];
}

export interface TokenizerThread {
  /** Tokens of each text; the tokenizer is loaded if it was not yet, for no texts too. @throws once the thread has ended */
  count(name: TokenizerName, texts: readonly string[]): Promise<number[]>;
  close(): Promise<void>;
}

/** The young generation decides how much memory stays taken for what loading and counting throw away. */
const LIMITS = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 128 };

/**
 * Starts a thread that counts tokens. It holds the process only while a count is awaited.
 *
 * @param onFailure Called once, if it ends though nobody closed it.
 */
export function startTokenizerThread(script: URL, onFailure: (error: unknown) => void): TokenizerThread {
  const worker = new Worker(script, { name: 'tokenizers', resourceLimits: LIMITS });
  worker.unref();
  const awaited = new Map<number, PromiseWithResolvers<number[]>>();
  let lastId = 0;
  let end: { error: unknown } | undefined;

  const endWith = (error: unknown): boolean => {
    if (end) return false;
    end = { error };
    for (const { reject } of awaited.values()) reject(error);
    awaited.clear();
    return true;
  };
  const fail = (error: unknown) => {
    if (endWith(error)) onFailure(error);
  };
  worker.on('error', fail);
  worker.on('exit', (code) => fail(new Error(`the thread ended with code ${code}`)));
  worker.on('message', ({ id, counts }: CountAnswer) => {
    awaited.get(id)?.resolve(counts);
    awaited.delete(id);
    if (awaited.size === 0) worker.unref();
  });

  return {
    async count(name, texts) {
      if (end) throw end.error;
      const answer = Promise.withResolvers<number[]>();
      lastId += 1;
      awaited.set(lastId, answer);
      worker.ref();
      worker.postMessage({ id: lastId, name, texts } satisfies CountQuestion, []);
      return answer.promise;
    },
    async close() {
      endWith(new Error('the thread was closed'));
      await worker.terminate();
    },
  };
}
