import { expect, test } from '@jest/globals';
import { editedFields, markFields } from '../../../src/discord/settings-panel/edited-fields.ts';

const marks = markFields({
  one: { label: 'One' },
  two: { label: 'Two', value: '2' },
  stop: { label: 'Stop', value: 'a\nb' },
});

test.each([
  ['nothing', { one: '', two: '2', stop: 'a\r\nb' }, {}],
  ['one that was empty', { one: '1', two: '2', stop: 'a\nb' }, { one: '1' }],
  ['one that was emptied', { one: '', two: '', stop: 'a\nb' }, { two: '' }],
  ['two that changed places', { one: '2', two: '', stop: 'a\nb' }, { one: '2', two: '' }],
  ['white space, which may mean something', { one: '', two: '2', stop: 'a\nb ' }, { stop: 'a\nb ' }],
])('what was edited: %s', (_, fields, edited) => {
  expect(editedFields(fields, marks)).toEqual(edited);
});

test('in a form from before there were marks everything counts as edited', () => {
  expect(editedFields({ one: '', two: '2' }, '')).toEqual({ one: '', two: '2' });
});

test('the marks of a full form fit into a custom id beside its name', () => {
  const inputs = Object.fromEntries([1, 2, 3, 4, 5].map((name) => [name, { label: '', value: 'x'.repeat(1_000) }]));
  expect(`settings-save:replies:sampling:channel:${markFields(inputs)}`).toMatch(/^[\w:-]{60,100}$/);
});
