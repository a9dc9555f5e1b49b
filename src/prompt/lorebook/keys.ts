import type { RegexPattern } from '../regex-guard.ts';
import type { Search } from './scan.ts';

/** A key after its macros. */
export type LoreKey = { written: string } & (Search | { pattern: RegexPattern });

export interface KeyOptions {
  /** It is the source of a regular expression, unless it has slashes of its own. */
  isRegex: boolean;
  isCaseSensitive: boolean;
  isWhole: boolean;
  expand: (text: string) => string;
}

/** Undefined for an empty key, which never hits; a blank one becomes '', which always does. */
export function readKey(
  written: string,
  { isRegex, isCaseSensitive, isWhole, expand }: KeyOptions,
): LoreKey | undefined {
  const expanded = written.includes('{') || written.includes('<') ? expand(written) : written;
  if (expanded === '') return undefined;
  const text = expanded.trim();
  const slashed = text.startsWith('/') ? patternIn(text) : undefined;
  if (slashed) return { written, pattern: slashed };
  if (isRegex) return { written, pattern: { source: text, flags: isCaseSensitive ? '' : 'i' } };
  // One of several words is searched as it stands, whatever stands beside it.
  const isBounded = isWhole && !/\s/.test(text);
  return { written, text: isCaseSensitive ? text : text.toLowerCase(), isCaseSensitive, isWhole: isBounded };
}

/** The regular expression in `/source/flags`, in which slashes of the source are escaped. */
function patternIn(text: string): RegexPattern | undefined {
  const end = text.lastIndexOf('/');
  const source = text.slice(1, end);
  const flags = text.slice(end + 1);
  if (end < 2 || !/^[gimsuy]*$/.test(flags) || /(?:^|[^\\])\//.test(source)) return undefined;
  return { source, flags };
}
