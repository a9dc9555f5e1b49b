import { describe, expect, test } from '@jest/globals';
import { accepted, check, faults } from './check.ts';

const PATH = '/interactions/444444444444444444/token/callback';

const text = (length: number) => 'x'.repeat(length);
const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));
const input = (id: string, more: object = {}) => ({ type: 4, custom_id: id, style: 2, ...more });
const label = (component: object | undefined, more: object = {}) => ({ type: 18, label: 'a', component, ...more });
const row = (...components: object[]) => ({ type: 1, components });
const options = (count: number) => times(count, (n) => ({ label: `${n}`, value: `${n}` }));
const modal = (components: object[], more: object = {}) => ({
  type: 9,
  data: { custom_id: 'm', title: 'Title', components, ...more },
});

const REQUIRED = ['BASE_TYPE_REQUIRED: This field is required'];
const between = (min: number, max: number) => [`BASE_TYPE_BAD_LENGTH: Must be between ${min} and ${max} in length.`];
const atMost = (max: number) => [`BASE_TYPE_MAX_LENGTH: Must be ${max} or fewer in length.`];
const NEEDED = ['COMPONENT_MIN_VALUES_REQUIRED: min_values must be at least 1 when required'];
const oneOf = (types: string) => [`UNION_TYPE_CHOICES: Value of field "type" must be one of (${types}).`];

describe('a modal that Discord takes', () => {
  test.each<[string, object]>([
    ['with five labelled texts', modal(times(5, (n) => label(input(`${n}`))))],
    [
      'with a text of 4,000 filled in',
      modal([label(input('a', { value: text(4_000), min_length: 0, max_length: 4_000 }))]),
    ],
    ['with a text in a row', modal([row(input('a', { label: 'Name' }))])],
    [
      'with one of each other kind',
      modal([
        { type: 10, content: 'Read this' },
        label({ type: 3, custom_id: 'a', options: options(2) }, { description: text(100) }),
        label({
          type: 19,
          custom_id: 'b',
          min_values: 0,
          max_values: 10,
          required: false,
          file_types: ['image', '.json'],
        }),
        label({ type: 21, custom_id: 'c', options: options(10) }),
        label({ type: 22, custom_id: 'd', options: options(1), min_values: 0, max_values: 1, required: false }),
      ]),
    ],
    [
      'with a box to tick and a channel to choose',
      modal([label({ type: 23, custom_id: 'a' }), label({ type: 8, custom_id: 'b' })]),
    ],
  ])('%s', (_, body) => {
    expect(check('POST', PATH, body)).toBe(accepted);
  });
});

