import { formatDate } from './date-format.ts';
import { type Expansion, type MacroDefinition, type MacroDefinitions, named, plain } from './definition.ts';
import { humanize, humanizeFrom } from './duration.ts';

const MINUTES_PER_HOUR = 60;
const OFFSET_MAX_MINUTES = 18 * MINUTES_PER_HOUR;
/** Below it an offset is one of hours, as moment.js has it. */
const HOURS_BELOW = 16;
const DATE_MAX_LENGTH = 64;
const UTC_OFFSET = /^UTC([+-]\d{1,4})$/i;
const ISO_DATE = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?) ?(Z|[+-]\d\d:?\d\d)?)?$/i;

export const timeMacros: MacroDefinitions = {
  time: {
    arity: [0, 1],
    run: ({ args: [offset = ''] }, { context }) =>
      formatDate(context.now, offsetMinutesOf(offset) ?? context.utcOffsetMinutes, 'LT'),
  },
  date: formatted('LL'),
  weekday: formatted('dddd'),
  isotime: formatted('HH:mm'),
  isodate: formatted('YYYY-MM-DD'),
  datetimeformat: {
    arity: [1, 1],
    run: ({ args: [format = ''] }, { context }) => formatDate(context.now, context.utcOffsetMinutes, format),
  },
  ...named(
    ['idle_duration', 'idleduration'],
    plain(({ context: { now, chat } }) =>
      chat.lastUserMessageAt === undefined ? 'just now' : humanize(now - chat.lastUserMessageAt),
    ),
  ),
  timediff: {
    arity: [2, 2],
    run({ args: [left = '', right = ''] }, expansion) {
      const difference = readDate(left, expansion) - readDate(right, expansion);
      return Number.isNaN(difference) ? 'Invalid date' : humanizeFrom(difference);
    },
  },
};

function formatted(format: string): MacroDefinition {
  return plain(({ context }) => formatDate(context.now, context.utcOffsetMinutes, format));
}

function offsetMinutesOf(spec: string): number | undefined {
  const offset = Number(UTC_OFFSET.exec(spec)?.[1]);
  if (Number.isNaN(offset)) return undefined;
  const minutes = Math.abs(offset) < HOURS_BELOW ? offset * MINUTES_PER_HOUR : offset;
  return Math.abs(minutes) <= OFFSET_MAX_MINUTES ? minutes : undefined;
}

/** Unix milliseconds of a date that is written without a zone where the members are; NaN if it is none. */
function readDate(text: string, { context }: Expansion): number {
  if (text.length > DATE_MAX_LENGTH) return Number.NaN;
  const [, day, time = '00:00', zone] = ISO_DATE.exec(text) ?? [];
  const isZoned = zone !== undefined;
  const at = day ? Date.parse(`${day}T${time}${isZoned ? withColon(zone) : 'Z'}`) : Date.parse(`${text} UTC`);
  return isZoned ? at : at - context.utcOffsetMinutes * 60_000;
}

function withColon(zone: string): string {
  return zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
}
