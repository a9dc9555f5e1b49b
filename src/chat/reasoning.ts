import { findOutsideCode, outsideCode } from './outside-code.ts';
import { stripTemplateTokens, TEMPLATE_TOKENS } from './template-tokens.ts';

export { stripTemplateTokens } from './template-tokens.ts';

const TAG = outsideCode(String.raw`<\/?think(?:ing)?\s*>`);
const TAG_BEGINNING = /<\/?think/i;
const CLOSING_TAG = /<\/think(?:ing)?\s*>/gi;
/** What may be half written at the end of a text that still grows. */
const HELD_BACK = [...TEMPLATE_TOKENS, '<think>', '</think>', '<thinking>', '</thinking>'].map((tag) =>
  tag.toLowerCase(),
);
const HELD_BACK_MAX_LENGTH = Math.max(...HELD_BACK.map((tag) => tag.length));

export interface ReasoningOptions {
  /** The model has ended: nothing at the end is held back as half a tag. */
  finished: boolean;
  /** Removed from the front of the text, where models like to write it as in `Dramatis: Hello`. */
  ownName?: string | undefined;
}

/**
 * Parts what a model wrote into its reasoning and its reply: `<think>` and `<thinking>` blocks; all before a closing tag
 * that nothing opened (the template opened it); all after an opening tag that nothing closes. Tags in code are text.
 * The reply loses template tokens, leading whitespace and the model's own name; it is empty while there is none.
 */
export function separateReasoning(raw: string, options: ReasoningOptions): { text: string; reasoning: string } {
  const known = options.finished ? raw : raw.slice(0, raw.length - halfTagLength(raw));
  if (!TAG_BEGINNING.test(known)) return { text: cleanText(known, options), reasoning: '' };
  const texts: string[] = [];
  const reasonings: string[] = [];
  let from = 0;
  for (let tag = findOutsideCode(known, from, TAG); tag; tag = findOutsideCode(known, from, TAG)) {
    texts.push(known.slice(from, tag.index));
    from = tag.index + tag[0].length;
    if (tag[0].startsWith('</')) {
      reasonings.push(joinTexts(texts.splice(0)));
      continue;
    }
    const end = closingTag(known, from);
    reasonings.push(known.slice(from, end.start));
    from = end.end;
  }
  texts.push(known.slice(from));
  const reasoning = reasonings.map((part) => part.trim()).filter((part) => part !== '');
  return { text: cleanText(joinTexts(texts), options), reasoning: reasoning.join('\n\n') };
}

function closingTag(text: string, from: number): { start: number; end: number } {
  const pattern = new RegExp(CLOSING_TAG);
  pattern.lastIndex = from;
  const match = pattern.exec(text);
  return match ? { start: match.index, end: pattern.lastIndex } : { start: text.length, end: text.length };
}

/** What surrounded a block does not leave its whitespace twice. */
function joinTexts(texts: readonly string[]): string {
  let joined = '';
  let endsWithSpace = true;
  for (const text of texts) {
    const added = endsWithSpace ? text.trimStart() : text;
    joined += added;
    if (added !== '') endsWithSpace = /\s/.test(added.slice(-1));
  }
  return joined;
}

function cleanText(text: string, options: ReasoningOptions): string {
  const plain = stripTemplateTokens(text).trimStart();
  return options.ownName === undefined ? plain : withoutOwnName(plain, options.ownName, options.finished);
}

/** `Name: `, also in bold; half of it is held back while the text grows. */
function withoutOwnName(text: string, ownName: string, finished: boolean): string {
  if (ownName === '') return text;
  const prefixes = [`${ownName}:`, `**${ownName}:**`, `**${ownName}**:`];
  const folded = text.slice(0, ownName.length + 8).toLowerCase();
  for (const prefix of prefixes.map((spelled) => spelled.toLowerCase())) {
    if (folded.startsWith(prefix)) return text.slice(prefix.length).trimStart();
    if (!finished && text !== '' && prefix.startsWith(folded)) return '';
  }
  return text;
}

function halfTagLength(raw: string): number {
  const tail = raw.slice(-HELD_BACK_MAX_LENGTH).toLowerCase();
  const start = Math.max(tail.lastIndexOf('<'), tail.lastIndexOf('['));
  // `<<SYS>>` begins with two.
  const half = tail.slice(tail[start - 1] === '<' ? start - 1 : start);
  const isHalf = (end: string) => HELD_BACK.some((tag) => tag.length > end.length && tag.startsWith(end));
  if (start === -1) return 0;
  return isHalf(half) ? half.length : isHalf(tail.slice(start)) ? tail.length - start : 0;
}
