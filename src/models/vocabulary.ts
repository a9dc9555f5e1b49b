import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { TokenizerName } from './known-models.ts';

/** The tokens of one tokenizer, by their number, and the pairs of them that become one. */
export interface Vocabulary {
  size: number;
  /** UTF-8. */
  bytesOf(id: number): Uint8Array;
  /** The token with these bytes; -1 if there is none. */
  find(bytes: Uint8Array, start: number, end: number): number;
  /** When two neighbours are merged, 0 first; -1 if never. */
  rankOf(leftId: number, rightId: number): number;
  /** What the merge of this rank makes. */
  resultOf(rank: number): number;
}

interface Source {
  packageName: string;
  /** How the numbers in the list of merges are written. */
  readIds(data: Buffer): Uint32Array;
  /** Rows are written in GPT-2's alphabet, in which each byte is a letter. */
  hasByteAlphabet: boolean;
}

/**
 * The packages are read as data and not imported: for Llama 3 their maps of joined strings keep 36 MiB and have the
 * process grow by 75 to 114, these arrays keep 8; and their `encode` is several times slower and overflows the
 * stack on 256 KiB of one emoji.
 */
const SOURCES: Record<TokenizerName, Source> = {
  llama2: { packageName: 'llama-tokenizer-js', readIds: readIdsOf16Bits, hasByteAlphabet: false },
  mistral: { packageName: 'mistral-tokenizer-js', readIds: readIdsOf16Bits, hasByteAlphabet: false },
  llama3: { packageName: 'llama3-tokenizer-js', readIds: readIdsOf17Bits, hasByteAlphabet: true },
};

const LINE_FEED = 10;
const { resolve } = createRequire(import.meta.url);

/** @throws if the package is not there or written in another way than the one this was made for. */
export function loadVocabulary(name: TokenizerName): Vocabulary {
  const { packageName, readIds, hasByteAlphabet } = SOURCES[name];
  const script = readFileSync(resolve(packageName));
  const rows = readBase64(script, 'vocab_base64');
  const tokens = createTokens(hasByteAlphabet ? fromByteAlphabet(rows) : splitRows(rows));
  return { ...tokens, ...createMerges(tokens, readIds(readBase64(script, 'merges_binary'))) };
}

function readBase64(script: Buffer, constant: string): Buffer {
  const opening = `${constant} = "`;
  const start = script.indexOf(opening);
  const end = script.indexOf('"', start + opening.length);
  if (start === -1 || end === -1) throw new Error(`the tokenizer's package has no ${constant}`);
  return Buffer.from(script.toString('latin1', start + opening.length, end), 'base64');
}

interface Rows {
  bytes: Uint8Array;
  /** Where each row begins, and at last where the last one ends. */
  offsets: Uint32Array;
}

function splitRows(data: Buffer): Rows {
  const bytes = new Uint8Array(data.length);
  const offsets = [0];
  let length = 0;
  for (const byte of data) {
    if (byte === LINE_FEED) offsets.push(length);
    else bytes[length++] = byte;
  }
  return { bytes: bytes.slice(0, length), offsets: Uint32Array.from([...offsets, length]) };
}

function fromByteAlphabet(data: Buffer): Rows {
  const byteOf = createByteAlphabet();
  const letters = data.toString('utf8');
  const bytes = new Uint8Array(letters.length);
  const offsets = [0];
  let length = 0;
  for (let index = 0; index < letters.length; index += 1) {
    const letter = letters.charCodeAt(index);
    if (letter === LINE_FEED) offsets.push(length);
    else bytes[length++] = byteOf[letter] as number;
  }
  return { bytes: bytes.slice(0, length), offsets: Uint32Array.from([...offsets, length]) };
}

