import type { Logger } from '../core/logger.ts';

/**
 * Sends an acknowledgement and does not wait for it. A failure, also one before it left, is logged here; whoever awaits
 * the promise learns of it, nobody has to.
 */
export function acknowledge<T>(send: () => Promise<T>, logger: Logger): Promise<T> {
  async function sending(): Promise<T> {
    try {
      return await send();
    } catch (error) {
      logger.warn({ err: error }, 'an interaction could not be acknowledged');
      throw error;
    }
  }
  const acknowledged = sending();
  acknowledged.catch(() => {});
  return acknowledged;
}
