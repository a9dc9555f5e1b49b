import type { JsonObject } from '../cards/json.ts';
import { textOf } from '../cards/read-fields.ts';
import type { LoreEntry } from '../lorebook.ts';
import { booleanOf, firstText, keysOf } from './entry-fields.ts';
import { newEntry } from './new-entry.ts';
import type { BookSource } from './new-lorebook.ts';

/** A world of KoboldAI: World Info without most of its fields, in folders that mean nothing to a prompt. */
export function sourceOfKobold(raw: JsonObject): BookSource {
  return { raw, entries: raw['entries'], readEntry };
}

function readEntry(raw: JsonObject): LoreEntry {
  return newEntry({
    id: textOf(raw['uid']),
    title: firstText(raw['title'], raw['comment']),
    keys: keysOf(raw['key']),
    secondaryKeys: keysOf(raw['keysecondary']),
    content: textOf(raw['content']),
    isConstant: booleanOf(raw['constant']),
    isSelective: booleanOf(raw['selective']),
  });
}
