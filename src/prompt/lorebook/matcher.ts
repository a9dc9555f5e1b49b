import type { LoreEntry, SecondaryLogic } from '../../personas/lorebook.ts';
import type { LoreRequest } from '../lorebook.ts';
import type { RegexPattern } from '../regex-guard.ts';
import type { Candidate } from './candidate.ts';
import { type LoreKey, readKey } from './keys.ts';
import type { Scan } from './scan.ts';
import { LOOKUP_EFFORT } from './text-index.ts';

/** Whether entries' keys hit in what is scanned now. */
export interface Matcher {
  /** Has the regular expressions of these entries tested; before it and for others they do not hit. */
  prepare(candidates: readonly Candidate[]): Promise<void>;
  /** The key that hits, as it is written, if the entry's keys are satisfied. */
  match(candidate: Candidate): string | undefined;
  /** Whether the decorators' additional keys hit, and the excluded ones do not. */
  isAllowed(candidate: Candidate): boolean;
  /** How many keys hit, of those that count for inclusion groups. */
  score(candidate: Candidate): number;
}

interface Keys {
  primary: LoreKey[];
  secondary: LoreKey[];
  additional: LoreKey[][];
  excluded: LoreKey[];
  patterns: RegexPattern[];
}

/** Calls of the guard for one request: each may take as long as it allows. */
const REGEX_CALLS_MAX = 32;

const IS_SATISFIED: Record<SecondaryLogic, (hits: boolean[]) => boolean> = {
  'and-any': (hits) => hits.includes(true),
  'not-all': (hits) => hits.includes(false),
  'not-any': (hits) => !hits.includes(true),
  'and-all': (hits) => !hits.includes(false),
};

/** Of entries whose keys have no macros: they are the same with every turn. */
const plainKeys = new WeakMap<LoreEntry, { shape: string; keys: Keys }>();

function hasMacros({ entry, decorators }: Candidate): boolean {
  const { additionalKeys, excludedKeys } = decorators;
  const written = [...entry.keys, ...entry.secondaryKeys, ...additionalKeys.flat(), ...excludedKeys];
  return written.some((key) => key.includes('{') || key.includes('<'));
}

export function createMatcher({ settings, expand, regex }: LoreRequest, scan: Scan): Matcher {
  const read = new Map<Candidate, Keys>();
  /** Names of the patterns that match, by names of texts. */
  const matching = new Map<string, Map<string, boolean>>();
  let regexCalls = 0;

  function readKeys({ entry, decorators }: Candidate): Keys {
    const options = {
      isRegex: entry.keysAreRegex,
      isCaseSensitive: entry.caseSensitive ?? settings.caseSensitive,
      isWhole: entry.wholeWords ?? settings.wholeWords,
      expand,
    };
    const patterns: RegexPattern[] = [];
    const readAll = (written: readonly string[]) => {
      const keys: LoreKey[] = [];
      for (const one of written) {
        scan.effort.left -= LOOKUP_EFFORT + one.length;
        const key = scan.effort.left > 0 ? readKey(one, options) : undefined;
        if (key && 'pattern' in key) patterns.push(key.pattern);
        if (key) keys.push(key);
      }
      return keys;
    };
    return {
      primary: readAll(entry.keys),
      secondary: readAll(entry.secondaryKeys),
      additional: decorators.additionalKeys.map(readAll),
      excluded: readAll(decorators.excludedKeys),
      patterns,
    };
  }

  function keysOf(candidate: Candidate): Keys {
    const known = read.get(candidate);
    if (known) return known;
    const { entry } = candidate;
    const shape = `${entry.caseSensitive ?? settings.caseSensitive} ${entry.wholeWords ?? settings.wholeWords}`;
    const plain = plainKeys.get(entry);
    const keys = plain?.shape === shape ? plain.keys : readKeys(candidate);
    if (plain?.shape === shape) scan.effort.left -= LOOKUP_EFFORT;
    else if (scan.effort.left > 0 && !hasMacros(candidate)) plainKeys.set(entry, { shape, keys });
    read.set(candidate, keys);
    return keys;
  }

  function hits(candidate: Candidate, key: LoreKey): boolean {
    if (!scan.hasText(candidate)) return false;
    if ('pattern' in key) return matching.get(scan.textName(candidate))?.get(nameOf(key.pattern)) ?? false;
    return key.text === '' || scan.finds(candidate, key);
  }

  async function test(name: string, candidates: readonly [Candidate, ...Candidate[]]): Promise<void> {
    const answers = matching.get(name) ?? new Map<string, boolean>();
    matching.set(name, answers);
    const unknown = new Map<string, RegexPattern>();
    for (const pattern of candidates.flatMap((candidate) => keysOf(candidate).patterns)) {
      if (!answers.has(nameOf(pattern))) unknown.set(nameOf(pattern), pattern);
    }
    if (unknown.size === 0 || regexCalls >= REGEX_CALLS_MAX) return;
    regexCalls += 1;
    const found = await regex.test([...unknown.values()], scan.textFor(candidates[0]));
    for (const [index, pattern] of [...unknown.keys()].entries()) answers.set(pattern, found[index] ?? false);
  }

  return {
    async prepare(candidates) {
      const byText = new Map<string, [Candidate, ...Candidate[]]>();
      for (const candidate of candidates) {
        if (keysOf(candidate).patterns.length === 0 || !scan.hasText(candidate)) continue;
        const name = scan.textName(candidate);
        const others = byText.get(name);
        if (others) others.push(candidate);
        else byText.set(name, [candidate]);
      }
      for (const [name, ofOneText] of byText) await test(name, ofOneText);
    },
    match(candidate) {
      const { primary, secondary } = keysOf(candidate);
      const hit = primary.find((key) => hits(candidate, key));
      if (!hit || !candidate.entry.isSelective || secondary.length === 0) return hit?.written;
      const isSatisfied = IS_SATISFIED[candidate.entry.secondaryLogic];
      return isSatisfied(secondary.map((key) => hits(candidate, key))) ? hit.written : undefined;
    },
    isAllowed(candidate) {
      const { additional, excluded } = keysOf(candidate);
      const anyHits = (keys: LoreKey[]) => keys.some((key) => hits(candidate, key));
      return additional.every(anyHits) && !anyHits(excluded);
    },
    score(candidate) {
      const { primary, secondary } = keysOf(candidate);
      const count = (keys: LoreKey[]) => keys.filter((key) => hits(candidate, key)).length;
      const first = count(primary);
      const second = count(secondary);
      const logic = candidate.entry.secondaryLogic;
      const isCounted = logic === 'and-any' || (logic === 'and-all' && second === secondary.length);
      return primary.length > 0 && isCounted ? first + second : first;
    },
  };
}

const nameOf = ({ source, flags }: RegexPattern) => `${flags}/${source}`;
