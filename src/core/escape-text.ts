/**
 * What means something in Discord's Markdown: formatting, links, mentions, emoji, timestamps. The first slash behind a
 * scheme keeps an address from being a link; hyphens count at the beginning of a line.
 */
const MEANINGFUL = /[\\*_~|`[\]<>@#]|(?<=:)\/(?=\/)|(?<=^[ \t]*)[-+](?=[\s#])/gm;

/** A stranger's text without any meaning as Markdown. At most twice as long. */
export function escapeText(text: string): string {
  return text.replaceAll(MEANINGFUL, '\\$&');
}

/** Takes {@link escapeText} back. */
export function unescapeText(text: string): string {
  return text.replaceAll(/\\([^\p{L}\p{N}\s])/gu, '$1');
}
