import type { Clock } from './clock.ts';
import type { Logger } from './logger.ts';

/** Runs a task again and again until the signal aborts. A failure is logged and waits for the next time. */
export function repeat(
  task: () => Promise<unknown>,
  options: { intervalMs: () => number; clock: Clock; logger: Logger; signal: AbortSignal },
): void {
  const { intervalMs, clock, logger, signal } = options;
  const loop = async () => {
    for (;;) {
      await clock.sleep(intervalMs(), { signal });
      await task().catch((error: unknown) => logger.warn({ err: error }, 'a background task failed'));
    }
  };
  // Only the abort ends it.
  loop().catch(() => {});
}
