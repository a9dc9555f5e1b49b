/** A code block that is open: what closes it, and what opens it again in another message. */
export interface Fence {
  /** 3 to 8 backticks or tildes. */
  marker: string;
  /** The language and whatever else stands behind the opening marker. */
  info: string;
  /** Indentation and quote signs before the marker. */
  prefix: string;
}

export interface MarkdownLine {
  kind: 'text' | 'blank' | 'fence-open' | 'code' | 'fence-close';
  start: number;
  /** Index of the line's newline, or where the text given ends. */
  end: number;
  /** Where the words begin, after indentation, quote signs, list and heading markers. */
  contentStart: number;
  /** The line begins something of its own: a list item, a heading. */
  startsBlock: boolean;
  isHeading: boolean;
  /** The block that the line opens, is part of, or closes. */
  fence: Fence | undefined;
}

/** Longer runs are decoration, and would not leave room to open them again. */
const MARKER_MAX_LENGTH = 8;
const PREFIX_MAX_LENGTH = 8;
const INFO_MAX_LENGTH = 32;

const LIST_MARKER = /(?:[-*+]|\d{1,9}[.)])[ \t]+/y;
const HEADING_MARKER = /(?:#{1,6}|-#)[ \t]+/y;

const isIndent = (code: number) => code === 32 || code === 9 || code === 13;

/** The lines of `text` between two indexes; `fence` is the code block open where they begin. */
export function* readLines(
  text: string,
  from: number,
  to: number,
  fence?: Fence,
): Generator<MarkdownLine, Fence | undefined> {
  let open = fence;
  for (let start = from; start <= to; ) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 || newline > to ? to : newline;
    if (open && leavesQuote(text, start, end, open)) open = undefined;
    const line = open ? readCodeLine(text, start, end, open) : readTextLine(text, start, end);
    if (line.kind === 'fence-open') open = line.fence;
    if (line.kind === 'fence-close') open = undefined;
    yield line;
    start = end + 1;
  }
  return open;
}

/** How many characters of the closing marker a line is short of; undefined if it is code. */
export function missingToClose(text: string, start: number, end: number, fence: Fence): number | undefined {
  const from = skipWhile(text, start, end, (code) => isIndent(code) || code === 62);
  const marker = fence.marker.charCodeAt(0);
  const to = skipWhile(text, from, end, (code) => code === marker);
  if (to === from || skipWhile(text, to, end, isIndent) < end) return undefined;
  return Math.max(0, fence.marker.length - (to - from));
}

function readCodeLine(text: string, start: number, end: number, fence: Fence): MarkdownLine {
  const kind = missingToClose(text, start, end, fence) === 0 ? 'fence-close' : 'code';
  return { kind, start, end, contentStart: start, startsBlock: false, isHeading: false, fence };
}

function readTextLine(text: string, start: number, end: number): MarkdownLine {
  let contentStart = start;
  let startsBlock = false;
  let isHeading = false;
  while (!isHeading) {
    contentStart = skipWhile(text, contentStart, end, (code) => isIndent(code) || code === 62);
    const list = matchEnd(LIST_MARKER, text, contentStart, end);
    const heading = list === undefined ? matchEnd(HEADING_MARKER, text, contentStart, end) : undefined;
    if (list === undefined && heading === undefined) break;
    startsBlock = true;
    isHeading = heading !== undefined;
    contentStart = list ?? heading ?? contentStart;
  }
  const fence = isHeading ? undefined : readFence(text, start, contentStart, end);
  const isBlank = contentStart === end && !startsBlock && !text.slice(start, end).includes('>');
  const kind = fence ? 'fence-open' : isBlank ? 'blank' : 'text';
  return { kind, start, end, contentStart, startsBlock, isHeading, fence };
}

function readFence(text: string, lineStart: number, markerStart: number, end: number): Fence | undefined {
  const code = text.charCodeAt(markerStart);
  if (code !== 96 && code !== 126) return undefined;
  const markerEnd = skipWhile(text, markerStart, end, (other) => other === code);
  const length = markerEnd - markerStart;
  if (length < 3 || length > MARKER_MAX_LENGTH) return undefined;
  const info = text.slice(markerEnd, end).trim();
  if (code === 96 && info.includes('`')) return undefined;
  const prefix = text.slice(lineStart, markerStart).replaceAll(/[^\s>]/g, ' ');
  return {
    marker: text.slice(markerStart, markerEnd),
    info: info.length <= INFO_MAX_LENGTH ? info : shortWord(info),
    prefix: prefix.length <= PREFIX_MAX_LENGTH ? prefix : '',
  };
}

function shortWord(info: string): string {
  const [word = ''] = info.split(/\s/, 1);
  return word.length <= INFO_MAX_LENGTH ? word : '';
}

/** A block inside a quote ends with the quote. */
function leavesQuote(text: string, start: number, end: number, fence: Fence): boolean {
  if (!fence.prefix.includes('>')) return false;
  const first = skipWhile(text, start, end, isIndent);
  return first < end && text.charCodeAt(first) !== 62;
}

function skipWhile(text: string, from: number, to: number, matches: (code: number) => boolean): number {
  let index = from;
  while (index < to && matches(text.charCodeAt(index))) index += 1;
  return index;
}

function matchEnd(pattern: RegExp, text: string, from: number, to: number): number | undefined {
  pattern.lastIndex = from;
  return pattern.test(text) && pattern.lastIndex <= to ? pattern.lastIndex : undefined;
}
