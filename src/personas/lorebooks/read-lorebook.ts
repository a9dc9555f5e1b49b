import { UserError } from '../../core/errors.ts';
import { isObject, type JsonObject } from '../cards/json.ts';
import { objectOf } from '../cards/read-fields.ts';
import type { Lorebook } from '../lorebook.ts';
import { sourceOfAgnai } from './agnai.ts';
import { sourceOfCardBook } from './character-book.ts';
import { entriesOf } from './entry-fields.ts';
import { sourceOfKobold } from './kobold.ts';
import { type BookSource, LORE_ENTRIES_MAX, newLorebook, newLorebookInSlices } from './new-lorebook.ts';
import { sourceOfNovelAi } from './novelai.ts';
import { sourceOfRisu } from './risu.ts';
import { sourceOfSillyTavern } from './sillytavern.ts';
import { whatItIsInstead } from './what-it-is.ts';

export type LorebookFormat = 'sillytavern' | 'v3' | 'agnai' | 'novelai' | 'risu' | 'kobold' | 'chub' | 'card';

export interface LorebookFile {
  format: LorebookFormat;
  book: Lorebook;
  /** The file's JSON as it was found, from which the book can be read again; of a card, its book as a file of its own. */
  raw: JsonObject;
  /** Sentences for the person who imports it. */
  warnings: string[];
}

/**
 * Reads a lorebook of any program; of a character card, the book in it.
 *
 * @param fallbackName For a book that does not say its name.
 * @throws UserError `input` that says what the file is instead
 */
export function readLorebook(json: unknown, fallbackName: string): LorebookFile {
  const found = foundIn(json);
  return fileOf(found, newLorebook(found.source), fallbackName);
}

/** As `readLorebook`, with pauses in which others have their turn. @throws UserError `input` */
export async function readLorebookInSlices(json: unknown, fallbackName: string): Promise<LorebookFile> {
  const found = foundIn(json);
  return fileOf(found, await newLorebookInSlices(found.source), fallbackName);
}

/** The book of a V2 or V3 card; undefined for what is none or has no entries. */
export function bookOfCard(characterBook: unknown): Lorebook | undefined {
  const source = sourceOfCardBook(characterBook);
  return source && newLorebook(source);
}

/** As `bookOfCard`, with pauses in which others have their turn. */
export async function bookOfCardInSlices(characterBook: unknown): Promise<Lorebook | undefined> {
  const source = sourceOfCardBook(characterBook);
  return source && newLorebookInSlices(source);
}

function foundIn(json: unknown): FoundBook & { source: BookSource } {
  if (!isObject(json))
    throw new UserError('input', 'This file is no lorebook: it holds no JSON object. Export it again.');
  const found = findBook(json);
  if (!found?.source) throw new UserError('input', whatItIsInstead(json));
  return { ...found, source: found.source };
}

function fileOf({ format, raw, listed }: FoundBook, read: Lorebook, fallbackName: string): LorebookFile {
  const book = { ...read, name: read.name || fallbackName };
  return { format, book, raw, warnings: warningsOf(book, listed) };
}

interface FoundBook {
  format: LorebookFormat;
  raw: JsonObject;
  source: BookSource | undefined;
  /** How many entries the file holds. */
  listed: number;
}

function findBook(json: JsonObject): FoundBook | undefined {
  if (isCard(json)) return bookInCard(json);
  if (json['kind'] === 'memory') return foundBook('agnai', sourceOfAgnai(json), json);
  if (Object.hasOwn(json, 'lorebookVersion')) return foundBook('novelai', sourceOfNovelAi(json), json);
  if (json['type'] === 'risu' && Array.isArray(json['data']))
    return foundBook('risu', sourceOfRisu(json), json, json['data']);
  if (json['spec'] === 'lorebook_v3') {
    const data = isObject(json['data']) ? json['data'] : json;
    return foundBook('v3', sourceOfCardBook(data) ?? emptyBook(data), json, data['entries']);
  }
  if (typeof json['entries'] !== 'object' || json['entries'] === null) return undefined;
  if (isObject(json['folders'])) return foundBook('kobold', sourceOfKobold(json), json);
  const has = (name: string) => entriesOf(json['entries']).some(({ raw }) => Object.hasOwn(raw, name));
  if (has('keys')) return foundBook(Object.hasOwn(json, 'is_creation') ? 'chub' : 'v3', sourceOfCardBook(json), json);
  if (has('keywords')) return foundBook('agnai', sourceOfAgnai(json), json);
  return foundBook('sillytavern', sourceOfSillyTavern(json), json);
}

function isCard({ spec, data, kind, ...json }: JsonObject): boolean {
  if (spec === 'chara_card_v2' || spec === 'chara_card_v3' || kind === 'character') return true;
  return isObject(data) ? typeof data['name'] === 'string' && spec === undefined : isObject(json['character_book']);
}

/** It becomes a file of its own, which reads the same once more. */
function bookInCard(json: JsonObject): FoundBook {
  const agnai = json['characterBook'];
  if (json['kind'] === 'character' && isObject(agnai)) {
    return foundBook('card', sourceOfAgnai(agnai), { ...agnai, kind: 'memory' }, agnai['entries']);
  }
  const data = objectOf(objectOf(json['data'])['character_book'] ?? json['character_book']);
  return foundBook('card', sourceOfCardBook(data), { spec: 'lorebook_v3', data }, data['entries']);
}

function foundBook(
  format: LorebookFormat,
  source: BookSource | undefined,
  raw: JsonObject,
  entries: unknown = raw['entries'],
): FoundBook {
  return { format, raw, source, listed: entriesOf(entries).length };
}

function emptyBook(raw: JsonObject): BookSource {
  return sourceOfSillyTavern({ ...raw, entries: [] });
}

function warningsOf(book: Lorebook, listed: number): string[] {
  const mute = book.entries.filter(({ isEnabled, isConstant, keys, content }) => {
    return isEnabled && !isConstant && keys.length === 0 && !content.trimStart().startsWith('@@');
  }).length;
  return [
    ...(book.entries.length === 0 ? ['This lorebook has no entries.'] : []),
    ...(listed > LORE_ENTRIES_MAX ? [`It has ${listed} entries; only the first ${LORE_ENTRIES_MAX} are used.`] : []),
    ...(mute > 0 ? [`${mute} of its entries have no keys and are not constant, so nothing activates them.`] : []),
  ];
}
