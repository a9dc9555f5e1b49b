import { expect, test } from '@jest/globals';
import { findButton } from '../../src/playground/buttons.ts';
import type { ShownMessage } from '../../src/simulator/discord/index.ts';

const message = (id: string, ...labels: string[]) =>
  ({ id, components: [{ components: labels.map((label) => ({ label })) }] }) as unknown as ShownMessage;

const messages = [
  message('old', 'Undo', 'Next ▶'),
  message('middle', 'Temperature, Top P …', 'Penalties, stop, length', 'Stop'),
  message('new', '◀ Previous', 'Next ▶', 'Undo reset', 'The next'),
  message('last'),
];

test.each([
  ['Next', 'new: Next ▶'],
  ['next ▶', 'new: Next ▶'],
  ['previous', 'new: ◀ Previous'],
  ['Temperature', 'middle: Temperature, Top P …'],
  ['undo', 'old: Undo'],
  ['STOP', 'middle: Stop'],
  ['stop,', 'middle: Penalties, stop, length'],
  ['the', 'new: The next'],
  ['Retry', undefined],
  [' ', undefined],
])('%j presses %j', (typed, pressed) => {
  const found = findButton(messages, typed);
  expect(found && `${found.message.id}: ${found.label}`).toBe(pressed);
});

test('a label that begins with it comes before one that contains it', () => {
  expect(findButton([message('one', 'The next', 'Next ▶')], 'next')?.label).toBe('Next ▶');
});
