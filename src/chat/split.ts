import { findVisible } from '../core/visible.ts';
import { blockClosing } from './close-fences.ts';
import { type CutMarks, DAMAGE, NOTHING_OPEN, type OpenMarkdown, PAUSE, readCutMarks } from './cut-marks.ts';
import { lastGraphemeBoundary, splitsSurrogatePair } from './graphemes.ts';
import { missingToClose, readLines } from './markdown-lines.ts';
import { MESSAGE_MAX_LENGTH } from './message-length.ts';

export { closeOpenFences } from './close-fences.ts';
export { MESSAGE_MAX_LENGTH } from './message-length.ts';

/** Below this, what opens a part again and what closes it could fill it. */
const LIMIT_MIN = 200;
/** Room kept for what closes a block and the spans open at a cut: more than that ever takes. */
const CLOSING_RESERVE = 56;
/** Units that may be read past the last place to cut; the reserve makes sure that they are there. */
const LOOK_AHEAD = 8;
const INDENT_MAX_LENGTH = 16;

/** Where to cut: the first rule that finds a place. Within a rule the longest pause wins, then the last place. */
const RULES = [
  { damage: DAMAGE.none, fromShare: 0.5 },
  { damage: DAMAGE.fence, fromShare: 0.5 },
  { damage: DAMAGE.none, fromShare: 0.25 },
  { damage: DAMAGE.span, fromShare: 0.5 },
  { damage: DAMAGE.none, fromShare: 0 },
  { damage: DAMAGE.span, fromShare: 0 },
  { damage: DAMAGE.atom, fromShare: 0.5 },
] as const;
const WHOLE_ATOM_TRIES = 8;

