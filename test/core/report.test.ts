import { expect, test } from '@jest/globals';
import { UserError } from '../../src/core/errors.ts';
import type { Logger } from '../../src/core/logger.ts';
import { describeError } from '../../src/core/report.ts';

function setUp() {
  const logged: [object, string][] = [];
  const logger: Logger = { debug() {}, info() {}, warn() {}, error: (...entry) => void logged.push(entry) };
  return { logged, logger };
}

test('words for members are told as they stand and not logged', () => {
  const { logged, logger } = setUp();
  expect(describeError(new UserError('input', 'Too long.', { cause: new Error('x') }), logger)).toBe('Too long.');
  expect(logged).toEqual([]);
});

test.each([new Error('key sk-1 refused'), 'a thrown text', undefined])(
  'a fault is told by a code alone: %p',
  (error) => {
    const { logged, logger } = setUp();
    const told = describeError(error, logger);
    const [, id] = /^Something went wrong \(([0-9a-f]{8})\)\. /.exec(told) ?? [];
    expect(logged).toEqual([[{ id, err: error }, 'fault']]);
    expect(told).not.toMatch(/sk-1|a thrown text|undefined/);
  },
);

test('every fault has a code of its own', () => {
  const { logger } = setUp();
  expect(new Set(Array.from({ length: 100 }, () => describeError(new Error('x'), logger))).size).toBe(100);
});
