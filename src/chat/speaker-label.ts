/** Of a label's spelling; what is longer is a sentence. */
const ACTION_MAX_LENGTH = 80;
const EMPHASIS_MAX_LENGTH = 3;
const MAX_SPACES = 3;

const CLOSERS: Readonly<Record<string, string>> = {
  '"': '"',
  '“': '”',
  '„': '“',
  "'": "'",
  '‘': '’',
  '«': '»',
  '「': '」',
  '[': ']',
  '<': '>',
};
const ACTION_CLOSERS: Readonly<Record<string, string>> = { '(': ')', '（': '）', '[': ']', '*': '*', _: '_' };

export interface SpeakerLabel {
  /** Index behind the label. */
  end: number;
  /** What was opened before the name and not closed with it: `**` of `**Name: words**`. */
  open: string;
}

/** A label; false: there is none; undefined: the text must go on to tell. */
export type LabelReading = SpeakerLabel | false | undefined;

/**
 * Reads `Name:` at the start of a text that grows, in any case, with an ASCII or a full-width colon; also in emphasis,
 * quotes or brackets, and with an action: `**Name:**`, `Name (waving):`. A reading does not change when the text goes on.
 */
export function readSpeakerLabel(text: string, name: string, isFinal: boolean): LabelReading {
  const plain = readFrom(text, '', 0, name, isFinal);
  if (plain !== false) return plain;
  const opener = readOpener(text, isFinal);
  return opener ? readFrom(text, opener, opener.length, name, isFinal) : opener === undefined ? undefined : false;
}

function readOpener(text: string, isFinal: boolean): string | false | undefined {
  const first = text.charAt(0);
  if (Object.hasOwn(CLOSERS, first)) return first;
  if (first !== '*' && first !== '_') return text === '' && !isFinal ? undefined : false;
  let length = 1;
  while (length <= EMPHASIS_MAX_LENGTH && text.charAt(length) === first) length += 1;
  if (length > EMPHASIS_MAX_LENGTH) return false;
  return length === text.length && !isFinal ? undefined : text.slice(0, length);
}

function readFrom(text: string, opener: string, from: number, name: string, isFinal: boolean): LabelReading {
  const ended = isFinal ? false : undefined;
  const isEnd = (index: number) => index >= text.length;
  const closer = CLOSERS[opener] ?? opener;
  const nameEnd = skipName(text, from, name);
  if (nameEnd === undefined) return ended;
  if (nameEnd === false) return false;
  let at = nameEnd;
  let isClosed = opener === '';

  /** False if half a closing mark ends the text. */
  const close = (): boolean => {
    if (isClosed) return true;
    if (text.startsWith(closer, at)) {
      at += closer.length;
      isClosed = true;
    }
    return isClosed || isFinal || !closer.startsWith(text.slice(at, at + closer.length));
  };

  if (!close()) return ended;
  at = skipSpaces(text, at);
  const action = skipAction(text, at);
  if (action === undefined || action === false) return action === false ? false : ended;
  at = action;
  if (!close()) return ended;
  const beforeSpaces = at;
  at = skipSpaces(text, at);
  if (isEnd(at)) return ended;
  const colon = text.charAt(at);
  if (colon !== ':' && colon !== '：') return false;
  const hasSpace = at > beforeSpaces || text.charAt(at - 1).trim() === '';
  at += 1;
  const wasClosed = isClosed;
  if (!close()) return undefined;
  if (wasClosed === isClosed) {
    if (isEnd(at) && !isFinal) return undefined;
    if (colon === ':' && !isEnd(at) && !canFollowColon(text.charAt(at), hasSpace)) return false;
  }
  return { end: at, open: isClosed ? '' : opener };
}

/** `https://`, `12:30` and `Bob :)` are no labels. */
function canFollowColon(next: string, hasSpace: boolean): boolean {
  return hasSpace ? next.trim() === '' || next === '*' : !/[/():\d]/.test(next);
}

/** Index behind the name; undefined: the text ends within it. Compared by code points, for lower case can be longer. */
function skipName(text: string, from: number, name: string): number | false | undefined {
  let at = from;
  for (const wanted of name) {
    const code = text.codePointAt(at);
    if (code === undefined) return undefined;
    const found = String.fromCodePoint(code);
    if (found !== wanted && found.toLowerCase() !== wanted.toLowerCase()) {
      // The second half of a character may be yet to come.
      const isHalf = at === text.length - 1 && wanted.length === 2 && found === wanted.charAt(0);
      return isHalf ? undefined : false;
    }
    at += found.length;
  }
  return at;
}

/** Index behind `(waving)` and the like, or where it would stand; undefined: the text ends within it. */
function skipAction(text: string, from: number): number | false | undefined {
  if (from >= text.length) return undefined;
  const closer = Object.hasOwn(ACTION_CLOSERS, text.charAt(from)) ? ACTION_CLOSERS[text.charAt(from)] : undefined;
  if (closer === undefined) return from;
  const inside = text.slice(from + 1, from + 1 + ACTION_MAX_LENGTH);
  const end = inside.indexOf(closer);
  const newline = inside.indexOf('\n');
  if (end === -1 || (newline !== -1 && newline < end))
    return newline === -1 && inside.length < ACTION_MAX_LENGTH ? undefined : false;
  return from + 1 + end + 1;
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (at < text.length && at - from < MAX_SPACES && /[^\S\n\r]/.test(text.charAt(at))) at += 1;
  return at;
}
