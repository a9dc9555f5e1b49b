import type { Vocabulary } from './vocabulary.ts';

/** More are merged in several parts. */
export const SEQUENCE_MAX_LENGTH = 8_192;

/** Tokens that so many of these ids become. The array is written over. */
export type MergePairs = (ids: Int32Array, length: number) => number;

/**
 * Byte pair encoding of one sequence: of all neighbours that can be merged those with the lowest rank are, the leftmost
 * first, until none can. Time is that of sorting, whatever the sequence.
 */
export function createMergePairs({ rankOf, resultOf }: Vocabulary): MergePairs {
  const nextOf = new Int32Array(SEQUENCE_MAX_LENGTH);
  const previousOf = new Int32Array(SEQUENCE_MAX_LENGTH);
  /** Of the pair that begins there; -1 if it cannot be merged or its left one has been merged away. */
  const rankAt = new Int32Array(SEQUENCE_MAX_LENGTH);
  const queue = createQueue(3 * SEQUENCE_MAX_LENGTH);

  return (ids, length) => {
    const offerPair = (position: number) => {
      const next = nextOf[position] as number;
      const rank = next === length ? -1 : rankOf(ids[position] as number, ids[next] as number);
      rankAt[position] = rank;
      if (rank !== -1) queue.push(rank * SEQUENCE_MAX_LENGTH + position);
    };

    for (let position = 0; position < length; position += 1) {
      nextOf[position] = position + 1;
      previousOf[position] = position - 1;
      offerPair(position);
    }
    let tokens = length;
    while (queue.size() > 0) {
      const key = queue.pop();
      const rank = Math.floor(key / SEQUENCE_MAX_LENGTH);
      const position = key % SEQUENCE_MAX_LENGTH;
      // Queued before a neighbour was merged.
      if (rankAt[position] !== rank) continue;
      const merged = nextOf[position] as number;
      const next = nextOf[merged] as number;
      const previous = previousOf[position] as number;
      ids[position] = resultOf(rank);
      rankAt[merged] = -1;
      nextOf[position] = next;
      if (next !== length) previousOf[next] = position;
      offerPair(position);
      if (previous !== -1) offerPair(previous);
      tokens -= 1;
    }
    return tokens;
  };
}

/** Numbers, the lowest first: a binary heap. */
function createQueue(maxSize: number) {
  const heap = new Float64Array(maxSize);
  let size = 0;
  return {
    size: () => size,
    push(value: number): void {
      let index = size++;
      while (index > 0) {
        const parent = (index - 1) >>> 1;
        const above = heap[parent] as number;
        if (above <= value) break;
        heap[index] = above;
        index = parent;
      }
      heap[index] = value;
    },
    pop(): number {
      const lowest = heap[0] as number;
      const value = heap[--size] as number;
      let index = 0;
      for (;;) {
        let child = 2 * index + 1;
        if (child >= size) break;
        if (child + 1 < size && (heap[child + 1] as number) < (heap[child] as number)) child += 1;
        const below = heap[child] as number;
        if (below >= value) break;
        heap[index] = below;
        index = child;
      }
      heap[index] = value;
      return lowest;
    },
  };
}
