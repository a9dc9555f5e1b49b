/** Inline code, bold, italic, struck-through or hidden words, from the first delimiter to past the last. */
export interface Span {
  start: number;
  end: number;
  delimiter: string;
}

export interface InlineMarks {
  spans: Span[];
  /** `[start, end)` of what must not be torn: code, links, addresses, mentions, delimiters. Infinity: goes on. */
  atoms: { start: number; end: number }[];
  /** What is still open at the end, outermost first; not among `spans`. */
  open: OpenDelimiter[];
}

export interface OpenDelimiter {
  character: string;
  length: number;
  start: number;
  /** Hides more than its paragraph: Discord lets a spoiler that begins a line run over blank lines. */
  outlivesParagraph: boolean;
}

const CODE_DELIMITER_MAX_LENGTH = 8;
const EMPHASIS_MAX_LENGTH = 3;
const OPEN_MAX_COUNT = 8;
const BRACKETS_MAX_COUNT = 8;
/** An unfinished `[text` is taken for the beginning of a link up to this length. */
const LINK_TEXT_LENGTH = 200;

const SPACE = /\s/;
const WORD = /[\p{L}\p{N}]/u;
const ADDRESS = /https?:\/\/[^\s<>]+/y;
const TRAILING_DELIMITERS = /[*_~|)\].,;:!?'"`]+$/;
const ANGLE_OPENING = /[@#:/a-z]/i;

/**
 * The inline markdown of the paragraph between two indexes. `continues`: the paragraph goes on past `to`, so that what is open there may yet
 * be closed; else it is plain text.
 */
export function readSpans(options: {
  text: string;
  from: number;
  to: number;
  continues: boolean;
  open: readonly OpenDelimiter[];
}): InlineMarks {
  const { text, from, to, continues } = options;
  const marks: InlineMarks = { spans: [], atoms: [], open: options.open.map((delimiter) => ({ ...delimiter })) };
  const { spans, atoms, open } = marks;
  const brackets: number[] = [];
  const unclosedRuns = new Set<number>();
  let nextParenthesis = -1;

  let index = from;
  const carriedCode = open.at(-1)?.character === '`' ? open.pop() : undefined;
  if (carriedCode) index = readCode(carriedCode.start, from, carriedCode.length) ?? from;

  while (index < to) {
    const character = text[index] ?? '';
    switch (character) {
      case '\\':
        atoms.push({ start: index, end: index + 2 });
        index += 2;
        break;
      case '`': {
        const length = runLength(text, index);
        index = readCode(index, index + length, length) ?? index + length;
        break;
      }
      case '<':
        index = readAngle(index);
        break;
      case 'h':
        index = readAddress(index);
        break;
      case '[':
        brackets.push(index);
        if (brackets.length > BRACKETS_MAX_COUNT) brackets.shift();
        index += 1;
        break;
      case ']':
        index = readLinkEnd(index);
        break;
      case '*':
      case '_':
      case '~':
      case '|':
        index = readDelimiter(character, index);
        break;
      default:
        index += 1;
    }
  }

  if (continues) {
    const bracket = brackets.at(-1);
    if (bracket !== undefined && to - bracket <= LINK_TEXT_LENGTH && !text.slice(bracket, to).includes('\n')) {
      atoms.push({ start: bracket, end: Infinity });
    }
  } else {
    marks.open = open.filter((delimiter) => delimiter.outlivesParagraph);
  }
  return marks;

  /** Where the code that began at `start` ends; undefined if it does not, and is plain text. */
  function readCode(start: number, contentStart: number, length: number): number | undefined {
    if (length > CODE_DELIMITER_MAX_LENGTH || unclosedRuns.has(length)) return undefined;
    const close = findRun(text, contentStart, to, '`', length);
    if (close === undefined && !continues) {
      unclosedRuns.add(length);
      return undefined;
    }
    const end = close === undefined ? Infinity : close + length;
    atoms.push({ start, end });
    if (close === undefined) open.push({ character: '`', length, start, outlivesParagraph: false });
    else spans.push({ start, end, delimiter: '`'.repeat(length) });
    return Math.min(end, to);
  }

  /** Mentions, emoji, timestamps and addresses in angle brackets. */
  function readAngle(start: number): number {
    if (!ANGLE_OPENING.test(text[start + 1] ?? '')) return start + 1;
    let end = start + 1;
    while (end < to && !SPACE.test(text[end] ?? '') && text[end] !== '<' && text[end] !== '>') end += 1;
    const isClosed = end < to && text[end] === '>';
    if (isClosed || (end === to && continues)) atoms.push({ start, end: isClosed ? end + 1 : Infinity });
    return isClosed ? end + 1 : end;
  }

  function readAddress(start: number): number {
    if (text[start + 1] !== 't') return start + 1;
    ADDRESS.lastIndex = start;
    const found = ADDRESS.exec(text)?.[0];
    if (found === undefined) return start + 1;
    const end = Math.min(to, start + found.replace(TRAILING_DELIMITERS, '').length);
    atoms.push({ start, end: end === to && continues ? Infinity : end });
    return end;
  }

  function readLinkEnd(bracketEnd: number): number {
    const start = brackets.pop();
    if (start === undefined || text[bracketEnd + 1] !== '(') return bracketEnd + 1;
    if (nextParenthesis <= bracketEnd) {
      nextParenthesis = text.indexOf(')', bracketEnd);
      if (nextParenthesis === -1) nextParenthesis = Infinity;
    }
    const end = Math.min(to, nextParenthesis);
    if (end === to && !continues) return bracketEnd + 1;
    atoms.push({ start, end: end === to ? Infinity : end + 1 });
    return Math.min(to, end + 1);
  }

  function readDelimiter(character: string, start: number): number {
    const length = runLength(text, start);
    const end = start + length;
    const isPairOnly = character === '~' || character === '|';
    if (isPairOnly ? length !== 2 : length > EMPHASIS_MAX_LENGTH) return end;
    const before = start > from ? (text[start - 1] ?? ' ') : ' ';
    const after = end < to || continues ? (text[end] ?? ' ') : ' ';
    const isInWord = character === '_' && WORD.test(before) && WORD.test(after);
    // On Discord the second `||` ends a spoiler, whatever stands around the two; one alone before a space is an "or".
    const isSpoiler = character === '|';
    const closes = !isInWord && (isSpoiler || !SPACE.test(before));
    const remaining = closes ? closeSpans(character, end, length) : length;
    const mayOpen = remaining > 0 && !isInWord && open.length < OPEN_MAX_COUNT;
    const opens = mayOpen && (!SPACE.test(after) || (isSpoiler && findRun(text, end, to, character, 2) !== undefined));
    // A cut between a delimiter and its words would leave it holding nothing.
    atoms.push({ start: remaining < length ? start - 1 : start, end: opens ? end + 1 : end });
    if (opens) {
      const beginsLine = start === from || text[start - 1] === '\n';
      open.push({ character, length: remaining, start, outlivesParagraph: character === '|' && beginsLine });
    }
    return end;
  }

  /** Closes what a run of delimiters ending at `end` can close; how many characters of the run are left over. */
  function closeSpans(character: string, end: number, length: number): number {
    let remaining = length;
    while (remaining > 0) {
      const position = open.findLastIndex((delimiter) => delimiter.character === character);
      const opener = open[position];
      if (!opener) break;
      const used = Math.min(remaining, opener.length);
      remaining -= used;
      opener.length -= used;
      spans.push({ start: opener.start, end: end - remaining, delimiter: character.repeat(used) });
      open.length = opener.length === 0 ? position : position + 1;
    }
    return remaining;
  }
}

function runLength(text: string, start: number): number {
  const code = text.charCodeAt(start);
  let end = start + 1;
  while (text.charCodeAt(end) === code) end += 1;
  return end - start;
}

/** Start of the next run of exactly `length` of a character. */
function findRun(text: string, from: number, to: number, character: string, length: number): number | undefined {
  let index = text.indexOf(character, from);
  while (index !== -1 && index < to) {
    const found = runLength(text, index);
    if (found === length) return index;
    index = text.indexOf(character, index + found);
  }
  return undefined;
}
