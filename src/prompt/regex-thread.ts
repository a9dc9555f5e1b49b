import { Worker } from 'node:worker_threads';
import type { Logger } from '../core/logger.ts';
import type { RegexPattern } from './regex-guard.ts';

/** What the thread is told. In `progress`: the index being tested, then for each pattern its answer and microseconds. */
export interface RegexQuestion {
  patterns: readonly RegexPattern[];
  text: string;
  from: number;
  progress: SharedArrayBuffer;
}

/** A run that was not `done`: one pattern took its time, all of them together took theirs, or the thread ended. */
export interface RegexRun {
  ended: 'done' | 'hung' | 'late' | 'failed';
  /** What the patterns took of it; of one that is `done` the thread itself tells. */
  workMs: number;
}

export interface RegexThread {
  /** One at a time. */
  run(question: RegexQuestion): Promise<RegexRun>;
  /** The next run starts another one. */
  end(): Promise<void>;
}

/** In `progress`, before the thread has begun. */
export const NOT_BEGUN = -1;
/** How long a batch may be tested, and how long the thread may take to start, in what one pattern may take. */
const BATCH_TIMEOUTS = 4;
const START_TIMEOUTS = 40;
const SCRIPT = new URL('./regex-worker.ts', import.meta.url);
const LIMITS = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 32 };

/** A thread that is started when it is needed, and watched from outside. */
export function createRegexThread({ logger, timeoutMs }: { logger: Logger; timeoutMs: number }): RegexThread {
  let worker: Worker | undefined;

  function start(): Worker {
    const started = new Worker(SCRIPT, { name: 'lorebook keys', resourceLimits: LIMITS });
    started.unref();
    started.once('exit', () => {
      if (worker === started) worker = undefined;
    });
    // Without a listener an error of the thread would end the process.
    started.on('error', (err) => logger.warn({ err }, 'the thread of lorebook keys failed'));
    return started;
  }

  return {
    async run(question) {
      worker ??= start();
      const used = worker;
      const progress = new Int32Array(question.progress);
      const end = Promise.withResolvers<RegexRun['ended']>();
      const done = () => end.resolve('done');
      const failed = () => end.resolve('failed');
      let lastIndex = NOT_BEGUN;
      let ticksOfStart = 0;
      let ticksOfWork = 0;
      const ticks = setInterval(() => {
        const index = Atomics.load(progress, 0);
        if (index === NOT_BEGUN) ticksOfStart += 1;
        else ticksOfWork += 1;
        if (index !== NOT_BEGUN && index === lastIndex) end.resolve('hung');
        if (ticksOfWork > BATCH_TIMEOUTS || ticksOfStart > START_TIMEOUTS) end.resolve('late');
        lastIndex = index;
      }, timeoutMs);
      used.ref();
      used.once('message', done).once('exit', failed);
      used.postMessage(question, []);
      const ended = await end.promise;
      clearInterval(ticks);
      used.off('message', done).off('exit', failed);
      used.unref();
      return { ended, workMs: ticksOfWork * timeoutMs };
    },
    async end() {
      const ended = worker;
      worker = undefined;
      await ended?.terminate();
    },
  };
}
