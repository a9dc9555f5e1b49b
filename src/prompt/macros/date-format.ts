import {
  day,
  dayOfYear,
  hour,
  hourFrom1,
  hourOf12,
  isoWeek,
  isoWeekYear,
  localeWeek,
  localeWeekYear,
  type Moment,
  minute,
  month,
  quarter,
  second,
  weekday,
} from './date-parts.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MS_PER_MINUTE = 60_000;
const TOKEN_MAX_LENGTH = 9;
/** What is longer is cut. */
const FORMAT_MAX_LENGTH = 500;
/** Behind a run of letters: `Do`, `LTS`. */
const ENDINGS = ['o'];
const LT_ENDINGS = ['TS', 'T'];
const ABBREVIATION_LENGTH = 3;

type Token = (moment: Moment) => string;

/** What stands for other formats, as in moment.js' English locale. */
const LONG_FORMATS: Record<string, string> = {
  LT: 'h:mm A',
  LTS: 'h:mm:ss A',
  L: 'MM/DD/YYYY',
  LL: 'MMMM D, YYYY',
  LLL: 'MMMM D, YYYY h:mm A',
  LLLL: 'dddd, MMMM D, YYYY h:mm A',
  l: 'M/D/YYYY',
  ll: 'MMM D, YYYY',
  lll: 'MMM D, YYYY h:mm A',
  llll: 'ddd, MMM D, YYYY h:mm A',
};

const TOKENS: Record<string, Token> = {
  ...numbers({ M: month, D: day, d: weekday, Q: quarter, w: localeWeek, W: isoWeek, DDD: dayOfYear }, 'o', ordinal),
  ...numbers({ M: month, D: day, H: hour, k: hourFrom1, h: hourOf12, m: minute, s: second, w: localeWeek, W: isoWeek }),
  MMM: ({ wall }) => monthName(wall).slice(0, ABBREVIATION_LENGTH),
  MMMM: ({ wall }) => monthName(wall),
  Q: (moment) => String(quarter(moment)),
  DDD: (moment) => String(dayOfYear(moment)),
  DDDD: (moment) => pad(dayOfYear(moment), 3),
  d: (moment) => String(weekday(moment)),
  dd: (moment) => weekdayName(moment).slice(0, 2),
  ddd: (moment) => weekdayName(moment).slice(0, ABBREVIATION_LENGTH),
  dddd: weekdayName,
  e: (moment) => String(weekday(moment)),
  E: (moment) => String(weekday(moment) || WEEKDAYS.length),
  YY: ({ wall }) => pad(wall.getUTCFullYear() % 100),
  YYYY: ({ wall }) => pad(wall.getUTCFullYear(), 4),
  Y: ({ wall }) => String(wall.getUTCFullYear()),
  gg: (moment) => pad(localeWeekYear(moment) % 100),
  gggg: (moment) => pad(localeWeekYear(moment), 4),
  GG: (moment) => pad(isoWeekYear(moment) % 100),
  GGGG: (moment) => pad(isoWeekYear(moment), 4),
  A: (moment) => (hour(moment) < 12 ? 'AM' : 'PM'),
  a: (moment) => (hour(moment) < 12 ? 'am' : 'pm'),
  Z: (moment) => offset(moment, ':'),
  ZZ: (moment) => offset(moment, ''),
  z: () => '',
  zz: () => '',
  X: ({ at }) => String(Math.floor(at / 1000)),
  x: ({ at }) => String(at),
  ...Object.fromEntries(
    Array.from({ length: TOKEN_MAX_LENGTH }, (_, index) => ['S'.repeat(index + 1), fraction(index + 1)]),
  ),
};

/**
 * A moment in moment.js' format, in English. `[text]` stands for itself.
 * @param at Unix milliseconds
 * @param offsetMinutes east of UTC
 */
export function formatDate(at: number, offsetMinutes: number, format: string): string {
  const moment = { wall: new Date(at + offsetMinutes * MS_PER_MINUTE), at, offsetMinutes };
  return Number.isNaN(moment.wall.getTime())
    ? 'Invalid date'
    : formatMoment(moment, format.slice(0, FORMAT_MAX_LENGTH));
}

function formatMoment(moment: Moment, format: string): string {
  let formatted = '';
  for (let at = 0; at < format.length; ) {
    const literalEnd = format[at] === '[' ? format.indexOf(']', at) : -1;
    if (literalEnd > 0) {
      formatted += format.slice(at + 1, literalEnd);
      at = literalEnd + 1;
      continue;
    }
    const token = tokenAt(format, at);
    formatted += isToken(token) ? written(moment, token) : token;
    at += token.length;
  }
  return formatted;
}

function written(moment: Moment, token: string): string {
  const long = LONG_FORMATS[token];
  return long === undefined ? (TOKENS[token]?.(moment) ?? '') : formatMoment(moment, long);
}

/** The longest token that stands there, or one character. Tokens are runs of a letter; some have an ending. */
function tokenAt(format: string, at: number): string {
  const letter = format.charAt(at);
  let length = 1;
  while (length < TOKEN_MAX_LENGTH && format[at + length] === letter) length += 1;
  for (const ending of letter === 'L' ? LT_ENDINGS : ENDINGS) {
    const token = format.slice(at, at + length) + ending;
    if (format.startsWith(ending, at + length) && isToken(token)) return token;
  }
  for (; length > 1; length -= 1) {
    const token = format.slice(at, at + length);
    if (isToken(token)) return token;
  }
  return letter;
}

function isToken(text: string): boolean {
  return Object.hasOwn(TOKENS, text) || Object.hasOwn(LONG_FORMATS, text);
}

/** Each in its shortest form and with two digits, or each with an ending. */
function numbers(
  parts: Record<string, (moment: Moment) => number>,
  ending?: string,
  written?: (value: number) => string,
): Record<string, Token> {
  return Object.fromEntries(
    Object.entries(parts).flatMap(([letter, part]): [string, Token][] =>
      ending && written
        ? [[letter + ending, (moment) => written(part(moment))]]
        : [
            [letter, (moment) => String(part(moment))],
            [letter + letter, (moment) => pad(part(moment))],
          ],
    ),
  );
}

function monthName(wall: Date): string {
  return MONTHS[wall.getUTCMonth()] ?? '';
}

function weekdayName(moment: Moment): string {
  return WEEKDAYS[weekday(moment)] ?? '';
}

function fraction(digits: number): Token {
  return ({ wall }) => pad(wall.getUTCMilliseconds(), 3).padEnd(digits, '0').slice(0, digits);
}

function offset({ offsetMinutes }: Moment, separator: string): string {
  const minutes = Math.abs(offsetMinutes);
  return `${offsetMinutes < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}${separator}${pad(minutes % 60)}`;
}

function pad(value: number, digits = 2): string {
  return String(value).padStart(digits, '0');
}

function ordinal(value: number): string {
  const teens = Math.floor((value % 100) / 10) === 1;
  const ending = teens ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th');
  return `${value}${ending}`;
}
