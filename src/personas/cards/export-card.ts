import type { Card } from './card.ts';
import { type CardData, partsOf, V1_FIELDS } from './card-data.ts';
import { withoutDecorators } from './export-decorators.ts';
import { isObject, type JsonObject } from './json.ts';
import { pick } from './read-fields.ts';

const SPECS = {
  v2: { spec: 'chara_card_v2', spec_version: '2.0' },
  v3: { spec: 'chara_card_v3', spec_version: '3.0' },
};

/**
 * A card as SillyTavern writes it: the fields of V1 are repeated at the root, for programs that know no other. Unknown keys
 * stay; whose favourite it is does not.
 *
 * @param options.now Unix milliseconds
 */
export function exportCard(card: Card, as: 'v2' | 'v3', options: { now: number }): JsonObject {
  const { data, root } = partsOf(card);
  const exported = as === 'v2' ? dataOfV2(data) : dataOfV3(data, options.now);
  return {
    ...SPECS[as],
    ...withoutFavourite(root),
    ...pick(data, V1_FIELDS),
    creatorcomment: data.creator_notes,
    tags: data.tags,
    data: { ...exported, extensions: withoutFavourite(data.extensions) },
  };
}

function dataOfV3(data: CardData, now: number): JsonObject {
  return { group_only_greetings: [], ...data, modification_date: Math.floor(now / 1000) };
}

function dataOfV2(data: CardData): JsonObject {
  const book = data.character_book;
  return isObject(book) ? { ...data, character_book: { ...book, ...entriesWithoutDecorators(book.entries) } } : data;
}

function entriesWithoutDecorators(entries: unknown): JsonObject {
  if (Array.isArray(entries)) return { entries: entries.map(withoutDecorators) };
  if (!isObject(entries)) return {};
  return {
    entries: Object.fromEntries(Object.entries(entries).map(([key, entry]) => [key, withoutDecorators(entry)])),
  };
}

function withoutFavourite(object: JsonObject): JsonObject {
  return Object.hasOwn(object, 'fav') ? { ...object, fav: false } : object;
}
