import { isObject, type JsonObject } from '../cards/json.ts';
import { numberOf, textOf } from '../cards/read-fields.ts';
import type { LorePosition, SecondaryLogic } from '../lorebook.ts';
import type { PromptRole } from '../persona.ts';

/** The fields of entries, as files of many programs hold them. */

const POSITIONS: readonly LorePosition[] = [
  'before-character',
  'after-character',
  'note-top',
  'note-bottom',
  'at-depth',
  'examples-top',
  'examples-bottom',
  'outlet',
];
const LOGICS: readonly SecondaryLogic[] = ['and-any', 'not-all', 'not-any', 'and-all'];
const ROLES: readonly PromptRole[] = ['system', 'user', 'assistant'];

export function positionOf(value: unknown): LorePosition | undefined {
  return POSITIONS[numberOf(value) ?? -1];
}

export function logicOf(value: unknown): SecondaryLogic | undefined {
  return LOGICS[numberOf(value) ?? -1];
}

export function roleOf(value: unknown): PromptRole | undefined {
  return ROLES[numberOf(value) ?? -1] ?? ROLES.find((role) => role === value);
}

/** Some programs write 'true' and 1. */
export function booleanOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === 1 || value === 'true') return true;
  return value === 0 || value === 'false' ? false : undefined;
}

/** A whole number of messages or levels, 0 or more. */
export function countOf(value: unknown): number | undefined {
  const number = numberOf(value);
  return number === undefined ? undefined : Math.min(Math.max(Math.trunc(number), 0), Number.MAX_SAFE_INTEGER);
}

export function percentOf(value: unknown): number | undefined {
  const number = numberOf(value);
  return number === undefined ? undefined : Math.min(Math.max(number, 0), 100);
}

/** A list of keys, or one text with commas between them; as they are, since a blank key has a meaning. */
export function keysOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(textOf).filter((key) => key !== '');
  return namesOf(value);
}

/** Names in one text with commas between them, or in a list. */
export function namesOf(value: unknown): string[] {
  if (value === undefined) return [];
  const names = Array.isArray(value) ? value.map(textOf) : textOf(value).split(',');
  return names.map((name) => name.trim()).filter((name) => name !== '');
}

/** The entries of a list, or of an object by their keys; what is no object is left out. */
export function entriesOf(value: unknown): { key: string; raw: JsonObject }[] {
  if (typeof value !== 'object' || value === null) return [];
  const entries: { key: string; raw: JsonObject }[] = [];
  for (const [key, raw] of Object.entries(value)) if (isObject(raw)) entries.push({ key, raw });
  return entries;
}

export function firstText(...values: unknown[]): string {
  return values.map(textOf).find((text) => text.trim() !== '') ?? '';
}
