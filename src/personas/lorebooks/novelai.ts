import type { JsonObject } from '../cards/json.ts';
import { numberOf, objectOf, textOf } from '../cards/read-fields.ts';
import type { LoreEntry } from '../lorebook.ts';
import { booleanOf, keysOf } from './entry-fields.ts';
import { newEntry } from './new-entry.ts';
import type { BookSource } from './new-lorebook.ts';

export function sourceOfNovelAi(raw: JsonObject): BookSource {
  return { raw, entries: raw['entries'], readEntry };
}

function readEntry(raw: JsonObject): LoreEntry {
  return newEntry({
    id: textOf(raw['id']),
    title: textOf(raw['displayName']),
    keys: keysOf(raw['keys']),
    content: textOf(raw['text']),
    isEnabled: booleanOf(raw['enabled']),
    isConstant: booleanOf(raw['forceActivation']),
    order: numberOf(objectOf(raw['contextConfig'])['budgetPriority']) ?? 0,
  });
}