const COMBINING = /^\p{M}/u;
const BLANK_LINE = /\n[^\S\n]*\n/;
const BEGINS_BLOCK = /^[ \t]*(?:>|(?:[-*+]|-?#{1,6}|\d{1,9}[.)])\s|`{3}|~{3})/;

/** A message to be: what is open where it starts, and where its first visible character is. */
interface Begun {
  start: number;
  firstVisible: number;
  open: OpenMarkdown;
  opening: string;
}

interface Place {
  index: number;
  open: OpenMarkdown;
}

/**
 * Cuts a model's markdown into messages of at most `limit` UTF-16 units, none of them blank. What is open at a cut
 * (a code block, bold words) is closed there and opened again; nothing is lost but whitespace and invisible characters
 * at the cuts and the ends.
 *
 * Every part but the last depends only on the text up to its own end and a few characters more, so that of a text that
 * grows only the last part ever changes, and no part is ever taken back.
 *
 * @throws RangeError if the limit is below 200.
 */
export function splitReply(text: string, limit: number = MESSAGE_MAX_LENGTH): string[] {
  return createSplitter(limit)(text);
}

/** {@link splitReply} for a text that grows: what was cut before is not read again. */
export function createSplitter(limit: number = MESSAGE_MAX_LENGTH): (text: string) => string[] {
  if (limit < LIMIT_MIN) throw new RangeError(`Messages of ${limit} characters are too short to split into`);
  let known = '';
  let finished: string[] = [];
  let place: Place = { index: 0, open: NOTHING_OPEN };

  return (text) => {
    if (!text.startsWith(known)) {
      finished = [];
      place = { index: 0, open: NOTHING_OPEN };
    }
    known = text;
    const end = text.trimEnd().length;
    for (let begun = beginPart(text, place); begun; begun = beginPart(text, place)) {
      if (fits(text, begun, end, limit)) return [...finished, begun.opening + text.slice(begun.start, end)];
      const { part, next } = cutPart(text, begun, limit);
      finished.push(part);
      place = next;
    }
    return [...finished];
  };
}

/** Skips what is blank; undefined if nothing to show is left. */
function beginPart(text: string, { index, open }: Place): Begun | undefined {
  const firstVisible = findVisible(text, index);
  if (firstVisible === undefined) return undefined;
  const gap = text.slice(index, firstVisible);
  const newline = gap.lastIndexOf('\n');
  const lineStart = newline === -1 ? undefined : index + newline + 1;

  if (open.fence) {
    const start = lineStart ?? index;
    const newlineAfter = text.slice(firstVisible, firstVisible + INDENT_MAX_LENGTH * 2).indexOf('\n');
    const end = newlineAfter === -1 ? text.length : firstVisible + newlineAfter;
    const missing = missingToClose(text, start, end, open.fence);
    if (missing !== undefined && newlineAfter === -1) return undefined;
    const leavesQuote = lineStart !== undefined && open.fence.prefix.includes('>') && text[firstVisible] !== '>';
    if (missing === 0) return beginPart(text, { index: end, open: { ...open, fence: undefined } });
    if (leavesQuote) return beginPart(text, { index, open: { ...open, fence: undefined } });
    return begin(Math.max(start, firstVisible - INDENT_MAX_LENGTH), open);
  }
  if (lineStart === undefined) {
    // A mark on a space belongs to that space.
    return begin(
      gap !== '' && COMBINING.test(text.slice(firstVisible, firstVisible + 2)) ? firstVisible - 1 : firstVisible,
      open,
    );
  }
  const start = index === 0 ? firstVisible : Math.max(lineStart, firstVisible - INDENT_MAX_LENGTH);
  const endsParagraph = BLANK_LINE.test(gap) || BEGINS_BLOCK.test(text.slice(start, firstVisible + INDENT_MAX_LENGTH));
  const delimiters = endsParagraph
    ? open.delimiters.filter((delimiter) => delimiter.outlivesParagraph)
    : open.delimiters;
  return begin(start, { quote: '', delimiters, fence: undefined });

  function begin(partStart: number, opened: OpenMarkdown): Begun {
    return { start: partStart, firstVisible: firstVisible ?? partStart, open: opened, opening: openingOf(opened) };
  }
}

function openingOf({ quote, delimiters, fence }: OpenMarkdown): string {
  const spans = delimiters.map(({ character, length }) => character.repeat(length)).join('');
  if (!fence) return quote + spans;
  return `${spans}${spans === '' ? '' : '\n'}${fence.prefix}${fence.marker}${fence.info}\n`;
}

function closingOf({ delimiters, fence }: OpenMarkdown): string {
  const spans = delimiters.toReversed().map(({ character, length }) => character.repeat(length));
  return `${fence ? `\n${fence.prefix}${fence.marker}` : ''}${spans.join('')}`;
}

/**
 * Whether the rest of the text, with what closes a block that is open at its end, makes one message. A text that does
 * not fit never fits again as it grows: its own closing marker is no shorter.
 */
function fits(text: string, { start, open, opening }: Begun, end: number, limit: number): boolean {
  const length = opening.length + end - start;
  if (length > limit) return false;
  const rest = text.slice(start, end);
  const last = [...readLines(rest, 0, rest.length, open.fence)].at(-1);
  // A block in a quote may also end with the quote, which takes no marker.
  if (!last?.fence || last.fence.prefix.includes('>')) return true;
  if (last.kind === 'code') return length + blockClosing(rest, last).length <= limit;
  // Without its newline, a line that looks like an opening marker may still become something else.
  if (last.kind === 'fence-open' && text.slice(end).includes('\n')) {
    return length + closingOf({ quote: '', delimiters: [], fence: last.fence }).length <= limit;
  }
  return true;
}

function cutPart(text: string, begun: Begun, limit: number): { part: string; next: Place } {
  const { start, open, opening } = begun;
  const last = limit - opening.length - CLOSING_RESERVE;
  const window = text.slice(start, start + last + LOOK_AHEAD);
  const marks = readCutMarks(window, last, open);
  const index = choosePlace(window, marks, begun.firstVisible - start + 1, last);
  const openThere = marks.openAt(index);
  const words = openThere.fence ? window.slice(0, index) : window.slice(0, index).trimEnd();
  return { part: opening + words + closingOf(openThere), next: { index: start + index, open: openThere } };
}

function choosePlace(window: string, { pauses, damages }: CutMarks, first: number, last: number): number {
  for (const { damage, fromShare } of RULES) {
    let best = 0;
    let bestPause: number = PAUSE.none;
    const least = Math.max(first, last * fromShare);
    for (let index = last; index >= least; index -= 1) {
      const pause = pauses[index] ?? 0;
      if (pause > bestPause && (damages[index] ?? 0) <= damage) {
        best = index;
        bestPause = pause;
      }
    }
    if (best > 0) return best;
  }
  return tornPlace(window, damages, first, last);
}

/** No pause anywhere: between two characters of plain words, else outside of code and links, else anywhere. */
function tornPlace(window: string, damages: Uint8Array, first: number, last: number): number {
  for (const damage of [DAMAGE.none, DAMAGE.span]) {
    let index = last;
    for (let attempt = 0; attempt < WHOLE_ATOM_TRIES; attempt += 1) {
      while (index > last / 2 && (damages[index] ?? 0) > damage) index -= 1;
      const boundary = lastGraphemeBoundary(window, first - 1, index) ?? 0;
      if (boundary <= last / 2) break;
      if ((damages[boundary] ?? 0) <= damage) return boundary;
      index = boundary;
    }
  }
  return lastGraphemeBoundary(window, first - 1, last) ?? (splitsSurrogatePair(window, last) ? last - 1 : last);
}
