/** UTF-16 units looked back at first; a run of combining marks can need more. */
const LOOK_BACK_LENGTH = 64;

const isAscii = (code: number) => code < 0x80;
const isLowSurrogate = (code: number) => code >= 0xdc00 && code <= 0xdfff;
const isHighSurrogate = (code: number) => code >= 0xd800 && code <= 0xdbff;
/** Regional indicators make flags in pairs, counted from the first of their run. */
const REGIONAL_INDICATOR_HIGH = 0xd83c;

export function splitsSurrogatePair(text: string, index: number): boolean {
  return isLowSurrogate(text.charCodeAt(index)) && isHighSurrogate(text.charCodeAt(index - 1));
}

/**
 * The last index in `(from, to]` at which the text can be cut without tearing what a reader sees as one character;
 * undefined if `from` to `to` is one such character. Reads at most two units past `to`.
 */
export function lastGraphemeBoundary(text: string, from: number, to: number): number | undefined {
  if (to <= from) return undefined;
  if (isAscii(text.charCodeAt(to - 1)) && isAscii(text.charCodeAt(to)) && text.charCodeAt(to) !== 10) return to;
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  for (let lookBack = LOOK_BACK_LENGTH; ; lookBack *= 4) {
    const start = safeStart(text, from, to - lookBack);
    const { index = 0 } = segmenter.segment(text.slice(start, to + 2)).containing(to - start) ?? {};
    if (start + index > from && (index > 0 || start === from)) return start + index;
    if (start === from) return undefined;
  }
}

/** Not in the middle of a pair of surrogates, nor of a run of flags. */
function safeStart(text: string, from: number, wanted: number): number {
  let start = Math.max(from, wanted);
  if (start > from && splitsSurrogatePair(text, start)) start -= 1;
  while (start > from && text.charCodeAt(start) === REGIONAL_INDICATOR_HIGH) start -= 2;
  return Math.max(from, start);
}
