import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../src/core/clock.ts';

/** Of the bot and of a simulator. */
export interface ScaledClock extends Clock {
  setTimeout(callback: () => void, ms: number): () => void;
}

/**
 * Time that passes `speed` times as fast as the system's. What the machine itself needs, for sockets and timers, weighs
 * that many times more under it.
 */
export function createScaledClock(speed: number): ScaledClock {
  const begin = Date.now();
  const beganAt = performance.now();
  const monotonic = () => (performance.now() - beganAt) * speed;
  return {
    now: () => begin + monotonic(),
    monotonic,
    async sleep(ms, { signal } = {}) {
      await sleep(ms / speed, undefined, signal ? { signal } : {});
    },
    setTimeout(callback, ms) {
      const timer = setTimeout(callback, ms / speed);
      return () => clearTimeout(timer);
    },
  };
}
