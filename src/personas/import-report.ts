import { clip } from '../core/text.ts';
import { personaOf } from './cards/card.ts';
import { partsOf } from './cards/card-data.ts';
import type { CardFile } from './cards/card-file.ts';
import { isObject, type JsonObject } from './cards/json.ts';
import { looksAdult } from './cards/looks-adult.ts';
import { numberOf, objectOf, textOf } from './cards/read-fields.ts';
import { greetingsOf, type Persona } from './persona.ts';

/** What a member is told of a card that was imported. */
export interface ImportReport {
  name: string;
  /** `V3 in a PNG`. */
  format: string;
  greetings: number;
  loreEntries: number;
  loreDisabled: number;
  /** Prompts of the server that the card replaces. */
  overrides: string[];
  /** 500 characters at most. */
  creatorNotes: string;
  /** What else of the card counts here. */
  brings: string[];
  /** What was not as it should be, and what was made of it. */
  repaired: string[];
  /** What is kept for exports, and has no effect. */
  keptUnused: string[];
  warnings: string[];
  looksAdult: boolean;
}

const NOTES_MAX_LENGTH = 500;
const FORMATS = { v1: 'V1', v2: 'V2', v3: 'V3', pygmalion: 'Pygmalion', agnai: 'Agnai' };
const CONTAINERS = { png: 'a PNG', apng: 'an animated PNG', json: 'a JSON file', charx: 'a CHARX file' };
const USED_ASSETS = ['icon', 'emotion', 'expression'];
const NAMES_SHOWN_MAX = 5;

/** Parts of a card's `extensions` that count, or are told of elsewhere. */
const USED_EXTENSIONS = ['depth_prompt', 'talkativeness', 'fav', 'regex_scripts'];
/** The others that are known. */
const UNUSED_EXTENSIONS: [name: string, key: string][] = [
  ['settings of Agnai (voice, pictures, JSON schema)', 'agnai'],
  ["Amica's avatar, background and voice", 'amica'],
  ["RisuAI's extras", 'risuai'],
  ['settings of Voxta', 'voxta'],
  ['prompts for pictures', 'sd_character_prompt'],
  ["a link to a lorebook of the author's", 'world'],
];
const UNUSED_OF_ENTRIES: [name: string, key: string][] = [
  ['the mark for vector search of lore entries', 'vectorized'],
  ['automation of lore entries', 'automation_id'],
];

export function reportOf(file: Pick<CardFile, 'container' | 'card' | 'expressions' | 'warnings'>): ImportReport {
  const persona = personaOf(file.card);
  const entries = persona.lorebook?.entries ?? [];
  return {
    name: persona.name,
    format: `${FORMATS[file.card.format]} in ${CONTAINERS[file.container]}`,
    greetings: greetingsOf(persona).length,
    loreEntries: entries.length,
    loreDisabled: entries.filter(({ isEnabled }) => !isEnabled).length,
    overrides: [
      ...(persona.systemPrompt.trim() === '' ? [] : ['main prompt']),
      ...(persona.postHistoryInstructions.trim() === '' ? [] : ['post-history instructions']),
    ],
    creatorNotes: clip(persona.creatorNotes.trim(), NOTES_MAX_LENGTH),
    brings: broughtBy(persona, partsOf(file.card).data.extensions),
    repaired: repairsOf(file.card),
    keptUnused: unusedIn(file.card),
    warnings: file.warnings,
    looksAdult: looksAdult(persona),
  };
}

function unusedIn(card: CardFile['card']): string[] {
  const { data } = partsOf(card);
  const scripts = data.extensions.regex_scripts;
  return [
    ...(Array.isArray(scripts) && scripts.length > 0 ? [`regex scripts: ${scripts.length}`] : []),
    ...unusedAssets(data.assets),
    ...UNUSED_EXTENSIONS.filter(([, key]) => isFilled(data.extensions[key])).map(([name]) => name),
    ...unknownExtensions(data.extensions),
    ...unusedOfEntries(objectOf(data.character_book).entries),
  ];
}

function broughtBy(persona: Omit<Persona, 'lorebook'>, { talkativeness }: JsonObject): string[] {
  const { depthPrompt, groupOnlyGreetings } = persona;
  const percent = Math.round(persona.talkativeness * 100);
  const groupGreetings = groupOnlyGreetings.filter((greeting) => greeting.trim() !== '').length;
  return [
    ...(depthPrompt ? [`a character’s note ${depthPrompt.depth} messages before the end`] : []),
    ...(numberOf(talkativeness) === undefined ? [] : [`talkativeness of ${percent} %`]),
    ...(groupGreetings === 0 ? [] : [`group greetings: ${groupGreetings}`]),
  ];
}

function repairsOf({ format, raw }: CardFile['card']): string[] {
  const hasFrame = format === 'v2' || format === 'v3';
  const fields = hasFrame && isObject(raw.data) ? raw.data : raw;
  const { character_book: book } = fields;
  const isBrokenBook = isObject(book) ? book.entries !== undefined && !isList(book.entries) : isFilled(book);
  return [
    ...(hasFrame && raw.spec === undefined ? ['it does not say its version, and was read as V2'] : []),
    ...(hasFrame && !isObject(raw.data) ? ['its texts stand where V1 has them'] : []),
    ...(typeof fields.alternate_greetings === 'string' && fields.alternate_greetings !== ''
      ? ['the other greetings were one text, and became one greeting']
      : []),
    ...(isBrokenBook ? ['its lorebook is damaged, and was left out'] : []),
  ];
}

function isList(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function unknownExtensions(extensions: JsonObject): string[] {
  const known = [...USED_EXTENSIONS, ...UNUSED_EXTENSIONS.map(([, key]) => key)];
  const unknown = Object.keys(extensions).filter((key) => !known.includes(key) && isFilled(extensions[key]));
  if (unknown.length === 0) return [];
  const shown = unknown.slice(0, NAMES_SHOWN_MAX).map((key) => clip(key, 32));
  return [`unknown extensions: ${shown.join(', ')}${unknown.length > shown.length ? ', …' : ''}`];
}

function unusedAssets(assets: unknown): string[] {
  const types = (Array.isArray(assets) ? assets : []).map((asset) => textOf(objectOf(asset).type).toLowerCase());
  const unused = [...new Set(types)].filter((type) => type !== '' && !USED_ASSETS.includes(type));
  if (unused.length === 0) return [];
  const shown = unused.slice(0, NAMES_SHOWN_MAX).map((type) => clip(type, 32));
  return [`assets of the kind ${shown.join(', ')}${unused.length > shown.length ? ', …' : ''}`];
}

function unusedOfEntries(entries: unknown): string[] {
  const all = Object.values(Array.isArray(entries) ? entries : objectOf(entries)).filter(isObject);
  return UNUSED_OF_ENTRIES.filter(([, key]) => all.some((entry) => isFilled(objectOf(entry.extensions)[key]))).map(
    ([name]) => name,
  );
}

function isFilled(value: unknown): boolean {
  if (isObject(value)) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== false && value !== '';
}
