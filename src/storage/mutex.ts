export interface KeyedMutex {
  /** Runs `task` when every earlier task of `key` has settled; settles as `task` does. Not reentrant. */
  run<T>(key: string, task: () => Promise<T>): Promise<T>;
  /** Keys that have a task running or waiting. */
  readonly size: number;
}

/** Tasks of one key run one after another in the order of the calls, those of different keys side by side. */
export function createKeyedMutex(): KeyedMutex {
  const tails = new Map<string, Promise<void>>();
  return {
    run<T>(key: string, task: () => Promise<T>): Promise<T> {
      const result = (tails.get(key) ?? Promise.resolve()).then(task);
      // The tail itself is what is stored and compared, so the last task of a key always finds and frees it.
      const tail: Promise<void> = result.then(free, free);
      function free(): void {
        if (tails.get(key) === tail) tails.delete(key);
      }
      tails.set(key, tail);
      return result;
    },
    get size() {
      return tails.size;
    },
  };
}
