import { fieldsOfAgnai } from './agnai.ts';
import type { Card } from './card.ts';
import { cleanName } from './card-name.ts';
import { isObject, type JsonObject } from './json.ts';
import { fieldsOfPygmalion, PYGMALION_KEYS } from './pygmalion.ts';
import { objectOf, omit, pick, tagsOf, textOf, textsOf } from './read-fields.ts';

/** The fields that V1 has at the root, and that later exports repeat there. */
export const V1_FIELDS = ['name', 'description', 'personality', 'scenario', 'first_mes', 'mes_example'] as const;
const TEXT_FIELDS = [
  ...V1_FIELDS,
  'creator_notes',
  'system_prompt',
  'post_history_instructions',
  'creator',
  'character_version',
] as const;
const LIST_FIELDS = ['alternate_greetings', 'group_only_greetings', 'source'] as const;
const OTHER_FIELDS = [
  'tags',
  'extensions',
  'character_book',
  'nickname',
  'creator_notes_multilingual',
  'assets',
  'creation_date',
  'modification_date',
];
const FRAME = ['spec', 'spec_version', 'data'];
const REPEATED_FIELDS = [...V1_FIELDS, 'creatorcomment', 'tags'];
const ALL_FIELDS = [...TEXT_FIELDS, ...LIST_FIELDS, ...OTHER_FIELDS, 'creatorcomment', 'talkativeness'];
const PLACEHOLDER_NOTES = "Creator's notes go here.";
/** Later than any date in seconds: some programs write milliseconds. */
const SECONDS_MAX = 1e10;

export type CardData = JsonObject &
  Record<(typeof TEXT_FIELDS)[number], string> & {
    tags: string[];
    alternate_greetings: string[];
    extensions: JsonObject;
  };

export interface CardParts {
  /** V3's `data`: what is known of the right type, what is unknown as it was found. */
  data: CardData;
  /** What stands beside it at the root, without what V1's exports repeat there. */
  root: JsonObject;
}

/** The parts of a card of any format. */
export function partsOf({ format, raw }: Card): CardParts {
  const { fields, root } = looseParts(format, raw);
  const texts = Object.fromEntries(TEXT_FIELDS.map((field) => [field, textOf(fields[field])]));
  const lists = LIST_FIELDS.filter((field) => Object.hasOwn(fields, field));
  const data = {
    ...omit(fields, ['creatorcomment', 'character_book', 'nickname']),
    ...texts,
    name: cleanName(fields.name),
    creator_notes: notesOf(fields),
    tags: tagsOf(fields.tags),
    ...Object.fromEntries(lists.map((field) => [field, textsOf(fields[field])])),
    alternate_greetings: textsOf(fields.alternate_greetings),
    extensions: objectOf(fields.extensions),
    ...(isObject(fields.character_book) ? { character_book: fields.character_book } : {}),
    ...(cleanName(fields.nickname) === '' ? {} : { nickname: cleanName(fields.nickname) }),
    ...inSeconds(fields, ['creation_date', 'modification_date']),
  };
  return { data: data as unknown as CardData, root };
}

function looseParts(format: Card['format'], raw: JsonObject): { fields: JsonObject; root: JsonObject } {
  if (format === 'agnai') return { fields: fieldsOfAgnai(raw), root: {} };
  if (format === 'pygmalion') {
    return {
      fields: fieldsAtRoot(fieldsOfPygmalion(raw)),
      root: omit(raw, [...FRAME, ...ALL_FIELDS, ...PYGMALION_KEYS]),
    };
  }
  if (format === 'v1' || !isObject(raw.data)) {
    return { fields: fieldsAtRoot(raw), root: omit(raw, [...FRAME, ...ALL_FIELDS]) };
  }
  const { data } = raw;
  const repeated = REPEATED_FIELDS.filter((field) => data[field] === undefined);
  return { fields: { ...pick(raw, repeated), ...data }, root: omit(raw, [...FRAME, ...REPEATED_FIELDS]) };
}

function fieldsAtRoot(raw: JsonObject): JsonObject {
  const { talkativeness } = raw;
  const fields = omit(pick(raw, ALL_FIELDS), ['talkativeness']);
  return talkativeness === undefined
    ? fields
    : { ...fields, extensions: { talkativeness, ...objectOf(fields.extensions) } };
}

function notesOf({ creator_notes, creatorcomment }: JsonObject): string {
  const notes = textOf(creator_notes ?? creatorcomment);
  return notes === PLACEHOLDER_NOTES ? '' : notes;
}

function inSeconds(fields: JsonObject, dates: string[]): JsonObject {
  const late = dates.flatMap((date) => {
    const value = fields[date];
    return typeof value === 'number' && value > SECONDS_MAX ? [[date, Math.floor(value / 1000)] as const] : [];
  });
  return Object.fromEntries(late);
}
