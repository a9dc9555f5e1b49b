export interface NormalizedName {
  name: string;
  normalized: string;
}

/** Against a letter, how much a name's surplus length counts. */
const SURPLUS_WEIGHT = 0.02;
/** Names that are compared letter by letter, if there are many: those that share most pairs of letters. */
const SHORTLIST_SIZE = 100;
const PAIR_HASHES = 4_096;

/** The `count` names nearest to what was typed, normalised as they are; best first. */
export function nearestTo(typed: string, names: readonly NormalizedName[], count: number): string[] {
  const rows = Array.from({ length: 3 }, () => new Uint8Array(256));
  const scored = shortlist(typed, names).map(({ name, normalized }) => ({
    name,
    score: slipsWithin(typed, normalized, rows) + SURPLUS_WEIGHT * Math.abs(normalized.length - typed.length),
  }));
  return scored
    .toSorted((one, other) => one.score - other.score)
    .slice(0, count)
    .map(({ name }) => name);
}

function shortlist(typed: string, names: readonly NormalizedName[]): readonly NormalizedName[] {
  if (names.length <= SHORTLIST_SIZE) return names;
  const typedPairs = new Uint8Array(PAIR_HASHES);
  for (let index = 1; index < typed.length; index += 1) typedPairs[pairAt(typed, index)] = 1;
  const seenIn = new Int32Array(PAIR_HASHES).fill(-1);
  const scored = names.map((name, number) => {
    let shared = 0;
    for (let index = 1; index < name.normalized.length; index += 1) {
      const pair = pairAt(name.normalized, index);
      if (typedPairs[pair] === 0 || seenIn[pair] === number) continue;
      seenIn[pair] = number;
      shared += 1;
    }
    return { name, shared };
  });
  return scored
    .toSorted((one, other) => other.shared - one.shared)
    .slice(0, SHORTLIST_SIZE)
    .map(({ name }) => name);
}

const pairAt = (text: string, index: number) =>
  (text.charCodeAt(index - 1) * 61 + text.charCodeAt(index)) & (PAIR_HASHES - 1);

/**
 * The fewest letters to add, drop, replace or swap with a neighbour that make `typed` a part of `name`
 * (Damerau-Levenshtein, with both ends of the name free). The rows are scratch space, longer than any name.
 */
function slipsWithin(typed: string, name: string, rows: Uint8Array[]): number {
  let [beforePrevious, previous, current] = rows as [Uint8Array, Uint8Array, Uint8Array];
  previous.fill(0);
  for (let row = 1; row <= typed.length; row += 1) {
    const letter = typed.charCodeAt(row - 1);
    const letterBefore = row > 1 ? typed.charCodeAt(row - 2) : -1;
    let left = row;
    let diagonal = row - 1;
    current[0] = row;
    for (let column = 1; column <= name.length; column += 1) {
      const above = previous[column] ?? row;
      const here = name.charCodeAt(column - 1);
      let slips = Math.min(above + 1, left + 1, diagonal + (letter === here ? 0 : 1));
      if (column > 1 && here === letterBefore && letter === name.charCodeAt(column - 2)) {
        slips = Math.min(slips, (beforePrevious[column - 2] ?? row) + 1);
      }
      current[column] = slips;
      left = slips;
      diagonal = above;
    }
    [beforePrevious, previous, current] = [previous, current, beforePrevious];
  }
  return previous.subarray(0, name.length + 1).reduce((least, slips) => Math.min(least, slips));
}
