import { clip } from '../../core/text.ts';
import { findVisible } from '../../core/visible.ts';
import { textOf } from './read-fields.ts';

const NAME_MAX_LENGTH = 256;
// Controls, line breaks, and the marks that turn the direction of text, which would reach beyond the name.
const UNSEEN = /[\p{Cc}\u2028\u2029\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu;

/** The name as it may be shown in one line; '' if there is none, or nothing of it to be seen. */
export function cleanName(name: unknown): string {
  const clean = clip(textOf(name).replaceAll(UNSEEN, ' ').trim(), NAME_MAX_LENGTH);
  return findVisible(clean) === undefined ? '' : clean;
}
