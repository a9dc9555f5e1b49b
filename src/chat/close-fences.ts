import { findVisible } from '../core/visible.ts';
import { paragraphsOf } from './cut-marks.ts';
import { type MarkdownLine, missingToClose, readLines } from './markdown-lines.ts';
import { type OpenDelimiter, readSpans } from './markdown-spans.ts';
import { MESSAGE_MAX_LENGTH } from './message-length.ts';

/** One or two characters of what may become the marker of a code block. */
const MARKER_BEGINNING = /^(?:`{1,2}|~{1,2})$/;

/**
 * What a message that is still being written is shown as: an open code block, inline code, bold or hidden words are
 * closed for the moment if that fits into `limit`; a marker that has nothing behind it yet is held back.
 */
export function closeOpenFences(part: string, limit: number = MESSAGE_MAX_LENGTH): string {
  const shown = part.trimEnd();
  const lines = [...readLines(shown, 0, shown.length)];
  const last = lines.at(-1);
  if (!last) return shown;
  if (last.kind === 'fence-open' || (last.kind === 'text' && MARKER_BEGINNING.test(shown.slice(last.contentStart)))) {
    return heldBack(part, last.start);
  }
  const closed = last.kind === 'code' ? shown + blockClosing(shown, last) : closeSpans(shown, lines);
  return closed.length <= limit ? closed : shown;
}

/** What the text lacks for its last line, which is code, to be followed by a closing marker. */
export function blockClosing(text: string, lastLine: MarkdownLine): string {
  const { fence, start, end } = lastLine;
  if (!fence) return '';
  const missing = missingToClose(text, start, end, fence);
  return missing === undefined ? `\n${fence.prefix}${fence.marker}` : fence.marker.slice(0, missing);
}

/** What stands before the index, or all if there is nothing to see before it. */
function heldBack(text: string, end: number): string {
  const before = text.slice(0, end).trimEnd();
  return findVisible(before) === undefined ? text : before;
}

function closeSpans(shown: string, lines: readonly MarkdownLine[]): string {
  let open: OpenDelimiter[] = [];
  for (const { from, to } of paragraphsOf(lines)) {
    open = readSpans({ text: shown, from, to, continues: to === shown.length, open }).open;
  }
  const innermost = open.at(-1);
  if (innermost && innermost.start + innermost.length === shown.length) {
    return heldBack(shown, innermost.start);
  }
  const missing = open.toReversed().map((delimiter) => missingDelimiter(shown, delimiter));
  return shown + missing.join('');
}

/** `~~gone~` lacks one character only. */
function missingDelimiter(shown: string, { character, length }: OpenDelimiter): string {
  const isPairOnly = character === '~' || character === '|';
  return character.repeat(isPairOnly && shown.endsWith(character) ? length - 1 : length);
}
