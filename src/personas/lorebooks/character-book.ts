import { isObject, type JsonObject } from '../cards/json.ts';
import { numberOf, objectOf, textOf } from '../cards/read-fields.ts';
import type { LoreEntry, LorePosition } from '../lorebook.ts';
import { booleanOf, entriesOf, firstText, keysOf, positionOf } from './entry-fields.ts';
import { newEntry } from './new-entry.ts';
import type { BookSource } from './new-lorebook.ts';
import { camelCaseOptions, OPTION_NAMES, type OptionName } from './sillytavern.ts';

/** The book of a V2 or V3 card, or of a file of its own; undefined for what is none or has no entries. */
export function sourceOfCardBook(characterBook: unknown): BookSource | undefined {
  if (!isObject(characterBook)) return undefined;
  const entries = entriesOf(characterBook['entries']);
  if (entries.length === 0) return undefined;
  const isSillyTavern = entries.some(({ raw }) => isFromSillyTavern(objectOf(raw['extensions'])));
  return {
    raw: characterBook,
    entries: characterBook['entries'],
    readEntry: (raw) => readEntry(raw, isSillyTavern),
  };
}

/** Names that only SillyTavern writes into an entry's `extensions`, one of which it always does. */
const SILLYTAVERN_NAMES = ['position', 'selectiveLogic', 'useProbability', 'exclude_recursion', 'display_index'];

function isFromSillyTavern(extensions: JsonObject): boolean {
  return SILLYTAVERN_NAMES.some((name) => Object.hasOwn(extensions, name));
}

function readEntry(raw: JsonObject, isSillyTavern: boolean): LoreEntry {
  const extensions = objectOf(raw['extensions']);
  const options = camelCaseOptions(camelCased(extensions));
  const keys = keysOf(raw['keys'] ?? raw['key']);
  // SillyTavern writes `use_regex: true` always and reads neither field: only what stands in `extensions` counts.
  const keysAreRegex = !isSillyTavern && (booleanOf(raw['use_regex']) ?? false);
  const caseSensitive = isSillyTavern ? undefined : booleanOf(raw['case_sensitive']);
  return newEntry({
    ...options,
    id: firstText(raw['id'], raw['uid']),
    title: firstText(raw['comment'], raw['name']),
    keys,
    secondaryKeys: keysOf(raw['secondary_keys'] ?? raw['keysecondary']),
    keysAreRegex,
    content: textOf(raw['content']),
    isEnabled: booleanOf(raw['enabled']) ?? !booleanOf(raw['disable']),
    // V3: regular expressions make both fields void. Without keys, only `constant` can have been meant.
    isConstant: booleanOf(raw['constant']) && !(keysAreRegex && keys.length > 0),
    isSelective: booleanOf(raw['selective']) && !keysAreRegex,
    order: numberOf(raw['insertion_order'] ?? raw['order']),
    position: positionOf(extensions['position']) ?? namedPosition(raw['position']),
    caseSensitive: options.caseSensitive ?? caseSensitive,
  });
}

/** `excludeRecursion` by `exclude_recursion`, and by its own name, which some have already. */
const CAMEL_CASE: ReadonlyMap<string, OptionName> = new Map(
  OPTION_NAMES.flatMap((name) => [
    [name, name],
    [name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), name],
  ]),
);

function camelCased(extensions: JsonObject): { [Name in OptionName]?: unknown } {
  const options: { [Name in OptionName]?: unknown } = {};
  for (const name of Object.keys(extensions)) {
    const option = CAMEL_CASE.get(name);
    if (option !== undefined) options[option] = extensions[name];
  }
  return options;
}

/** Some programs write `before_char_defs`, others SillyTavern's number. */
function namedPosition(value: unknown): LorePosition {
  if (textOf(value).startsWith('before')) return 'before-character';
  return positionOf(value) ?? 'after-character';
}
