import { expect, test } from '@jest/globals';
import { readLogLine } from '../../src/playground/log-line.ts';

test.each([
  ['{"level":50,"msg":"a turn failed","err":{"message":"no disk"}}', 'The bot has an error: a turn failed (no disk)'],
  ['{"level":60,"msg":"all is lost"}', 'The bot has an error: all is lost'],
  ['{"level":30,"msg":"ready"}', '{"level":30,"msg":"ready"}'],
  ['(node:7) Warning: old', '(node:7) Warning: old'],
  ['7', '7'],
])('%s', (line, expected) => {
  expect(readLogLine(line)).toBe(expected);
});
