import { type Fence, type MarkdownLine, readLines } from './markdown-lines.ts';
import { type OpenDelimiter, readSpans, type Span } from './markdown-spans.ts';

/** What is open at a cut: closed at the end of one message, opened again in the next. */
export interface OpenMarkdown {
  /** The quote signs of a quoted line that is cut in two. */
  quote: string;
  /** Outermost first. */
  delimiters: readonly OpenDelimiter[];
  fence: Fence | undefined;
}

export const NOTHING_OPEN: OpenMarkdown = { quote: '', delimiters: [], fence: undefined };

/** How good a place is to cut at. A longer pause in the text is a higher number. */
export const PAUSE = { none: 0, space: 1, sentence: 2, line: 3, block: 4, paragraph: 5 } as const;
/** What a cut at a place would break. */
export const DAMAGE = { none: 0, fence: 1, span: 2, atom: 3 } as const;

export interface CutMarks {
  /** By index into the window: one of {@link PAUSE}. */
  pauses: Uint8Array;
  /** By index into the window: one of {@link DAMAGE}. */
  damages: Uint8Array;
  openAt(index: number): OpenMarkdown;
}

const WHITESPACE = /\s/;
const COMBINING = /\p{M}|\u200d/u;
const SENTENCE_END = /[.!?…][\p{Pe}\p{Pf}"'*_~|`]*$/u;
const LONGEST_SENTENCE_END = 6;
/** Chinese and Japanese put no space behind a mark. */
const WIDE_SENTENCE_END = /[。！？][」』）”’]?$/;
const WIDE_PAUSE = /[，、；：」』）]$/;
/** Words that would begin a list, a heading or a quote if they came first in a message. */
const BLOCK_MARKER = /\s+(?:(?:[#>*+-]|\d{1,3}[.)])\s|>|`{3}|~{3})/y;
const QUOTE_SIGNS = /^[ \t]{0,3}>[ \t>]{0,5}/;

/** Judges every index up to `to` of a window of text as a place to cut. Reads a few units past `to`. */
export function readCutMarks(window: string, to: number, atStart: OpenMarkdown): CutMarks {
  const pauses = new Uint8Array(to + 1);
  const damages = new Uint8Array(to + 1);
  const spans: Span[] = [];
  const lines = [...readLines(window, 0, to, atStart.fence)];
  let open = atStart.delimiters;

  let underHeading = false;
  for (const [index, line] of lines.entries()) {
    const next = lines[index + 1];
    underHeading = line.isHeading || (underHeading && line.kind === 'blank');
    // A heading stays with what it heads.
    if (window[line.end] === '\n') pauses[line.end] = underHeading ? PAUSE.space : pauseAfter(line, next);
    damage(line.start, line.contentStart + 1, DAMAGE.atom);
    if (line.kind === 'text') markPauses(window, line, to, pauses);
    else if (line.kind !== 'blank') markBlockLine(line, next);
  }
  for (const paragraph of paragraphsOf(lines)) {
    const continues = paragraph.to === to;
    const marks = readSpans({ text: window, from: paragraph.from, to: paragraph.to, continues, open });
    for (const { start, end } of marks.atoms) damage(start, end, DAMAGE.atom);
    spans.push(...marks.spans);
    open = marks.open;
  }
  for (const { character, length, start } of open) {
    spans.push({ start, end: Infinity, delimiter: character.repeat(length) });
  }
  for (const { start, end } of spans) damage(start, end, DAMAGE.span);
  return { pauses, damages, openAt };

  function damage(start: number, end: number, kind: number): void {
    const last = Math.min(to, end - 1);
    for (let index = Math.max(0, start + 1); index <= last; index += 1) {
      if ((damages[index] ?? 0) < kind) damages[index] = kind;
    }
  }

  function markBlockLine(line: MarkdownLine, next: MarkdownLine | undefined): void {
    if (line.kind === 'code') {
      for (let index = line.start; index < line.end; index += 1) {
        if (WHITESPACE.test(window[index] ?? '')) pauses[index] = PAUSE.space;
      }
    }
    damage(line.start - 1, line.end, DAMAGE.atom);
    if (line.kind === 'fence-close') return;
    // Cut right behind the opening or before the closing marker, a block would be left empty.
    const isEmptied = line.kind === 'fence-open' || next?.kind === 'fence-close';
    damage(line.end - 1, line.end + 1, isEmptied ? DAMAGE.atom : DAMAGE.fence);
  }

  function openAt(index: number): OpenMarkdown {
    const line = lines.findLast(({ start }) => start <= index);
    const delimiters = openDelimiters(spans, index);
    if (line?.kind === 'code' || (line?.kind === 'fence-open' && window[index] === '\n')) {
      return { quote: '', delimiters, fence: line.fence };
    }
    return { quote: line && window[index] !== '\n' ? quoteOf(line) : '', delimiters, fence: undefined };
  }

  function quoteOf(line: MarkdownLine): string {
    if (line.start === 0 && atStart.quote !== '') return atStart.quote;
    return QUOTE_SIGNS.exec(window.slice(line.start, line.contentStart))?.[0] ?? '';
  }
}

/** The delimiters around an index, outermost first; they count back from the start of the part that they open. */
function openDelimiters(spans: readonly Span[], index: number): OpenDelimiter[] {
  const around = spans.filter(({ start, end }) => start < index && index < end);
  around.sort((one, other) => one.start - other.start || (one.end < other.end ? 1 : -1));
  return around.map(({ delimiter }, position) => ({
    character: delimiter.charAt(0),
    length: delimiter.length,
    start: position - around.length,
    outlivesParagraph: delimiter === '||',
  }));
}

function pauseAfter(line: MarkdownLine, next: MarkdownLine | undefined): number {
  if (line.kind === 'blank' || next?.kind === 'blank') return PAUSE.paragraph;
  if (line.kind === 'code') return PAUSE.line;
  return line.kind === 'fence-close' || next?.startsBlock || next?.kind === 'fence-open' ? PAUSE.block : PAUSE.line;
}

function markPauses(window: string, line: MarkdownLine, to: number, pauses: Uint8Array): void {
  const last = line.end === to ? to : line.end - 1;
  for (let index = line.contentStart + 1; index <= last; index += 1) {
    const code = window.charCodeAt(index);
    if (code === 32 || code === 9 || code === 0x3000) {
      BLOCK_MARKER.lastIndex = index;
      if (BLOCK_MARKER.test(window)) continue;
      const before = window.slice(Math.max(line.contentStart, index - LONGEST_SENTENCE_END), index);
      pauses[index] = SENTENCE_END.test(before) ? PAUSE.sentence : PAUSE.space;
    } else if (window.charCodeAt(index - 1) > 0x2000 && !COMBINING.test(window[index] ?? '')) {
      const before = window.slice(Math.max(line.contentStart, index - 2), index);
      if (WIDE_SENTENCE_END.test(before)) pauses[index] = PAUSE.sentence;
      else if (WIDE_PAUSE.test(before)) pauses[index] = PAUSE.space;
    }
  }
}

/** Runs of text lines; a list item or a heading begins a new one. */
export function* paragraphsOf(lines: readonly MarkdownLine[]): Generator<{ from: number; to: number }> {
  let paragraph: { from: number; to: number } | undefined;
  for (const line of lines) {
    if (paragraph && (line.kind !== 'text' || line.startsBlock)) {
      yield paragraph;
      paragraph = undefined;
    }
    if (line.kind === 'text') paragraph = { from: paragraph?.from ?? line.contentStart, to: line.end };
  }
  if (paragraph) yield paragraph;
}
