import type { LoreEntry } from '../lorebook.ts';

/** What SillyTavern takes for what a file does not say. */
const DEFAULTS: Omit<LoreEntry, 'title' | 'keys' | 'content'> = {
  id: '',
  secondaryKeys: [],
  keysAreRegex: false,
  secondaryLogic: 'and-any',
  isSelective: false,
  isEnabled: true,
  isConstant: false,
  order: 100,
  position: 'before-character',
  depth: 4,
  role: 'system',
  outletName: '',
  excludeRecursion: false,
  preventRecursion: false,
  delayUntilRecursion: 0,
  groups: [],
  groupOverride: false,
  groupWeight: 100,
  sticky: 0,
  cooldown: 0,
  delay: 0,
  ignoresBudget: false,
  alsoScans: [],
  triggers: [],
};

const TITLE_MAX_LENGTH = 100;

/** What a file says of an entry; undefined where it says nothing that can be used. */
export type EntryFacts = { [Name in keyof LoreEntry]?: LoreEntry[Name] | undefined };

/** An entry with these facts and the defaults. It has no keys that say nothing, since it is stored as JSON. */
export function newEntry(facts: EntryFacts & Pick<LoreEntry, 'keys' | 'content'>): LoreEntry {
  const entry: LoreEntry = { ...DEFAULTS, title: '', keys: facts.keys, content: facts.content };
  for (const name of Object.keys(facts) as (keyof LoreEntry)[]) put(entry, name, facts[name]);
  entry.title = titleOf(facts);
  return entry;
}

/** One by one, as a book has thousands of entries: by way of a list of all facts it takes four times as long. */
function put<Name extends keyof LoreEntry>(entry: LoreEntry, name: Name, value: LoreEntry[Name] | undefined): void {
  if (value !== undefined) entry[name] = value;
}

function titleOf({ title = '', keys = [], content = '' }: EntryFacts): string {
  const text = title.trim() || keys.join(', ').trim() || content.trim();
  return text.slice(0, TITLE_MAX_LENGTH).toWellFormed();
}
