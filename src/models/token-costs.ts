import { COMMON_IDEOGRAPHS, COMMON_WORDS, LIKELY_NEXT_LETTERS } from './common-words.ts';

const BMP_SIZE = 0x10000;

/** Ranges whose characters are each one token in the three vocabularies; others can be one per UTF-8 byte. */
const SINGLE_TOKEN_RANGES: readonly (readonly [number, number])[] = [
  [0xa0, 0xfe],
  [0x391, 0x39d],
  [0x3b1, 0x3c9],
  [0x410, 0x429],
  [0x42b, 0x44f],
  [0x625, 0x63a],
  [0x640, 0x64b],
  [0x2018, 0x2019],
  [0x201c, 0x201d],
  [0x2013, 0x2014],
  [0x2026, 0x2026],
  [0x3001, 0x3002],
  [0x300a, 0x3011],
  [0x3042, 0x308f],
  [0x3092, 0x3093],
  [0x30a1, 0x30ef],
  [0x30f3, 0x30f4],
  [0x30fb, 0x30fc],
  [0xff01, 0xff01],
  [0xff08, 0xff09],
  [0xff0c, 0xff0c],
  [0xff1a, 0xff1b],
  [0xff1f, 0xff1f],
];
const SINGLE_TOKENS = `ءآأإ${COMMON_IDEOGRAPHS}`;
const RARE_KANA = 'ぃぅぇぉぎぐざぜぞぢづぬぱぴぶぷぺぼぽゅゆゎゥゾヂヅヌヘヨヮ';

/** By UTF-16 unit above ASCII, surrogates excepted: the most tokens that it can be. */
export function createUnitCosts(): Uint8Array {
  const costs = new Uint8Array(BMP_SIZE).fill(3);
  costs.fill(2, 0x80, 0x800);
  for (const [first, last] of SINGLE_TOKEN_RANGES) costs.fill(1, first, last + 1);
  for (const character of SINGLE_TOKENS) costs[character.charCodeAt(0)] = 1;
  for (const character of RARE_KANA) costs[character.charCodeAt(0)] = 3;
  return costs;
}

export const HASH_START = 7;

/** Over the letters of a word in lower case; two English words that share one have not been found. */
export function addToHash(hash: number, lowerCaseLetter: number): number {
  return (Math.imul(hash, 31) + lowerCaseLetter) | 0;
}

export function createWordHashes(): ReadonlySet<number> {
  const hashes = new Set<number>();
  for (const word of COMMON_WORDS.trim().split(/\s+/)) {
    let hash = HASH_START;
    for (let index = 0; index < word.length; index += 1) hash = addToHash(hash, word.charCodeAt(index));
    hashes.add(hash);
  }
  return hashes;
}

/** By 32 times the number of a letter (a = 0) plus that of the next: 1 if they seldom follow each other in English. */
export function createUnlikelyPairs(): Uint8Array {
  const unlikely = new Uint8Array(32 * 32).fill(1);
  for (const row of LIKELY_NEXT_LETTERS.split(' ')) {
    const first = row.charCodeAt(0) - 97;
    for (const next of row.slice(2)) unlikely[first * 32 + next.charCodeAt(0) - 97] = 0;
  }
  return unlikely;
}
