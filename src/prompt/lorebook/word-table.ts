/** Words are what `\w` matches: ASCII letters, digits and underscores. */
const IS_WORD = Uint8Array.from({ length: 128 }, (_, code) => Number(/\w/.test(String.fromCharCode(code))));
const PROBES_MAX = 64;

export const isWordCode = (code: number): boolean => code < 128 && IS_WORD[code] === 1;
const nextHash = (hash: number, code: number) => Math.imul(hash ^ code, 0x01000193);

/** Where each word of a text stands first. */
export interface WordTable {
  /** Offset of the first word with that hash; -1: there is none, undefined: it is not known. */
  offsetOf(hash: number): number | undefined;
}

/** Undefined for what is not one word. */
export function hashOfWord(text: string): number | undefined {
  let hash = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (!isWordCode(code)) return undefined;
    hash = nextHash(hash, code);
  }
  return hash;
}

export function createWordTable(text: string): WordTable {
  // Of n characters about a third at most are distinct words, so that slots stay free.
  const slots = 2 ** Math.ceil(Math.log2(Math.max(256, text.length / 2)));
  const hashes = new Int32Array(slots);
  /** Plus one; 0: free. */
  const offsets = new Int32Array(slots);
  /** Words that were made to meet in few slots are not all kept. */
  let isCrowded = false;

  /** The slot of that hash or the free one for it; undefined if there is none. */
  function slotOf(hash: number): number | undefined {
    for (let probe = 0; probe < PROBES_MAX; probe += 1) {
      const slot = (hash + probe) & (slots - 1);
      if (offsets[slot] === 0 || hashes[slot] === hash) return slot;
    }
    return undefined;
  }

  function add(hash: number, offset: number): void {
    const slot = slotOf(hash);
    if (slot === undefined) {
      isCrowded = true;
    } else if (offsets[slot] === 0) {
      hashes[slot] = hash;
      offsets[slot] = offset + 1;
    }
  }

  let start = -1;
  let hash = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (isWordCode(code)) {
      if (start < 0) [start, hash] = [index, 0];
      hash = nextHash(hash, code);
    } else if (start >= 0) {
      add(hash, start);
      start = -1;
    }
  }
  if (start >= 0) add(hash, start);

  return {
    offsetOf(wanted) {
      const slot = slotOf(wanted);
      if (slot !== undefined) return (offsets[slot] ?? 0) - 1;
      return isCrowded ? undefined : -1;
    },
  };
}
