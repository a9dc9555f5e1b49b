import { VARIABLE_OPERATORS, type VariableOperator } from './nodes.ts';

/** What follows `{{`, up to the first argument or value. */
export type Head =
  | {
      kind: 'call';
      name: string;
      isClosing: boolean;
      keepsWhitespace: boolean;
      isParted: boolean;
      /** Where the arguments begin, or the closing braces if `hasArguments` is not so. */
      end: number;
      hasArguments: boolean;
      /** An argument that the name itself holds: `time_UTC+2`. */
      argument?: string;
    }
  | { kind: 'variable'; name: string; isGlobal: boolean; operator: VariableOperator; end: number };

const NAME_MAX_LENGTH = 100;
/** SillyTavern's flags; only `/` and `#` do anything. */
const FLAGS = '!?~#/>';
const WHITESPACE = /\s/;
const TIME_UTC = 'time_utc';
const UTC_OFFSET = /^[+-]\d{1,4}(?=\}\})/;
const UTC_OFFSET_MAX_LENGTH = '+1000}}'.length;

/** The head that begins at `start`, behind the braces; undefined if these braces begin no macro. */
export function readHead(text: string, start: number): Head | undefined {
  let at = start;
  let isClosing = false;
  let keepsWhitespace = false;
  for (;;) {
    const character = text.charAt(at);
    if (text.startsWith('//', at)) return commentHead(text, at + 2, isClosing);
    if (character === '.' || character === '$') return variableHead(text, at + 1, character === '$');
    if (character === '' || !(FLAGS.includes(character) || WHITESPACE.test(character))) break;
    isClosing ||= character === '/';
    keepsWhitespace ||= character === '#';
    at += 1;
  }
  const nameEnd = endOfName(text, at);
  if (nameEnd === at) return undefined;
  const name = text.slice(at, nameEnd).toLowerCase();
  const flags = { kind: 'call', isClosing, keepsWhitespace } as const;
  // `time_UTC+2` is `time::UTC+2`; a minus is a part of the name.
  if (name.startsWith(TIME_UTC)) {
    const offsetStart = at + TIME_UTC.length;
    const offset = UTC_OFFSET.exec(text.slice(offsetStart, offsetStart + UTC_OFFSET_MAX_LENGTH))?.[0];
    if (offset) {
      const end = offsetStart + offset.length;
      return { ...flags, name: 'time', isParted: true, end, hasArguments: false, argument: `UTC${offset}` };
    }
  }
  const separator = skipWhitespace(text, nameEnd);
  if (text.startsWith('}}', separator)) return { ...flags, name, isParted: false, end: separator, hasArguments: false };
  if (text[separator] === ':') {
    const isParted = text[separator + 1] === ':';
    return { ...flags, name, isParted, end: separator + (isParted ? 2 : 1), hasArguments: true };
  }
  if (separator === nameEnd) return undefined;
  return { ...flags, name, isParted: false, end: separator, hasArguments: true };
}

/** `{{///}}` closes `{{//}}`. */
function commentHead(text: string, end: number, isFlaggedClosing: boolean): Head {
  const isClosing = isFlaggedClosing || text.startsWith('/}}', end);
  const argument = skipWhitespace(text, end);
  const hasArguments = !text.startsWith('}}', argument);
  return {
    kind: 'call',
    name: '//',
    isClosing,
    keepsWhitespace: false,
    isParted: false,
    end: hasArguments ? end : argument,
    hasArguments,
  };
}

function variableHead(text: string, start: number, isGlobal: boolean): Head | undefined {
  const nameStart = skipWhitespace(text, start);
  let nameEnd = endOfName(text, nameStart);
  while (text[nameEnd - 1] === '-' && nameEnd > nameStart) nameEnd -= 1;
  if (nameEnd === nameStart) return undefined;
  const at = skipWhitespace(text, nameEnd);
  const operator = VARIABLE_OPERATORS.find((candidate) => text.startsWith(candidate, at)) ?? '';
  if (operator === '' && !text.startsWith('}}', at)) return undefined;
  return { kind: 'variable', name: text.slice(nameStart, nameEnd), isGlobal, operator, end: at + operator.length };
}

/** Letters, digits, `_` and `-`, a letter first; where it begins if there is no name or one that is too long. */
function endOfName(text: string, start: number): number {
  let at = start;
  while (at - start <= NAME_MAX_LENGTH && isNamePart(text.charCodeAt(at), at === start)) at += 1;
  return at - start > NAME_MAX_LENGTH ? start : at;
}

function isNamePart(code: number, isFirst: boolean): boolean {
  const isLetter = (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
  return isLetter || (!isFirst && ((code >= 0x30 && code <= 0x39) || code === 0x5f || code === 0x2d));
}

function skipWhitespace(text: string, start: number): number {
  let at = start;
  while (WHITESPACE.test(text.charAt(at))) at += 1;
  return at;
}
