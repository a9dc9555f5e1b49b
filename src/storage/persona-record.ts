import * as v from 'valibot';
import { isLorebookRef, type PersonaRef } from '../core/refs.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';
import type { SetBy } from './settings-record.ts';

/** A stored file: `name` is what its persona's files are told apart by. */
export interface FileInfo {
  name: string;
  mediaType: string;
  /** Hexadecimal. */
  sha256: string;
  sizeBytes: number;
}

/** A persona as it is stored. Times are Unix milliseconds. */
export interface StoredPersona {
  ref: PersonaRef;
  /** The character card as it was found. */
  card: { format: string; raw: JsonObject };
  isAdult: boolean;
  portrait?: FileInfo | undefined;
  /** By emotion. */
  expressions: Record<string, FileInfo>;
  /** By path: kept for the export alone. */
  otherAssets: Record<string, FileInfo>;
  lorebookOff?: true | undefined;
  /** Who made it, and when. */
  by: SetBy;
  at: number;
  changedAt: number;
}

export interface PersonaSummary {
  ref: PersonaRef;
  name: string;
  /** What it is called in a conversation, if that is not its name. */
  spoken?: string | undefined;
  isAdult: boolean;
  tags: string[];
  /** One line of at most 200 characters. */
  about: string;
  hasLorebook: boolean;
  greetings: number;
  portrait?: FileInfo | undefined;
  by: SetBy;
  at: number;
}

/** What a list shows of a persona's card. */
export type CardSummary = Omit<PersonaSummary, 'ref' | 'by' | 'at' | 'portrait' | 'isAdult'>;

/** Where a file lies: on chunks `from` to `from + count - 1`. */
export interface FileContent {
  from: number;
  count: number;
  sizeBytes: number;
}

export interface PersonaItem extends StoredPersona {
  summary: CardSummary;
  /** By the SHA-256 of each file. */
  contents: Record<string, FileContent>;
  /** No chunk of this number or a higher one was ever written for this persona, but for writes that were broken off. */
  nextChunk: number;
}

export const NAME_MAX_LENGTH = 200;
export const ABOUT_MAX_LENGTH = 200;
export const TAGS_MAX = 30;
export const TAG_MAX_LENGTH = 50;
export const FILE_NAME_MAX_LENGTH = 600;

const finite = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const text = (maxLength: number) => v.pipe(v.string(), v.maxLength(maxLength));
const name = text(NAME_MAX_LENGTH);
const ref = v.custom<PersonaRef>((value) => typeof value === 'string' && isLorebookRef(value));
const by = v.object({ id: name, name });

const fileSchema = v.object({
  name: text(FILE_NAME_MAX_LENGTH),
  mediaType: name,
  sha256: v.pipe(v.string(), v.regex(/^[\da-f]{64}$/)),
  sizeBytes: count,
});
const files = v.record(v.string(), fileSchema);

const cardSummaryEntries = {
  name,
  spoken: v.optional(name),
  tags: v.pipe(v.array(text(TAG_MAX_LENGTH)), v.maxLength(TAGS_MAX)),
  about: text(ABOUT_MAX_LENGTH),
  hasLorebook: v.boolean(),
  greetings: count,
};

export const personaSummarySchema: v.GenericSchema<unknown, PersonaSummary> = v.object({
  ...cardSummaryEntries,
  ref,
  isAdult: v.boolean(),
  portrait: v.optional(fileSchema),
  by,
  at: finite,
});

export const personaItemSchema: v.GenericSchema<unknown, PersonaItem> = v.object({
  ref,
  card: v.object({ format: name, raw: v.custom<JsonObject>(isJsonObject) }),
  isAdult: v.boolean(),
  portrait: v.optional(fileSchema),
  expressions: files,
  otherAssets: files,
  lorebookOff: v.optional(v.literal(true)),
  by,
  at: finite,
  changedAt: finite,
  summary: v.object(cardSummaryEntries),
  contents: v.record(v.string(), v.object({ from: count, count, sizeBytes: count })),
  nextChunk: count,
});
