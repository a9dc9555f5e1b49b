import type { Simulation } from '../simulation.ts';

export interface WaitOptions {
  timeoutMs?: number | undefined;
}

const DEFAULT_TIMEOUT_MS = 5_000;

/**
 * Resolves with what `find` finds, looking again at every event. The limit is of the wall clock even if the
 * simulator's is manual: it only keeps a failing test from hanging, and then says what is shown.
 */
export function waitUntil<T>(
  simulation: Simulation,
  find: () => T | undefined | false | null,
  { timeoutMs = DEFAULT_TIMEOUT_MS, describe }: WaitOptions & { describe: () => string },
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const look = (): boolean => {
      try {
        const found = find();
        if (found === undefined || found === false || found === null) return false;
        resolve(found);
      } catch (error) {
        reject(error);
      }
      stop();
      return true;
    };
    let stopListening: () => void = () => undefined;
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`nothing fitted within ${timeoutMs} ms; ${describe()}`));
    }, timeoutMs);
    const stop = () => {
      clearTimeout(timer);
      stopListening();
    };
    if (!look()) stopListening = simulation.events.on(look);
  });
}
