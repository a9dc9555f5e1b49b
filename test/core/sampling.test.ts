import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../../src/core/errors.ts';
import { DEFAULT_SAMPLING, parseSetting, SAMPLING_SETTINGS, type SettingName } from '../../src/core/sampling.ts';

/** The value; for a refusal, its kind and words. */
function parsed(name: SettingName, text: string): unknown {
  try {
    return parseSetting(name, text);
  } catch (error) {
    if (error instanceof UserError) return [error.kind, error.message];
    throw error;
  }
}

const TEMPERATURE = [
  'input',
  'Temperature must be a number from 0 (always the likeliest word) to 5, for example `0.7`.',
];
const TOP_P = ['input', 'Top P must be a number above 0, up to 1 (off), for example `0.9`.'];
const TOP_K = ['input', 'Top K must be a whole number from 1 to 100000, or -1 (off), for example `40`.'];
const MIN_P = ['input', 'Min P must be a number from 0 (off) to 1, for example `0.05`.'];
const REPETITION = ['input', 'Repetition penalty must be a number from 1 (off) to 3, for example `1.2`.'];
const PRESENCE = ['input', 'Presence penalty must be a number from -2 to 2 (0 is off), for example `0.5`.'];
const FREQUENCY = ['input', 'Frequency penalty must be a number from -2 to 2 (0 is off), for example `0.5`.'];
const STOP = [
  'input',
  'Stop strings must be up to 4 lines of at most 64 characters, where \\n stands for a line break, for example `\\nUser:`.',
];
const REPLY = ['input', 'Longest answer must be a whole number of tokens from 16 to 32768, for example `2000`.'];

describe('what is typed for a setting', () => {
  test.each<[SettingName, string, unknown]>([
    ['temperature', '0', 0],
    ['temperature', '5', 5],
    ['temperature', ' 0,7 ', 0.7],
    ['temperature', '.5', 0.5],
    ['temperature', '1.', 1],
    ['temperature', '-0', 0],
    ['temperature', '5.01', TEMPERATURE],
    ['temperature', '-0.1', TEMPERATURE],
    ['temperature', 'hot', TEMPERATURE],
    ['temperature', '1e0', TEMPERATURE],
    ['temperature', '0x1', TEMPERATURE],
    ['temperature', '1.2.3', TEMPERATURE],
    ['temperature', '1,000.5', TEMPERATURE],
    ['temperature', 'NaN', TEMPERATURE],
    ['temperature', 'Infinity', TEMPERATURE],
    ['temperature', '9'.repeat(400), TEMPERATURE],
    ['topP', '0,0001', 0.0001],
    ['topP', '1', 1],
    ['topP', '0', TOP_P],
    ['topP', '1.0001', TOP_P],
    ['topK', '1', 1],
    ['topK', '40.0', 40],
    ['topK', '100000', 100_000],
    ['topK', '0', -1],
    ['topK', '-1', -1],
    ['topK', '−1', -1],
    ['topK', '-2', TOP_K],
    ['topK', '2.5', TOP_K],
    ['topK', '100001', TOP_K],
    ['minP', '0', 0],
    ['minP', '1', 1],
    ['minP', '-0.01', MIN_P],
    ['minP', '1.01', MIN_P],
    ['repetitionPenalty', '1', 1],
    ['repetitionPenalty', '3', 3],
    ['repetitionPenalty', '0.99', REPETITION],
    ['repetitionPenalty', '3.01', REPETITION],
    ['presencePenalty', '-2', -2],
    ['presencePenalty', '+2', 2],
    ['presencePenalty', '2.1', PRESENCE],
    ['frequencyPenalty', '−0,5', -0.5],
    ['frequencyPenalty', '-2.1', FREQUENCY],
    ['maxReplyTokens', '16', 16],
    ['maxReplyTokens', '32768', 32_768],
    ['maxReplyTokens', '15', REPLY],
    ['maxReplyTokens', '32769', REPLY],
    ['maxReplyTokens', '100.5', REPLY],
    ['stop', 'User:', ['User:']],
    ['stop', 'a\r\n\n  \nb c \n', ['a', 'b c ']],
    ['stop', '\\nUser:\n\\\\n\nC:\\d', ['\nUser:', '\\n', 'C:\\d']],
    ['stop', '\\n', ['\n']],
    ['stop', 'a\nb\nc\nd', ['a', 'b', 'c', 'd']],
    ['stop', 'a\nb\nc\nd\ne', STOP],
    ['stop', '🐉'.repeat(64), ['🐉'.repeat(64)]],
    ['stop', 'x'.repeat(65), STOP],
  ])('%s: %j', (name, text, expected) => {
    expect(parsed(name, text)).toEqual(expected);
  });

  const names = Object.keys(SAMPLING_SETTINGS) as SettingName[];

  test.each(names)('%s is unset by nothing, and takes its own example', (name) => {
    const { example } = SAMPLING_SETTINGS[name];
    expect([parsed(name, ''), parsed(name, ' \n ')]).toEqual([undefined, undefined]);
    expect(parsed(name, example)).not.toEqual(['input', expect.any(String)]);
  });
});

describe('a value that is written', () => {
  test('reads as the same value again', () => {
    const { temperature, stop } = SAMPLING_SETTINGS;
    const line = fc
      .string({ minLength: 1, maxLength: 60, unit: fc.constantFrom('a', '\\', 'n', '\n', ' ', 'é') })
      .filter((text) => text.replaceAll(' ', '') !== '');
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), (stops) => {
        expect(stop.read(stop.write(stops))).toEqual(stops);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), (hundredths) => {
        const value = hundredths / 100;
        expect(temperature.read(temperature.write(value))).toBe(value);
      }),
    );
  });
});

test('the defaults are values that may be typed', () => {
  expect(DEFAULT_SAMPLING).toEqual({ temperature: 0.7, topK: 40, repetitionPenalty: 1.2, maxReplyTokens: 2000 });
  const typed = Object.entries(DEFAULT_SAMPLING).map(([name, value]) => [
    name,
    parsed(name as SettingName, String(value)),
  ]);
  expect(Object.fromEntries(typed)).toEqual(DEFAULT_SAMPLING);
});
