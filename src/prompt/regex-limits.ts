/** Of a text that regular expressions look at, in UTF-16 units. */
export const REGEX_TEXT_MAX_LENGTH = 64 * 1024;
