/** Tells of most texts that another does not hold them. */
export interface RunFilter {
  /** @param text At least as long as a run. */
  mayHold(text: string): boolean;
}

/** Bits for each character of the text, of which it sets one. */
const BITS_PER_CHARACTER = 16;
/** In a run's hash each character weighs a power of this; one that has passed is taken out again. Upper bits are mixed best. */
const BASE = 0x9e3779b1;

/** Notes which runs of so many characters a text holds. */
export function createRunFilter(text: string, runLength: number): RunFilter {
  const sizeLog2 = Math.ceil(Math.log2(Math.max(1024, text.length * BITS_PER_CHARACTER)));
  const bits = new Uint32Array(2 ** (sizeLog2 - 5));
  const shift = 32 - sizeLog2;
  let weightOfPassed = BASE;
  for (let count = 0; count < runLength; count += 1) weightOfPassed = Math.imul(weightOfPassed, BASE);

  // Written out below once more: as a function it costs half as much again, and this runs for every character scanned.
  let hash = 0;
  for (let index = 0; index < text.length; index += 1) {
    const passed = index < runLength ? 0 : Math.imul(text.charCodeAt(index - runLength), weightOfPassed);
    hash = (Math.imul(hash + text.charCodeAt(index), BASE) - passed) | 0;
    const bit = hash >>> shift;
    bits[bit >>> 5] = (bits[bit >>> 5] ?? 0) | (1 << (bit & 31));
  }

  return {
    mayHold(key) {
      let hashOfKey = 0;
      for (let index = 0; index < key.length; index += 1) {
        const passed = index < runLength ? 0 : Math.imul(key.charCodeAt(index - runLength), weightOfPassed);
        hashOfKey = (Math.imul(hashOfKey + key.charCodeAt(index), BASE) - passed) | 0;
        if (index < runLength - 1) continue;
        const bit = hashOfKey >>> shift;
        if ((((bits[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) === 0) return false;
      }
      return true;
    },
  };
}
