/**
 * Marks in texts that are being expanded: noncharacters of Unicode, which no text has a use for. They never leave
 * `expand`, and are taken out of what enters it.
 */
const OPEN = '\uFDD0';
const ANGLE = '\uFDD1';
const BACKSLASH = '\uFDD2';
const CLOSE = '\uFDD4';
const COLON = '\uFDD5';
/** Where a value begins: with what stands before it, it makes no macro. */
const APART = '\uFDD6';
/** `{{trim}}`, until all around it is known. */
export const TRIM = '\uFDD3';

const MARKS = /[\uFDD0-\uFDD6]/;
const ALL_MARKS = /[\uFDD0-\uFDD6]/g;
const SPECIALS = /[{}<:\\]/;
const ALL_SPECIALS = /[{}<:\\]/g;
const ALL_GUARDED = /[\uFDD0-\uFDD2\uFDD4-\uFDD6]/g;
const GUARDED_BY: Readonly<Record<string, string>> = { '{': OPEN, '}': CLOSE, '<': ANGLE, ':': COLON, '\\': BACKSLASH };
const SPELLED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(GUARDED_BY).map(([special, mark]) => [mark, special])),
  [APART]: '',
};

export function withoutMarks(text: string): string {
  return MARKS.test(text) ? text.replace(ALL_MARKS, '') : text;
}

/**
 * A value that the second expansion of a text does not read as macros: it may hold what a member wrote, and a member's
 * macros are never expanded.
 */
export function guard(value: string): string {
  if (value === TRIM) return value;
  const plain = withoutMarks(value);
  return SPECIALS.test(plain) ? plain.replace(ALL_SPECIALS, (special) => GUARDED_BY[special] ?? special) : plain;
}

/** The same for a text that is expanded once more: its own words make no macro of a value, as in `{{{{user}}}}`. */
export function guardApart(value: string): string {
  const guarded = guard(value);
  if (guarded === TRIM) return guarded;
  const start = guarded.length - guarded.trimStart().length;
  return start === guarded.length ? guarded : `${guarded.slice(0, start)}${APART}${guarded.slice(start)}`;
}

export function unguard(text: string): string {
  if (!MARKS.test(text)) return text;
  return text.replace(ALL_GUARDED, (mark) => SPELLED[mark] ?? mark);
}

/** Removes the marks of `{{trim}}` and the line breaks around them. */
export function resolveTrims(text: string): string {
  if (!text.includes(TRIM)) return text;
  const parts = text.split(TRIM);
  const last = parts.length - 1;
  return parts
    .map((part, index) => {
      const start = index === 0 ? 0 : endOfLeadingBreaks(part);
      const end = index === last ? part.length : startOfTrailingBreaks(part);
      return part.slice(start, Math.max(start, end));
    })
    .join('');
}

function endOfLeadingBreaks(text: string): number {
  let end = 0;
  while (text[end] === '\n' || (text[end] === '\r' && text[end + 1] === '\n')) end += 1;
  return end;
}

function startOfTrailingBreaks(text: string): number {
  let start = text.length;
  while (text[start - 1] === '\n') start -= text[start - 2] === '\r' ? 2 : 1;
  return start;
}
