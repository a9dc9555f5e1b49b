import { isObject, type JsonObject } from './json.ts';

/** Texts of strangers, as files of many programs hold them, into the types that they should have. */

export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

export function textsOf(value: unknown): string[] {
  if (Array.isArray(value)) {
    return value.filter((item) => typeof item === 'string' || typeof item === 'number').map(String);
  }
  const text = textOf(value);
  return text === '' ? [] : [text];
}

/** @param value A list, or one text with commas */
export function tagsOf(value: unknown): string[] {
  const tags = typeof value === 'string' ? value.split(',') : textsOf(value);
  return tags.map((tag) => tag.trim()).filter((tag) => tag !== '');
}

/** Of a number, or of a text that is one. */
export function numberOf(value: unknown): number | undefined {
  const isNumeric = typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');
  const number = isNumeric ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

export function omit(object: JsonObject, keys: readonly string[]): JsonObject {
  const left = new Set(keys);
  return Object.fromEntries(Object.entries(object).filter(([key]) => !left.has(key)));
}

export function pick(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(object, key)).map((key) => [key, object[key]]));
}
