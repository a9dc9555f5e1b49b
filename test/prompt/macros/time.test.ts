import { describe, expect, test } from '@jest/globals';
import { formatDate } from '../../../src/prompt/macros/date-format.ts';
import { humanize } from '../../../src/prompt/macros/duration.ts';
import { createMacros } from '../../../src/prompt/macros.ts';
import { macroContext } from './support.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

const expand = (text: string) => createMacros(macroContext()).expand(text);

describe('the clock', () => {
  test.each([
    ['{{time}}', '2:05 PM'],
    ['{{date}}', 'November 23, 2026'],
    ['{{weekday}}', 'Monday'],
    ['{{isotime}} {{isodate}}', '14:05 2026-11-23'],
    ['{{time_UTC+2}} {{TIME_utc-5}} {{time::UTC+10}} {{time::UTC+330}}', '3:05 PM 8:05 AM 11:05 PM 6:35 PM'],
    ['{{time::nowhere}} {{time::UTC+9999}}', '2:05 PM 2:05 PM'],
    ['{{time_UTC}} {{time_UTC+x}} {{time_UTC-}}', '{{time_UTC}} {{time_UTC+x}} {{time_UTC-}}'],
    ['{{datetimeformat YYYY-MM-DD HH:mm:ss}}', '2026-11-23 14:05:09'],
    ['{{datetimeformat::dddd, MMMM Do YYYY, h:mm a}}', 'Monday, November 23rd 2026, 2:05 pm'],
  ])('%s', (text, expected) => {
    expect(expand(text)).toEqual(expected);
  });
});

describe('formats', () => {
  const at = Date.UTC(2026, 0, 4, 0, 7, 8, 9);
  test.each([
    ['M Mo MM MMM MMMM', '1 1st 01 Jan January'],
    ['Q Qo', '1 1st'],
    ['D Do DD DDD DDDo DDDD', '4 4th 04 4 4th 004'],
    ['d do dd ddd dddd e E', '0 0th Su Sun Sunday 0 7'],
    ['w wo ww W Wo WW', '2 2nd 02 1 1st 01'],
    ['gg gggg GG GGGG', '26 2026 26 2026'],
    ['YY YYYY Y', '26 2026 2026'],
    ['A a H HH h hh k kk', 'AM am 0 00 12 12 24 24'],
    ['m mm s ss S SS SSS SSSSSS', '7 07 8 08 0 00 009 009000'],
    ['Z ZZ z X x', `+00:00 +0000  ${Math.floor(at / 1000)} ${at}`],
    ['LT LTS L LL', '12:07 AM 12:07:08 AM 01/04/2026 January 4, 2026'],
    ['LLL', 'January 4, 2026 12:07 AM'],
    ['LLLL', 'Sunday, January 4, 2026 12:07 AM'],
    ['l ll lll', '1/4/2026 Jan 4, 2026 Jan 4, 2026 12:07 AM'],
    ['llll', 'Sun, Jan 4, 2026 12:07 AM'],
    ["[o'clock] [D", "o'clock [4"],
    ['[] ! é', ' ! é'],
  ])('%s', (format, expected) => {
    expect(formatDate(at, 0, format)).toEqual(expected);
  });

  test.each([1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 31].map((day) => [day]))('the ending of %i', (day) => {
    const endings: Record<number, string> = { 1: 'st', 2: 'nd', 3: 'rd', 21: 'st', 22: 'nd', 23: 'rd', 31: 'st' };
    expect(formatDate(Date.UTC(2026, 0, day), 0, 'Do')).toEqual(`${day}${endings[day] ?? 'th'}`);
  });

  test.each([
    [Date.UTC(2024, 11, 30), '2024 2025 1', 'YYYY GGGG W'],
    [Date.UTC(2027, 0, 1), '2027 2026 53', 'YYYY GGGG W'],
    [Date.UTC(2026, 11, 27), '2027 1', 'gggg w'],
    [Date.UTC(2025, 0, 1), '2025 1', 'gggg w'],
  ])('weeks at the turn of a year: %i', (moment, expected, format) => {
    expect(formatDate(moment, 0, format)).toEqual(expected);
  });

  test('a place west of UTC has its own day', () => {
    expect(formatDate(at, -570, 'YYYY-MM-DD HH:mm Z')).toEqual('2026-01-03 14:37 -09:30');
  });

  test('a time that is none, and a format that never ends', () => {
    expect(formatDate(Number.NaN, 0, 'LT')).toEqual('Invalid date');
    expect(formatDate(at, 0, '.'.repeat(10_000))).toEqual('.'.repeat(500));
  });
});

describe('durations', () => {
  test.each([
    [0, 'a few seconds'],
    [44 * SECOND_MS, 'a few seconds'],
    [45 * SECOND_MS, 'a minute'],
    [89 * SECOND_MS, 'a minute'],
    [90 * SECOND_MS, '2 minutes'],
    [44 * MINUTE_MS, '44 minutes'],
    [45 * MINUTE_MS, 'an hour'],
    [90 * MINUTE_MS, '2 hours'],
    [21 * HOUR_MS, '21 hours'],
    [22 * HOUR_MS, 'a day'],
    [36 * HOUR_MS, '2 days'],
    [25 * DAY_MS, '25 days'],
    [26 * DAY_MS, 'a month'],
    [46 * DAY_MS, '2 months'],
    [319 * DAY_MS, '10 months'],
    [320 * DAY_MS, 'a year'],
    [548 * DAY_MS, '2 years'],
    [-3650 * DAY_MS, '10 years'],
  ])('%i ms are %s', (durationMs, expected) => {
    expect(humanize(durationMs)).toEqual(expected);
  });

  test.each([
    ['{{timeDiff::2023-01-01 12:00:00::2023-01-01 15:00:00}}', '3 hours ago'],
    ['{{ timeDiff :: 2023-01-03 :: 2023-01-01 }}', 'in 2 days'],
    ['{{timeDiff::2023-01-01T12:00:00Z::2023-01-01 12:00}}', 'in an hour'],
    ['{{timeDiff::2023-01-01 12:00 +0100::2023-01-01 12:00}}', 'a few seconds ago'],
    ['{{timeDiff::Jan 5, 2023::2023-01-01}}', 'in 4 days'],
    ['{{timeDiff::soon::2023-01-01}}', 'Invalid date'],
    [`{{timeDiff::2023-01-01::${'1'.repeat(100)}}}`, 'Invalid date'],
  ])('%s', (text, expected) => {
    expect(expand(text)).toEqual(expected);
  });

  test('since the member last wrote', () => {
    const context = macroContext();
    expect(createMacros(context).expand('{{idle_duration}}')).toEqual('just now');
    context.chat.lastUserMessageAt = context.now - 2 * HOUR_MS;
    expect(createMacros(context).expand('{{idleDuration}}')).toEqual('2 hours');
  });
});
