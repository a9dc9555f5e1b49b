import { Buffer } from 'node:buffer';

/** What is kept of a conversation from turn to turn: macros and lore stay within it, and the store takes no more. */
export const VARIABLES_MAX = 200;
/** Of names and values in UTF-8. */
export const VARIABLES_MAX_BYTES = 64 * 1024;
/** Timed effects of lore, of each kind. */
export const TIMED_MAX = 2_000;
/** In UTF-16 units. */
export const TIMED_KEY_MAX_LENGTH = 400;

export function bytesOfVariable(name: string, value: string): number {
  return Buffer.byteLength(name) + Buffer.byteLength(value);
}

/** Of effects in the order in which they came, as many of the newest as are kept. */
export function newestTimed<T>(effects: readonly T[], keyOf: (effect: T) => string): T[] {
  return effects.filter((effect) => keyOf(effect).length <= TIMED_KEY_MAX_LENGTH).slice(-TIMED_MAX);
}