/** By letter. Bytes that are visible as Latin-1 stand for themselves, the others follow from U+0100 on. */
function createByteAlphabet(): Uint8Array {
  const byteOf = new Uint8Array(0x200);
  let next = 0x100;
  for (let byte = 0; byte < 0x100; byte += 1) {
    const isVisible = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    byteOf[isVisible ? byte : next++] = byte;
  }
  return byteOf;
}

function readIdsOf16Bits(data: Buffer): Uint32Array {
  return Uint32Array.from({ length: data.length / 2 }, (_, index) => data.readUInt16LE(index * 2));
}

function readIdsOf17Bits(data: Buffer): Uint32Array {
  const ids = new Uint32Array(Math.floor((data.length * 8) / 17));
  let [count, bits, bitCount] = [0, 0, 0];
  for (const byte of data) {
    bits = (bits << 8) | byte;
    bitCount += 8;
    if (bitCount < 17) continue;
    bitCount -= 17;
    ids[count++] = bits >>> bitCount;
    bits &= (1 << bitCount) - 1;
  }
  return ids;
}

function createTokens({ bytes, offsets }: Rows): Pick<Vocabulary, 'size' | 'bytesOf' | 'find'> {
  const size = offsets.length - 1;
  const slots = createSlots(size);
  const mask = slots.length - 1;
  for (let id = 0; id < size; id += 1) {
    let slot = hashBytes(bytes, offsets[id] as number, offsets[id + 1] as number) & mask;
    while (slots[slot] !== -1) slot = (slot + 1) & mask;
    slots[slot] = id;
  }

  const isAt = (id: number, other: Uint8Array, start: number, end: number) => {
    const offset = offsets[id] as number;
    if ((offsets[id + 1] as number) - offset !== end - start) return false;
    for (let index = start; index < end; index += 1) if (bytes[offset + index - start] !== other[index]) return false;
    return true;
  };

  return {
    size,
    bytesOf: (id) => bytes.subarray(offsets[id], offsets[id + 1]),
    find(other, start, end) {
      let slot = hashBytes(other, start, end) & mask;
      for (;;) {
        const id = slots[slot] as number;
        if (id === -1 || isAt(id, other, start, end)) return id;
        slot = (slot + 1) & mask;
      }
    },
  };
}

/** @param ids Left and right neighbour in turns, those that are merged first in front. */
function createMerges(tokens: Pick<Vocabulary, 'bytesOf' | 'find'>, ids: Uint32Array) {
  const count = ids.length / 2;
  const results = new Uint32Array(count);
  const slots = createSlots(count);
  const mask = slots.length - 1;
  const joined = new Uint8Array(1024);
  for (let rank = 0; rank < count; rank += 1) {
    const left = tokens.bytesOf(ids[rank * 2] as number);
    const right = tokens.bytesOf(ids[rank * 2 + 1] as number);
    joined.set(left);
    joined.set(right, left.length);
    results[rank] = tokens.find(joined, 0, left.length + right.length);
    let slot = hashPair(ids[rank * 2] as number, ids[rank * 2 + 1] as number) & mask;
    while (slots[slot] !== -1) slot = (slot + 1) & mask;
    slots[slot] = rank;
  }
  return {
    rankOf(leftId: number, rightId: number): number {
      let slot = hashPair(leftId, rightId) & mask;
      for (;;) {
        const rank = slots[slot] as number;
        if (rank === -1 || (ids[rank * 2] === leftId && ids[rank * 2 + 1] === rightId)) return rank;
        slot = (slot + 1) & mask;
      }
    },
    resultOf: (rank: number) => results[rank] as number,
  };
}

/** A hash table of numbers, at most three quarters full. */
function createSlots(entries: number): Int32Array {
  return new Int32Array(2 ** Math.ceil(Math.log2(entries / 0.75))).fill(-1);
}

/** FNV-1a. */
function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let index = start; index < end; index += 1) hash = Math.imul(hash ^ (bytes[index] as number), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

function hashPair(left: number, right: number): number {
  const hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
  return (hash ^ (hash >>> 15)) >>> 0;
}
