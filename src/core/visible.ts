/** Neither whitespace nor zero-width: Discord refuses a message that has nothing else. */
const VISIBLE =
  /[^\s\p{Cc}\p{Cf}\p{Cs}\p{Variation_Selector}\u{34f}\u{115f}\u{1160}\u{17b4}\u{17b5}\u{2800}\u{3164}\u{ffa0}]/u;

/** Index of the first character at or after `from` that can be seen. */
export function findVisible(text: string, from = 0): number | undefined {
  const matcher = new RegExp(VISIBLE, 'gu');
  matcher.lastIndex = from;
  return matcher.exec(text)?.index;
}
