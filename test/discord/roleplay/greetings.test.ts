import { describe, expect, test } from '@jest/globals';
import { greetingIndex, greetingLabel } from '../../../src/discord/roleplay/greetings.ts';

describe('the greeting that is meant', () => {
  test.each([
    [undefined, 0],
    ['1', 0],
    [' 3 ', 2],
    ['2: Low tide, first light…', 1],
  ])('by %j is the one at %d', (typed, index) => {
    expect(greetingIndex(typed, { name: 'Ottilie', count: 3 })).toBe(index);
  });

  test.each([
    ['0', 3, 'Ottilie has 3 greetings: give a number from 1 to 3, or choose one of those that Discord suggests.'],
    ['4', 3, 'Ottilie has 3 greetings: give a number from 1 to 3, or choose one of those that Discord suggests.'],
    ['1000', 3, 'Ottilie has 3 greetings: give a number from 1 to 3, or choose one of those that Discord suggests.'],
    ['the second', 1, 'Ottilie has one greeting: give a number, 1, or choose one of those that Discord suggests.'],
    ['1', 0, 'Ottilie has no greetings: leave the option out, and write the first message yourself.'],
  ])('%j of %d is none', (typed, count, reason) => {
    expect(() => greetingIndex(typed, { name: 'Ottilie', count })).toThrow(reason);
  });

  test('nothing typed is fine for a persona without greetings', () => {
    expect(greetingIndex(undefined, { name: 'Ottilie', count: 0 })).toBe(0);
  });
});

test('a label is one short line that begins with the number', () => {
  const label = greetingLabel(`*She waves.*\n\n"Hello${', hello'.repeat(50)}!"`, 1);
  expect(label).toMatch(/^2: She waves\. "Hello, hello/);
  expect(label.length).toBeLessThanOrEqual(100);
  expect(greetingIndex(label, { name: 'Ottilie', count: 2 })).toBe(1);
});
