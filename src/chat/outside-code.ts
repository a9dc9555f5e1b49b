/** A line that opens a code block, a run of backticks, or what is looked for: see {@link outsideCode}. */
const CODE_OPENING = '^[ \\t>]*(?<fence>`{3,}(?!.*`)|~{3,}).*$|(?<run>`+)';
const INLINE_CODE_MAX_RUN = 8;

/** The pattern to give to {@link findOutsideCode}: matches `source`, and knows where code begins. */
export function outsideCode(source: string): RegExp {
  return new RegExp(`${CODE_OPENING}|(?<found>${source})`, 'gim');
}

/** The first match at or after `from` that stands neither in a code block nor in inline code. */
export function findOutsideCode(text: string, from: number, pattern: RegExp): RegExpExecArray | undefined {
  const matcher = new RegExp(pattern);
  matcher.lastIndex = from;
  const unclosedUntil = new Map<number, number>();
  for (let match = matcher.exec(text); match; match = matcher.exec(text)) {
    const { fence, run } = match.groups ?? {};
    const end = match.index + match[0].length;
    if (fence !== undefined) {
      matcher.lastIndex = blockEnd(text, end, fence);
    } else if (run !== undefined) {
      if (match.index < (unclosedUntil.get(run.length) ?? 0)) continue;
      const close = inlineCodeEnd(text, end, run.length);
      if (close.isClosed) matcher.lastIndex = close.end;
      else unclosedUntil.set(run.length, close.end);
    } else {
      return match;
    }
  }
  return undefined;
}

function blockEnd(text: string, from: number, fence: string): number {
  const closing = new RegExp(`^[ \\t>]*${fence.charAt(0)}{${fence.length},}[ \\t\\r]*$`, 'gm');
  closing.lastIndex = from;
  return closing.test(text) ? closing.lastIndex : text.length;
}

/** Inline code ends with a run as long as its first, in the same paragraph. */
function inlineCodeEnd(text: string, from: number, length: number): { isClosed: boolean; end: number } {
  const runOrBlankLine = /`+|\n[^\S\n]*\n/g;
  runOrBlankLine.lastIndex = from;
  if (length > INLINE_CODE_MAX_RUN) return { isClosed: false, end: from };
  for (let match = runOrBlankLine.exec(text); match; match = runOrBlankLine.exec(text)) {
    if (!match[0].startsWith('`')) return { isClosed: false, end: match.index };
    if (match[0].length === length) return { isClosed: true, end: runOrBlankLine.lastIndex };
  }
  return { isClosed: false, end: text.length };
}