describe('a modal with a fault', () => {
  const IN_LABEL = '4, 3, 5, 6, 7, 8, 19, 21, 22, 23';
  test.each<[string, object, object]>([
    ['no data', { type: 9 }, { '': REQUIRED }],
    [
      'no title and no id',
      modal([label(input('a'))], { title: '', custom_id: undefined }),
      { title: REQUIRED, custom_id: REQUIRED },
    ],
    ['a title too long', modal([label(input('a'))], { title: text(46) }), { title: between(1, 45) }],
    ['no parts', modal([]), { components: between(1, 5) }],
    ['six parts', modal(times(6, (n) => label(input(`${n}`)))), { components: between(1, 5) }],
    ['a text without its label', modal([input('a')]), { 'components.0': oneOf('1, 10, 18') }],
    ['a label without its part', modal([label(undefined)]), { 'components.0.component': REQUIRED }],
    ['a button in a label', modal([label({ type: 2 })]), { 'components.0.component': oneOf(IN_LABEL) }],
    [
      'a label too long',
      modal([label(input('a'), { label: text(46), description: text(101) })]),
      { 'components.0.label': between(1, 45), 'components.0.description': atMost(100) },
    ],
    [
      'a text with two labels',
      modal([label(input('a', { label: 'b' }))]),
      {
        'components.0.component.label': [
          'COMPONENT_LABEL_NOT_ALLOWED: The label of a text input belongs to its Label component',
        ],
      },
    ],
    [
      'a row of two',
      modal([row(input('a', { label: 'a' }), input('b', { label: 'a' }))]),
      { 'components.0.components': between(1, 1) },
    ],
    ['a row without a label', modal([row(input('a'))]), { 'components.0.components.0.label': REQUIRED }],
    ['a select in a row', modal([row({ type: 3 })]), { 'components.0.components.0': oneOf('4,') }],
    [
      'a text with every limit broken',
      modal([
        label(input('', { style: undefined, placeholder: text(101), min_length: 5, max_length: 4, value: text(5) })),
      ]),
      {
        'components.0.component.custom_id': REQUIRED,
        'components.0.component.style': REQUIRED,
        'components.0.component.placeholder': atMost(100),
        'components.0.component': ['COMPONENT_MIN_EXCEEDS_MAX: min_length cannot be greater than max_length'],
        'components.0.component.value': atMost(4),
      },
    ],
    [
      'a text longer than texts can be',
      modal([label(input('a', { max_length: 4_001, value: text(4_001) }))]),
      {
        'components.0.component.max_length': ['NUMBER_TYPE_MAX: int value should be less than or equal to 4000.'],
        'components.0.component.value': atMost(4_000),
      },
    ],
    [
      'eleven files',
      modal([label({ type: 19, custom_id: 'a', max_values: 11 })]),
      { 'components.0.component.max_values': ['NUMBER_TYPE_MAX: int value should be less than or equal to 10.'] },
    ],
    [
      'one choice only',
      modal([label({ type: 21, custom_id: 'a', options: options(1) })]),
      { 'components.0.component.options': between(2, 10) },
    ],
    [
      'eleven boxes',
      modal([label({ type: 22, custom_id: 'a', options: options(11) })]),
      { 'components.0.component.options': between(1, 10) },
    ],
    ['files without id', modal([label({ type: 19 })]), { 'components.0.component.custom_id': REQUIRED }],
    [
      'a choice without id',
      modal([label({ type: 21, options: options(2) })]),
      { 'components.0.component.custom_id': REQUIRED },
    ],
    [
      'boxes without id',
      modal([label({ type: 22, options: options(2) })]),
      { 'components.0.component.custom_id': REQUIRED },
    ],
    [
      'a text of no characters at most',
      modal([label(input('a', { max_length: 0 }))]),
      { 'components.0.component.max_length': ['NUMBER_TYPE_MIN: int value should be greater than or equal to 1.'] },
    ],
    ['a box without id', modal([label({ type: 23 })]), { 'components.0.component.custom_id': REQUIRED }],
    [
      'a required select of none',
      modal([label({ type: 6, custom_id: 'a', min_values: 0 })]),
      { 'components.0.component.min_values': NEEDED },
    ],
    [
      'a required upload of none',
      modal([label({ type: 19, custom_id: 'a', min_values: 0, required: true })]),
      { 'components.0.component.min_values': NEEDED },
    ],
    [
      'required boxes of none',
      modal([label({ type: 22, custom_id: 'a', options: options(2), min_values: 0 })]),
      { 'components.0.component.min_values': NEEDED },
    ],
    [
      'an upload of two files where there may be one',
      modal([label({ type: 19, custom_id: 'a', min_values: 2 })]),
      { 'components.0.component': ['COMPONENT_MIN_EXCEEDS_MAX: min_values cannot be greater than max_values'] },
    ],
    [
      'an upload of no kind of file',
      modal([label({ type: 19, custom_id: 'a', file_types: ['.png', 'image/png'] })]),
      { 'components.0.component.file_types.1': ['FILE_TYPE_INVALID: "image/png" is not a file type'] },
    ],
    [
      'an upload of eleven kinds of file',
      modal([label({ type: 19, custom_id: 'a', file_types: times(11, (n) => `.${n}`) })]),
      { 'components.0.component.file_types': atMost(10) },
    ],
    [
      'a select that is off',
      modal([label({ type: 5, custom_id: 'a', disabled: true })]),
      { 'components.0.component.disabled': ['COMPONENT_DISABLED_NOT_ALLOWED: A select in a modal cannot be disabled'] },
    ],
    [
      'one id twice',
      modal([label(input('a')), label(input('a'))]),
      {
        'components.1.component.custom_id': [
          'COMPONENT_CUSTOM_ID_DUPLICATED: Component custom id cannot be duplicated',
        ],
      },
    ],
  ])('%s', (_, body, expected) => {
    const named = Object.entries(expected).map(([key, list]) => [key ? `data.${key}` : 'data', list as string[]]);
    expect(faults('POST', PATH, body)).toEqual(Object.fromEntries(named));
  });
});
