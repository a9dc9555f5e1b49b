import { createHash } from 'node:crypto';
import type { TextInput } from '../modal.ts';

/** A custom id has room for five of these. */
const MARK_LENGTH = 6;

/** What stands in the fields of a form as it opens, short enough for its custom id. */
export function markFields(inputs: Record<string, TextInput>): string {
  return Object.entries(inputs)
    .map(([name, { value = '' }]) => markOf(name, value))
    .join('');
}

/**
 * The fields in which something else stands than when the form opened; all of them if `marks` do not say. So two people
 * who change different fields at once do not undo each other's changes.
 */
export function editedFields(fields: Record<string, string>, marks: string): Record<string, string> {
  const opened = new Set(marks.match(new RegExp(`.{${MARK_LENGTH}}`, 'g')));
  return Object.fromEntries(Object.entries(fields).filter(([name, typed]) => !opened.has(markOf(name, typed))));
}

function markOf(name: string, value: string): string {
  const written = `${name}=${value.replaceAll('\r\n', '\n')}`;
  return createHash('sha256').update(written).digest('base64url').slice(0, MARK_LENGTH);
}
