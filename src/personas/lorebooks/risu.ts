import type { JsonObject } from '../cards/json.ts';
import { numberOf, textOf } from '../cards/read-fields.ts';
import type { LoreEntry } from '../lorebook.ts';
import { booleanOf, namesOf, percentOf } from './entry-fields.ts';
import { newEntry } from './new-entry.ts';
import type { BookSource } from './new-lorebook.ts';

export function sourceOfRisu(raw: JsonObject): BookSource {
  return { raw, entries: raw['data'], readEntry };
}

function readEntry(raw: JsonObject): LoreEntry | undefined {
  if (raw['mode'] === 'folder') return undefined;
  // With `useRegex` the key is one `/pattern/flags`, in which a comma is a comma.
  const key = textOf(raw['key']).trim();
  const isRegex = booleanOf(raw['useRegex']) && key !== '';
  return newEntry({
    id: textOf(raw['id']),
    title: textOf(raw['comment']),
    keys: isRegex ? [key] : namesOf(raw['key']),
    secondaryKeys: namesOf(raw['secondkey']),
    content: textOf(raw['content']),
    isConstant: booleanOf(raw['alwaysActive']),
    isSelective: booleanOf(raw['selective']),
    order: numberOf(raw['insertorder']),
    probability: percentOf(raw['activationPercent']),
  });
}
