import type { JsonObject } from '../cards/json.ts';
import { numberOf, textOf } from '../cards/read-fields.ts';
import type { LoreEntry } from '../lorebook.ts';
import { booleanOf, firstText, keysOf } from './entry-fields.ts';
import { newEntry } from './new-entry.ts';
import type { BookSource } from './new-lorebook.ts';

/** A memory book of Agnai. Its `priority` has no counterpart: the order decides both place and budget. */
export function sourceOfAgnai(raw: JsonObject): BookSource {
  return { raw, entries: raw['entries'], readEntry };
}

function readEntry(raw: JsonObject): LoreEntry | undefined {
  const keys = keysOf(raw['keywords']);
  const content = textOf(raw['entry']);
  if (content === '' && keys.length === 0) return undefined;
  return newEntry({
    id: textOf(raw['id']),
    title: firstText(raw['name'], raw['comment']),
    keys: keys.map(keyOfKeyword),
    secondaryKeys: keysOf(raw['secondaryKeys']),
    content,
    isEnabled: booleanOf(raw['enabled']) ?? true,
    isConstant: booleanOf(raw['constant']),
    isSelective: booleanOf(raw['selective']),
    order: numberOf(raw['weight']),
    position: raw['position'] === 'after_char' ? 'after-character' : 'before-character',
  });
}

/** In a keyword `*` stands for any letters and `?` for one; Agnai drops other signs. */
function keyOfKeyword(keyword: string): string {
  if (!/[*?]/.test(keyword)) return keyword;
  const pattern = keyword
    .replaceAll(/[\\^$+.()|[\]{}_/]/g, '')
    .replaceAll(/\*+/g, String.raw`\w*`)
    .replaceAll('?', String.raw`\w`);
  return String.raw`/\b${pattern}\b/iu`;
}
