import { UserError } from '../../core/errors.ts';

export type JsonObject = { [key: string]: unknown };

/** Of a card's or a lorebook's JSON, whatever it was packed in. */
export const JSON_BYTES_MAX = 8 * 1024 * 1024;
const DEPTH_MAX = 64;
/** Some 4,000 entries of a lorebook. The main thread parses what the worker has read once more: so many take it 20 ms. */
const VALUES_MAX = 200_000;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Parses UTF-8 of a stranger. The result has no key `__proto__`.
 *
 * @throws UserError `input` for what is too large or too deep
 * @throws SyntaxError for what is no JSON; its message quotes the text
 */
export function parseJson(bytes: Uint8Array): unknown {
  if (bytes.length > JSON_BYTES_MAX) throw tooLarge();
  checkShape(bytes);
  const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
  removeProtoKeys(value);
  return value;
}

/** `JSON.parse` itself takes over a second for some 8 MiB of brackets. */
function checkShape(bytes: Uint8Array): void {
  let depth = 0;
  let values = 1;
  let isInString = false;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index];
    if (isInString) {
      if (byte === 0x5c /* \ */) index += 1;
      else if (byte === 0x22 /* " */) isInString = false;
    } else if (byte === 0x22) {
      isInString = true;
    } else if (byte === 0x2c /* , */) {
      values += 1;
    } else if (byte === 0x7b /* { */ || byte === 0x5b /* [ */) {
      depth += 1;
      values += 1;
      if (depth > DEPTH_MAX) throw new UserError('input', 'This file is nested too deeply. Export it again.');
    } else if (byte === 0x7d /* } */ || byte === 0x5d /* ] */) {
      depth -= 1;
    }
    if (values > VALUES_MAX) throw tooLarge();
  }
}

// As an own key it does no harm; copied by assignment it would change what an object inherits.
function removeProtoKeys(root: unknown): void {
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (Object.hasOwn(value, '__proto__')) Reflect.deleteProperty(value, '__proto__');
    for (const child of Object.values(value)) if (typeof child === 'object') waiting.push(child);
  }
}

function tooLarge(): UserError {
  return new UserError(
    'input',
    'The text in this file is too large: at most 8 MiB and 200,000 values are read. Split its lorebook into several.',
  );
}
