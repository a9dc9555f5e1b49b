import type { LoreEntry, LorePosition } from '../../personas/lorebook.ts';
import type { LoreRequest, LoreSource } from '../lorebook.ts';
import { type Decorators, takeDecorators } from './decorators.ts';

/** An entry that may become active. */
export interface Candidate {
  /** `<source id>.<entry id>` */
  key: string;
  source: LoreSource;
  entry: LoreEntry;
  decorators: Readonly<Decorators>;
  /** Without decorators. */
  content: string;
  /** With a depth of a decorator's, it is at depth; a place of V3's is not told here. */
  position: LorePosition;
  depth: number;
  /** The decorator's, else the entry's, else its book's. */
  scanDepth: number | undefined;
}

/** An entry that something calls for: a key, 'constant', 'sticky' or 'decorator'. */
export interface Called {
  candidate: Candidate;
  because: string;
}

const CANDIDATES_MAX = 10_000;

/** Who loses when one book is there for two reasons: the latter. */
const KEEPERS: readonly LoreSource['kind'][] = ['global', 'chat', 'persona', 'character'];

/** The entries that are on, in the order in which they are looked at: of a source, the highest first. */
export function listCandidates({ sources, settings }: Pick<LoreRequest, 'sources' | 'settings'>): Candidate[] {
  const unique = withoutDoubles(sources);
  const of = (kind: LoreSource['kind']) => unique.filter((source) => source.kind === kind).flatMap(entriesOf);
  const [global, character] = [of('global'), of('character')];
  const both = {
    evenly: () => sorted([...global, ...character]),
    'character-first': () => [...sorted(character), ...sorted(global)],
    'global-first': () => [...sorted(global), ...sorted(character)],
  }[settings.strategy]();
  return [...sorted(of('chat')), ...sorted(of('persona')), ...both].slice(0, CANDIDATES_MAX).map(toCandidate);
}

interface Sourced {
  source: LoreSource;
  entry: LoreEntry;
}

function entriesOf(source: LoreSource): Sourced[] {
  return source.book.entries.filter(({ isEnabled }) => isEnabled).map((entry) => ({ source, entry }));
}

function sorted(entries: Sourced[]): Sourced[] {
  return entries.toSorted((a, b) => b.entry.order - a.entry.order);
}

function withoutDoubles(sources: readonly LoreSource[]): LoreSource[] {
  const kept = KEEPERS.flatMap((kind) => sources.filter((source) => source.kind === kind));
  return kept.filter(({ id, book }, index) => {
    return kept.findIndex((other) => other.id === id || other.book === book) === index;
  });
}

/** Entries do not change, and are looked at with every turn. */
const taken = new WeakMap<LoreEntry, ReturnType<typeof takeDecorators>>();

function decoratorsOf(entry: LoreEntry): ReturnType<typeof takeDecorators> {
  const known = taken.get(entry) ?? takeDecorators(entry.content);
  taken.set(entry, known);
  return known;
}

function toCandidate({ source, entry }: Sourced): Candidate {
  const { decorators, content } = decoratorsOf(entry);
  const scanDepth = decorators.scanDepth ?? entry.scanDepth ?? source.book.scanDepth;
  const { depth = entry.depth } = decorators;
  const position = decorators.depth === undefined ? entry.position : 'at-depth';
  return { key: `${source.id}.${entry.id}`, source, entry, decorators, content, position, depth, scanDepth };
}
