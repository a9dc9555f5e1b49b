import type { Clock } from '../../src/core/clock.ts';

interface Sleeper {
  dueAt: number;
  wake: () => void;
}

/** A clock that moves only when the test says so; sleepers wake in the order of their due times. */
export class FakeClock implements Clock {
  #now: number;
  #passed = 0;
  #sleepers: Sleeper[] = [];

  constructor(now = 0) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#passed;
  }

  /** Somebody sets the system's clock; no time passes. */
  set(now: number): void {
    for (const sleeper of this.#sleepers) sleeper.dueAt += now - this.#now;
    this.#now = now;
  }

  sleep(ms: number, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const sleeper: Sleeper = {
        dueAt: this.#now + Math.max(0, ms),
        wake: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      const onAbort = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#sleepers.push(sleeper);
    });
  }

  /** Lets everything that is ready run, moves time on by `ms` through each due sleeper, and settles again. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const next = this.#sleepers.filter((sleeper) => sleeper.dueAt <= end).sort((a, b) => a.dueAt - b.dueAt)[0];
      if (!next) break;
      this.#moveTo(Math.max(this.#now, next.dueAt));
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next);
      next.wake();
      await settle();
    }
    this.#moveTo(end);
    await settle();
  }

  #moveTo(now: number): void {
    this.#passed += now - this.#now;
    this.#now = now;
  }

  get sleeping(): number {
    return this.#sleepers.length;
  }
}

/** Runs promise continuations until none is ready; no wall-clock time passes. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 20; round++) await new Promise<void>((resolve) => setImmediate(resolve));
}
