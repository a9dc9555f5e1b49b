/** Longer ones are cut before they are compared: comparing takes the product of both lengths. */
const NAME_MAX_LENGTH = 80;
/** Organisations have one or two words, as in `anthracite-org-magnum-v4-72b`. */
const ORGANISATION_MAX_WORDS = 2;
/** Shorter ones are parts of names by chance. */
const PART_MIN_LENGTH = 3;
/** Against a letter, how much a name's surplus length counts. */
const SURPLUS_WEIGHT = 0.02;

const QUANTISATION =
  /[-_. ]+(?:fp8|fp16|bf16|int8|int4|w\d+a\d+|awq|gptq|gguf|exl2|\d+bit|q\d_\w+)(?:[-_. ]+dynamic)?$/;
const POINT_IN_NUMBER = /(?<=\d)\.(?=\d)/g;
const SEPARATORS = /[-_.:\s/]+/;

/** Lower case, without organisation (`org/`), separators and what only says how the weights are stored. */
export function normalizeName(name: string): string {
  return wordsOf(name).join('');
}

function wordsOf(name: string): string[] {
  return plainName(name)
    .split(SEPARATORS)
    .filter((word) => word !== '');
}

function plainName(name: string): string {
  const lower = name.trim().toLowerCase().slice(0, NAME_MAX_LENGTH);
  return lower.slice(lower.lastIndexOf('/') + 1).replace(QUANTISATION, '');
}

/** The one of `names` that a person means: what {@link matchName} finds, else the only one that `wanted` is a part of. */
export function findName(wanted: string, names: readonly string[]): string | undefined {
  const normalized = normalizeName(wanted);
  return matchName(wanted, names) ?? onlyOne(names.filter((name) => isPartOf(normalized, name)));
}

/**
 * The one of `names` that is another spelling of `wanted`: the exact one, else the only one that differs in nothing but
 * case, separators, organisation or quantisation.
 */
export function matchName(wanted: string, names: readonly string[]): string | undefined {
  if (names.includes(wanted)) return wanted;
  const normalized = normalizeName(wanted);
  if (normalized === '') return undefined;
  const spelled = (name: string) => name.trim().toLowerCase() === wanted.trim().toLowerCase();
  const same = names.find(spelled) ?? names.find((name) => normalizeName(name) === normalized);
  if (same !== undefined) return same;
  return onlyOne(names.filter((name) => differInOrganisation(wordsOf(wanted), wordsOf(name))));
}

/** The first of these, if they differ in no more than {@link normalizeName} leaves out. */
function onlyOne(names: readonly string[]): string | undefined {
  return new Set(names.map(normalizeName)).size === 1 ? names[0] : undefined;
}

/** A part ends in no number's middle: `v1` is another version than `v1.1`, and `8b` another size than `18b`. */
function isPartOf(part: string, name: string): boolean {
  if (part.length < PART_MIN_LENGTH) return false;
  const words = plainName(name).replace(POINT_IN_NUMBER, '').split(SEPARATORS);
  const joined = words.join('');
  const wordEnds = new Set(words.map((_, index) => words.slice(0, index + 1).join('').length));
  const splitsNumber = (index: number) =>
    !wordEnds.has(index) && /^\d\d$/.test(joined.slice(Math.max(0, index - 1), index + 1));
  for (let start = joined.indexOf(part); start !== -1; start = joined.indexOf(part, start + 1)) {
    if (!splitsNumber(start) && !splitsNumber(start + part.length)) return true;
  }
  return false;
}

/** One is the other with one or two words in front, and says more than a size and a version. */
function differInOrganisation(one: readonly string[], other: readonly string[]): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  const surplus = long.length - short.length;
  if (surplus === 0 || surplus > ORGANISATION_MAX_WORDS || !short.some(isName)) return false;
  return long.slice(surplus).join(' ') === short.join(' ');
}

const isName = (word: string) => /^[a-z]{4,}/.test(word);

/** The `count` names nearest to what was typed, best first: a part of a name is near it, a slip costs a letter. */
export function nearestNames(wanted: string, names: readonly string[], count = 3): string[] {
  const typed = normalizeName(wanted);
  const scored = names.map((name) => ({ name, score: distance(typed, normalizeName(name)) }));
  return scored
    .toSorted((one, other) => one.score - other.score)
    .slice(0, count)
    .map(({ name }) => name);
}

function distance(typed: string, name: string): number {
  return slipsWithin(typed, name) + SURPLUS_WEIGHT * Math.abs(name.length - typed.length);
}

/**
 * The fewest letters to add, drop, replace or swap with a neighbour that make `typed` a part of `name`
 * (Damerau-Levenshtein, with both ends of the name free).
 */
function slipsWithin(typed: string, name: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: name.length + 1 }, () => 0);
  for (let row = 1; row <= typed.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= name.length; column += 1) {
      const isSame = typed[row - 1] === name[column - 1];
      const isSwapped = typed[row - 1] === name[column - 2] && typed[row - 2] === name[column - 1];
      const slips = Math.min(
        (previous[column] ?? row) + 1,
        (current[column - 1] ?? row) + 1,
        (previous[column - 1] ?? row) + (isSame ? 0 : 1),
        isSwapped && row > 1 ? (beforePrevious[column - 2] ?? row) + 1 : Infinity,
      );
      current.push(slips);
    }
    beforePrevious = previous;
    previous = current;
  }
  return Math.min(...previous);
}
