import { expect, test } from '@jest/globals';
import { describeForm, type Form, readFields } from '../../src/playground/form.ts';

const handle = {} as Form['handle'];
const fields = [
  { customId: 'temperature', label: 'Temperature', value: '0.7' },
  { customId: 'stop', label: 'Stop texts', value: 'one\ntwo' },
  { customId: 'topP', label: 'Top P', value: '' },
];
const form: Form = { title: 'Sampling', fields, handle };
const single: Form = { title: 'API key', fields: [{ customId: 'key', label: 'Key', value: '' }], handle };

test('a form is described by its fields and how to fill them in', () => {
  expect(describeForm(form)).toBe(
    [
      'A form opens: “Sampling”',
      '  Temperature: 0.7',
      '  Stop texts: one / two',
      '  Top P: (empty)',
      'Fill it in with  :fill Temperature: …; Stop texts: …',
    ].join('\n'),
  );
});

test.each([
  { typed: 'temp: 0.9', expected: { temperature: '0.9' } },
  { typed: 'Temperature: 0.9; top p: 0.8;', expected: { temperature: '0.9', topP: '0.8' } },
  { typed: 'stop: Bob:', expected: { stop: 'Bob:' } },
  { typed: 'Temperature:', expected: { temperature: '' } },
  { typed: '', expected: {} },
])('“$typed” fills in $expected', ({ typed, expected }) => {
  expect(readFields(form, typed)).toEqual(expected);
});

test.each([
  { typed: 'sk-a:b;c', expected: { key: 'sk-a:b;c' } },
  { typed: 'Key: sk-abc', expected: { key: 'sk-abc' } },
])('a form of one field takes “$typed” as it stands', ({ typed, expected }) => {
  expect(readFields(single, typed)).toEqual(expected);
});

test('a label that the form has not is named beside those that it has', () => {
  expect(() => readFields(form, 'colour: red')).toThrow(
    'The form has no “colour”, only Temperature, Stop texts, Top P.',
  );
});
