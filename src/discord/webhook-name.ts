import { lastGraphemeBoundary, splitsSurrogatePair } from '../chat/graphemes.ts';
import { findVisible } from '../core/visible.ts';

const WEBHOOK_NAME_MAX_LENGTH = 80;

/** Joiners are part of letters and emoji; every other format character is only there to deceive. */
const HIDDEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}]/gu;
/** Discord refuses names with these words, in any case (resources/webhook). Joiners may stand between the letters. */
const FORBIDDEN = ['discord', 'clyde'].map((word) => new RegExp(word.split('').join('[\\u200c\\u200d]*'), 'giu'));

/**
 * A name for messages of a webhook, as like to the given one as Discord allows: 1 to 80 characters, something to see
 * among them, and a hyphen in the words that it refuses.
 */
export function webhookName(name: string, fallback = 'Persona'): string {
  const plain = name.normalize('NFC').replaceAll(/\s+/g, ' ').replaceAll(HIDDEN, '');
  const allowed = FORBIDDEN.reduce((text, word) => text.replaceAll(word, hyphenated), plain).trim();
  const shortened = shorten(allowed).trim();
  return findVisible(shortened) === undefined ? fallback : shortened;
}

function hyphenated(word: string): string {
  return `${word.slice(0, 3)}-${word.slice(3)}`;
}

function shorten(text: string): string {
  if (text.length <= WEBHOOK_NAME_MAX_LENGTH) return text;
  const end = lastGraphemeBoundary(text, 0, WEBHOOK_NAME_MAX_LENGTH);
  if (end !== undefined) return text.slice(0, end);
  // One character of more than 80 units: marks upon marks.
  return text.slice(0, WEBHOOK_NAME_MAX_LENGTH - (splitsSurrogatePair(text, WEBHOOK_NAME_MAX_LENGTH) ? 1 : 0));
}
