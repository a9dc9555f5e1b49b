import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { createDirectory } from '../../src/playground/directory.ts';
import { describeForm, type Form, fieldValues, formOf, readFields } from '../../src/playground/form.ts';

const handle = {} as Form['handle'];
const text = (customId: string, label: string, value: string, isRequired = false): Form['fields'][number] => ({
  customId,
  label,
  input: { takes: 'text', value },
  isRequired,
});
const fields = [
  text('temperature', 'Temperature', '0.7'),
  text('stop', 'Stop texts', 'one\ntwo'),
  text('topP', 'Top P', ''),
];
const form: Form = { title: 'Sampling', fields, handle };
const single: Form = { title: 'API key', fields: [text('key', 'Key', '', true)], handle };
const persona: Form = {
  title: 'Persona',
  fields: [text('name', 'Name', '', true), text('voice', 'Voice', 'calm', true), text('tags', 'Tags', '')],
  handle,
};

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
])('“$typed” fills in $expected', ({ typed, expected }) => {
  expect(readFields(form, typed)).toEqual(expected);
});

test.each([
  { typed: 'sk-a:b;c', expected: { key: 'sk-a:b;c' } },
  { typed: 'Key: sk-abc', expected: { key: 'sk-abc' } },
  { typed: 'ke: sk-abc', expected: { key: 'sk-abc' } },
  { typed: 'Key: Note: b', expected: { key: 'Note: b' } },
  { typed: 'in four or more words: b', expected: { key: 'in four or more words: b' } },
])('a form of one field takes “$typed” as it stands', ({ typed, expected }) => {
  expect(readFields(single, typed)).toEqual(expected);
});

test('what looks like another label of a form of one field is not taken for its text', () => {
  expect(() => readFields(single, 'Colour: red')).toThrow(
    'The form has no “Colour”, only Key. If that is part of the text: :fill Key: Colour: red',
  );
});

test.each([
  { typed: '', told: 'Nothing is filled in. Required: Name, Voice. Optional: Tags. The form stays open.' },
  { typed: 'Tags: sea', told: 'Required as well: Name. The form stays open.' },
  { typed: 'Name: Mira; Voice:', told: 'Required as well: Voice. The form stays open.' },
])('“$typed” is answered by what is required', ({ typed, told }) => {
  expect(() => readFields(persona, typed)).toThrow(told);
});

test('what stands in a required field may stay', () => {
  expect(readFields(persona, 'Name: Mira')).toEqual({ name: 'Mira' });
  expect(describeForm(persona).split('\n').slice(1, 4)).toEqual([
    '  Name (required): (empty)',
    '  Voice (required): calm',
    '  Tags: (empty)',
  ]);
});

test('a label that the form has not is named beside those that it has', () => {
  expect(() => readFields(form, 'colour: red')).toThrow(
    'The form has no “colour”, only Temperature, Stop texts, Top P.',
  );
});

describe('a form with fields of every kind', () => {
  const option = (label: string, isDefault = false) => ({ label, value: label.toLowerCase(), default: isDefault });
  const label = (name: string, component: object) => ({ type: 18, label: name, component });
  const components = [
    { type: 10, content: 'Read this' },
    label('Name', { type: 4, custom_id: 'name', value: 'Mira' }),
    label('Card', { type: 19, custom_id: 'card', required: false }),
    label('Mood', { type: 3, custom_id: 'mood', options: [option('Joy', true), option('Grief')] }),
    label('Adult', { type: 23, custom_id: 'adult', default: true }),
    label('Who', { type: 7, custom_id: 'who' }),
  ];
  const opened = { acknowledged: Promise.resolve({}), modal: { title: 'Persona', components } } as unknown;
  const directory = createDirectory({
    user: () => [{ id: '10', name: 'Alice' }],
    role: () => [{ id: '30', name: 'Admins' }],
    channel: () => [{ id: '20', name: 'general' }],
  });
  const open = async () => (await formOf(opened as Form['handle'])) as Form;

  test('says what each takes', async () => {
    expect(
      describeForm(await open())
        .split('\n')
        .slice(1, -1),
    ).toEqual([
      '  Name (required): Mira',
      '  Card: (paths of files)',
      '  Mood (required): ● Joy  ○ Grief',
      '  Adult: yes',
      '  Who (required): (a member or a role)',
    ]);
  });

  test('takes paths, labels, a yes and names', async () => {
    const path = fileURLToPath(new URL('../../.gitignore', import.meta.url));
    const typed = { name: 'Mira, the bard', card: path, mood: 'gri', adult: 'no', who: '@alice, adm' };
    expect(await fieldValues(await open(), typed, directory)).toEqual({
      name: 'Mira, the bard',
      card: [{ name: '.gitignore', type: 'application/octet-stream', data: expect.any(Buffer) }],
      mood: ['grief'],
      adult: false,
      who: ['10', '30'],
    });
  });

  test.each([
    { typed: { card: './missing.png' }, error: 'There is no file ./missing.png.' },
    { typed: { mood: 'rage' }, error: 'There is no “rage” to choose, only Joy, Grief.' },
    { typed: { who: 'Carol' }, error: 'There is no “Carol” here, only Alice, Admins.' },
  ])('$typed is answered by what there is', async ({ typed, error }) => {
    await expect(fieldValues(await open(), typed as Record<string, string>, directory)).rejects.toThrow(error);
  });
});
