import { nearestTo } from './nearest-names.ts';

/** Names of models, prepared for questions that must be answered while somebody types. */
export interface NameIndex {
  /**
   * The one that a person means: what {@link NameIndex.match} finds, else the only one that `wanted` is a part of, else the
   * only one of these that begins with its words, else the only one that has them as whole words.
   */
  find(wanted: string): string | undefined;
  /** All that `wanted` is a part of, but each only once in whatever quantisation; those that begin with its words first. */
  fitting(wanted: string): string[];
  /**
   * The one that is another spelling of `wanted`: the exact one, else the only one that differs in nothing but case,
   * separators, organisation or quantisation.
   */
  match(wanted: string): string | undefined;
  /** Those that hold what was typed, in their own order. */
  containing(typed: string, among?: ReadonlySet<string>): string[];
  /** The `count` names nearest to what was typed, best first: a part of a name is near it, a slip costs a letter. */
  nearest(wanted: string, count?: number, among?: ReadonlySet<string>): string[];
}

interface Entry {
  name: string;
  lower: string;
  /** See {@link wordsOf}. */
  words: string[];
  normalized: string;
}

/** A name that holds what was typed. */
interface Fit {
  name: string;
  closeness: (typeof CLOSENESS)[keyof typeof CLOSENESS];
}

/** How a name holds what was typed. */
const CLOSENESS = { asPart: 0, asWords: 1, atStart: 2 } as const;

/** Longer ones are cut before they are compared: comparing takes the product of both lengths. */
const NAME_MAX_LENGTH = 80;
/** Organisations have one or two words, as in `anthracite-org-magnum-v4-72b`. */
const ORGANISATION_MAX_WORDS = 2;
/** Shorter ones are parts of names by chance. */
const PART_MIN_LENGTH = 3;

const QUANTISATION =
  /[-_. ]+(?:fp8|fp16|bf16|int8|int4|w\d+a\d+|awq|gptq|gguf|exl2|\d+bit|q\d_\w+)(?:[-_. ]+dynamic)?$/;
const POINT_IN_NUMBER = /(?<=\d)\.(?=\d)/g;
const SEPARATORS = /[-_.:\s/]+/;

/** Lower case, without organisation (`org/`), separators and what only says how the weights are stored. */
export function normalizeName(name: string): string {
  return wordsOf(name).join('');
}

/** The words and numbers that {@link normalizeName} joins. */
export function wordsOf(name: string): string[] {
  return plainName(name)
    .split(SEPARATORS)
    .filter((word) => word !== '');
}

function plainName(name: string): string {
  const lower = name.trim().toLowerCase().slice(0, NAME_MAX_LENGTH);
  return lower.slice(lower.lastIndexOf('/') + 1).replace(QUANTISATION, '');
}

export function indexNames(names: readonly string[]): NameIndex {
  const entries = names.map(toEntry);
  const exact = new Set(names);
  const byLower = firstOfEach(entries, ({ lower }) => lower.trim());
  const byNormalized = firstOfEach(entries, ({ normalized }) => normalized);

  function match(wanted: string): string | undefined {
    if (exact.has(wanted)) return wanted;
    const words = wordsOf(wanted);
    if (words.length === 0) return undefined;
    return (
      byLower.get(wanted.trim().toLowerCase()) ??
      byNormalized.get(words.join('')) ??
      onlyOne(entries, (entry) => differInOrganisation(words, entry.words))
    );
  }

  function fitting(wanted: string): Fit[] {
    const part = normalizeName(wanted);
    const words = wholeWordsOf(wanted);
    const kept = new Map<string, Fit>();
    for (const entry of entries) {
      if (!kept.has(entry.normalized) && isPartOf(part, entry)) {
        kept.set(entry.normalized, { name: entry.name, closeness: closenessOf(words, wholeWordsOf(entry.name)) });
      }
    }
    return [...kept.values()].sort((one, other) => other.closeness - one.closeness);
  }

  /** The only one of the closest kind. */
  function closest([first, second]: Fit[]): string | undefined {
    return first && first.closeness !== second?.closeness ? first.name : undefined;
  }

  const allowed = (among?: ReadonlySet<string>) => (among ? entries.filter(({ name }) => among.has(name)) : entries);

  return {
    match,
    find: (wanted) => match(wanted) ?? closest(fitting(wanted)),
    fitting: (wanted) => fitting(wanted).map(({ name }) => name),
    containing(typed, among) {
      const lower = typed.trim().toLowerCase();
      const part = normalizeName(typed);
      const holds = (entry: Entry) => entry.lower.includes(lower) || (part !== '' && entry.normalized.includes(part));
      return allowed(among)
        .filter(holds)
        .map(({ name }) => name);
    },
    nearest: (wanted, count = 3, among) => nearestTo(normalizeName(wanted), allowed(among), count),
  };
}

function toEntry(name: string): Entry {
  const words = wordsOf(name);
  return { name, lower: name.toLowerCase(), words, normalized: words.join('') };
}

function firstOfEach(entries: readonly Entry[], keyOf: (entry: Entry) => string): Map<string, string> {
  const first = new Map<string, string>();
  for (const entry of entries) {
    const key = keyOf(entry);
    if (!first.has(key)) first.set(key, entry.name);
  }
  return first;
}

/** The first that is meant, if all that are differ in no more than {@link normalizeName} leaves out. */
function onlyOne(entries: readonly Entry[], isMeant: (entry: Entry) => boolean): string | undefined {
  const first = entries.find(isMeant);
  const isAnother = (entry: Entry) => entry.normalized !== first?.normalized && isMeant(entry);
  return first && !entries.some(isAnother) ? first.name : undefined;
}

/** A part ends in no number's middle: `v1` is another version than `v1.1`, and `8b` another size than `18b`. */
function isPartOf(part: string, { name, normalized }: Entry): boolean {
  if (part.length < PART_MIN_LENGTH || !normalized.includes(part)) return false;
  const words = wholeWordsOf(name);
  const joined = words.join('');
  const wordEnds = new Set(words.map((_, index) => words.slice(0, index + 1).join('').length));
  const splitsNumber = (index: number) =>
    !wordEnds.has(index) && /^\d\d$/.test(joined.slice(Math.max(0, index - 1), index + 1));
  for (let start = joined.indexOf(part); start !== -1; start = joined.indexOf(part, start + 1)) {
    if (!splitsNumber(start) && !splitsNumber(start + part.length)) return true;
  }
  return false;
}

/** As {@link wordsOf}, but a number with a point in it is one word. */
function wholeWordsOf(name: string): string[] {
  return plainName(name)
    .replace(POINT_IN_NUMBER, '')
    .split(SEPARATORS)
    .filter((word) => word !== '');
}

function closenessOf(typed: readonly string[], words: readonly string[]): Fit['closeness'] {
  const startsAt = words.findIndex((_, index) => typed.every((word, offset) => words[index + offset] === word));
  if (startsAt === 0) return CLOSENESS.atStart;
  return startsAt > 0 ? CLOSENESS.asWords : CLOSENESS.asPart;
}

/** One is the other with one or two words in front, and says more than a size and a version. */
function differInOrganisation(one: readonly string[], other: readonly string[]): boolean {
  if (one.at(-1) !== other.at(-1)) return false;
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  const surplus = long.length - short.length;
  if (surplus === 0 || surplus > ORGANISATION_MAX_WORDS || !short.some(isName)) return false;
  return long.slice(surplus).join(' ') === short.join(' ');
}

const isName = (word: string) => /^[a-z]{4,}/.test(word);
