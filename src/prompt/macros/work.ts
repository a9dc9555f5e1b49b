/** In UTF-16 units, as all lengths here. */
export const OUTPUT_MAX_LENGTH = 256 * 1024;
/** Of macros in macros and of scopes in scopes. */
export const NESTING_MAX = 20;
/** Enough for a text of the greatest length with all that legitimate texts nest in it. */
export const WORK_MAX = 1024 * 1024;

/**
 * What one call may still do, in characters read and written. A text that asks for more is expanded as far as this goes:
 * repetition within repetition ends here, whatever it is made of.
 */
export interface Work {
  left: number;
}

/** At most `OUTPUT_MAX_LENGTH`, and no half of a surrogate pair at the end. */
export function cutOutput(text: string): string {
  if (text.length <= OUTPUT_MAX_LENGTH) return text;
  const last = text.charCodeAt(OUTPUT_MAX_LENGTH - 1);
  const isHalf = last >= 0xd800 && last < 0xdc00;
  return text.slice(0, isHalf ? OUTPUT_MAX_LENGTH - 1 : OUTPUT_MAX_LENGTH);
}
