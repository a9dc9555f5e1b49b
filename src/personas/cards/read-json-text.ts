import { UserError } from '../../core/errors.ts';
import { parseJson } from './json.ts';
import { UNKNOWN_FILE, WEBUI_CHARACTER, whatItIs } from './not-a-card.ts';

const LOOKED_AT_BYTES = 64 * 1024;
/** Keys of text-generation-webui's characters, which are YAML. */
const YAML_CHARACTER = /^(?:context|greeting)[ \t]*:/m;
const BROKEN = 'The JSON in this file is damaged or cut off. Download or export it again.';

/** The JSON in a file of a stranger. @throws UserError `input` that says what a file without JSON is */
export function readJsonText(bytes: Uint8Array): unknown {
  if (bytes.length === 0) throw new UserError('input', 'This file is empty. Export it again.');
  try {
    return parseJson(bytes);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError('input', whatTextIs(bytes));
  }
}

function whatTextIs(bytes: Uint8Array): string {
  const start = new TextDecoder().decode(bytes.subarray(0, LOOKED_AT_BYTES)).trimStart();
  if (!/^[{[]/.test(start)) return YAML_CHARACTER.test(start) ? WEBUI_CHARACTER : UNKNOWN_FILE;
  // Chats are JSON line by line.
  const [line = ''] = start.split('\n', 1);
  try {
    return whatItIs(parseJson(Buffer.from(line))) ?? BROKEN;
  } catch {
    return BROKEN;
  }
}
