import { describe, expect, test } from '@jest/globals';
import { accepted, check, faults } from './check.ts';

const PATH = '/channels/111111111111111111/messages';
const V2 = 32768;

const text = (length: number) => 'x'.repeat(length);
const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));
const button = (id: string, more: object = {}) => ({ type: 2, style: 1, label: 'a', custom_id: id, ...more });
const row = (...components: object[]) => ({ type: 1, components });
const option = (value: string, more: object = {}) => ({ label: value, value, ...more });
const select = (id: string, more: object = {}) => ({ type: 3, custom_id: id, options: [option('a')], ...more });
const said = (content: string) => ({ type: 10, content });
const container = (...components: object[]) => ({ type: 17, components });
const media = (url: string) => ({ media: { url } });

const legacy = (...components: object[]) => ({ content: 'a', components });
const modern = (...components: object[]) => ({ flags: V2, components });

const kinds = (list: string) => [`BASE_TYPE_CHOICES: Value must be one of (${list}).`];
const REQUIRED = ['BASE_TYPE_REQUIRED: This field is required'];
const WIDE = ['COMPONENT_LAYOUT_WIDTH_EXCEEDED: The specified component exceeds the maximum width'];
const DUPLICATE = ['COMPONENT_CUSTOM_ID_DUPLICATED: Component custom id cannot be duplicated'];
const oneOf = (types: string) => [`UNION_TYPE_CHOICES: Value of field "type" must be one of (${types}).`];
const between = (min: number, max: number) => [`BASE_TYPE_BAD_LENGTH: Must be between ${min} and ${max} in length.`];
const atMost = (max: number) => [`BASE_TYPE_MAX_LENGTH: Must be ${max} or fewer in length.`];

describe('components that Discord takes', () => {
  test.each<[string, object]>([
    ['five rows of five buttons', legacy(...times(5, (y) => row(...times(5, (x) => button(`${x},${y}`)))))],
    ['a button of an emoji alone', legacy(row(button('a', { label: undefined, emoji: { name: '🎲' } })))],
    ['a link', legacy(row({ type: 2, style: 5, label: 'a', url: 'https://example.org' }))],
    ['a premium button', legacy(row({ type: 2, style: 6, sku_id: '1' }))],
    ['a select of 25', legacy(row(select('a', { options: times(25, (n) => option(`${n}`)), max_values: 25 })))],
    ['a select of members', legacy(row({ type: 5, custom_id: 'a', min_values: 0, max_values: 25 }))],
    ['a text of 4,000', modern(said(text(4_000)))],
    [
      'each kind of part in a container',
      modern(
        container(
          row(button('a')),
          { type: 9, components: [said('a'), said('b'), said('c')], accessory: button('b') },
          { type: 9, components: [said('a')], accessory: { type: 11, ...media('https://example.org/a.png') } },
          { type: 12, items: times(10, () => media('attachment://a.png')) },
          { type: 13, file: { url: 'attachment://a.txt' } },
          { type: 14, spacing: 2, divider: false },
        ),
      ),
    ],
    ['40 in all', modern(container(...times(39, () => said('a'))))],
  ])('%s', (_, body) => {
    expect(check('POST', PATH, body)).toBe(accepted);
  });
});

describe('components without the flag', () => {
  test.each<[string, object, object]>([
    ['six rows', legacy(...times(6, (n) => row(button(`${n}`)))), { components: atMost(5) }],
    ['an empty row', legacy(row()), { 'components.0.components': between(1, 5) }],
    ['a row without its list', legacy({ type: 1 }), { 'components.0.components': REQUIRED }],
    [
      'a row with a hole',
      legacy({ type: 1, components: [null] }),
      { 'components.0.components.0': [...REQUIRED, ...oneOf('2, 3, 5, 6, 7, 8')] },
    ],
    [
      'six buttons in a row',
      legacy(row(...times(6, (n) => button(`${n}`)))),
      { 'components.0.components': between(1, 5), 'components.0.components.5': WIDE },
    ],
    ['a button beside a select', legacy(row(button('a'), select('b'))), { 'components.0.components.1': WIDE }],
    ['a button outside of a row', legacy(button('a')), { 'components.0': oneOf('1,') }],
    [
      'parts of the new kind',
      legacy(said('a'), container()),
      { 'components.0': oneOf('1,'), 'components.1': oneOf('1,') },
    ],
    ['a text in a row', legacy(row(said('a'))), { 'components.0.components.0': oneOf('2, 3, 5, 6, 7, 8') }],
    [
      'one id in two rows',
      legacy(row(button('a')), row(select('a'))),
      { 'components.1.components.0.custom_id': DUPLICATE },
    ],
  ])('%s', (_, body, expected) => {
    expect(faults('POST', PATH, body)).toEqual(expected);
  });
});

describe('a button with a fault', () => {
  const EITHER = ['BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE: A custom id and url cannot both be specified'];
  test.each<[string, object, object]>([
    ['no id', { custom_id: undefined }, { '': ['BUTTON_COMPONENT_CUSTOM_ID_REQUIRED: A custom id required'] }],
    ['no style', { style: undefined }, { style: REQUIRED }],
    ['an unknown style', { style: 7 }, { style: ['BASE_TYPE_CHOICES: Value must be one of (1, 2, 3, 4, 5, 6).'] }],
    ['nothing on it', { label: '' }, { label: REQUIRED }],
    ['a label too long', { label: text(81) }, { label: atMost(80) }],
    ['an id too long', { custom_id: text(101) }, { custom_id: between(1, 100) }],
    ['an id and a url', { url: 'https://example.org' }, { '': EITHER }],
    ['a link with an id', { style: 5, url: 'https://example.org' }, { '': EITHER }],
    [
      'a link to nowhere',
      { style: 5, custom_id: undefined },
      { '': ['BUTTON_COMPONENT_URL_REQUIRED: A url is required'] },
    ],
    [
      'a link too long',
      { style: 5, custom_id: undefined, url: `https://example.org/${text(500)}` },
      { url: atMost(512) },
    ],
    [
      'a link to a script',
      { style: 5, custom_id: undefined, url: 'javascript:alert(1)' },
      { url: [`URL_TYPE_INVALID_SCHEME: Scheme "javascript" must be one of ('http', 'https', 'discord').`] },
    ],
    ['premium without its SKU', { style: 6, custom_id: undefined }, { sku_id: REQUIRED }],
  ])('%s', (_, more, expected) => {
    const place = 'components.0.components.0';
    const named = Object.entries(expected).map(([key, list]) => [key ? `${place}.${key}` : place, list as string[]]);
    expect(faults('POST', PATH, legacy(row(button('a', more))))).toEqual(Object.fromEntries(named));
  });
});

describe('a select with a fault', () => {
  const DEFAULTS = [
    'SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES: The number of default values exceeds the maximum number of values',
  ];
  test.each<[string, object, object]>([
    ['no id', { custom_id: undefined }, { custom_id: REQUIRED }],
    ['no options', { options: [] }, { options: between(1, 25) }],
    ['26 options', { options: times(26, (n) => option(`${n}`)) }, { options: between(1, 25) }],
    ['fewer options than may be chosen', { max_values: 2 }, { options: between(2, 25) }],
    ['a placeholder too long', { placeholder: text(151) }, { placeholder: atMost(150) }],
    [
      '26 to choose',
      { min_values: 26 },
      {
        min_values: ['NUMBER_TYPE_MAX: int value should be less than or equal to 25.'],
        '': ['COMPONENT_MIN_VALUES_EXCEEDS_MAX_VALUES: min_values cannot be greater than max_values'],
      },
    ],
    [
      'two options with one value',
      { options: [option('a'), { label: 'b', value: 'a' }] },
      {
        'options.1.value': ['COMPONENT_OPTION_VALUE_DUPLICATED: The specified option value is already used'],
      },
    ],
    [
      'two defaults for one choice',
      { options: [option('a', { default: true }), option('b', { default: true })] },
      {
        options: DEFAULTS,
      },
    ],
    [
      'texts too long',
      { options: [{ label: text(101), value: text(101), description: text(101) }] },
      {
        'options.0.label': between(1, 100),
        'options.0.value': between(1, 100),
        'options.0.description': atMost(100),
      },
    ],
    [
      'an option without text',
      { options: [{ label: '' }] },
      { 'options.0.label': REQUIRED, 'options.0.value': REQUIRED },
    ],
  ])('%s', (_, more, expected) => {
    const place = 'components.0.components.0';
    const named = Object.entries(expected).map(([key, list]) => [key ? `${place}.${key}` : place, list as string[]]);
    expect(faults('POST', PATH, legacy(row(select('a', more))))).toEqual(Object.fromEntries(named));
  });

  const USER = '800000000000000001';
  const user = { id: USER, type: 'user' };
  test.each<[string, object, object]>([
    [
      'a role chosen among people',
      { type: 5, default_values: [{ id: USER, type: 'role' }] },
      { '.0.type': kinds('user') },
    ],
    ['a person chosen among roles', { type: 6, default_values: [user] }, { '.0.type': kinds('role') }],
    [
      'a channel chosen among both',
      { type: 7, default_values: [{ id: USER, type: 'channel' }] },
      { '.0.type': kinds('user, role') },
    ],
    ['a choice of nothing', { type: 8, default_values: [{}] }, { '.0.id': REQUIRED, '.0.type': REQUIRED }],
  ])('%s', (_, more, expected) => {
    const place = 'components.0.components.0.default_values';
    const named = Object.entries(expected).map(([key, list]) => [`${place}${key}`, list as string[]]);
    expect(faults('POST', PATH, legacy(row({ custom_id: 'a', ...more })))).toEqual(Object.fromEntries(named));
  });

  test('more or fewer chosen beforehand than may be chosen', () => {
    const of = (count: number, more: object) => ({
      type: 5,
      custom_id: 'a',
      default_values: times(count, () => user),
      ...more,
    });
    const faultsOf = (select_: object) =>
      faults('POST', PATH, legacy(row(select_)))['components.0.components.0.default_values'];
    expect(faultsOf(of(2, {}))).toEqual(between(1, 1));
    expect(faultsOf(of(1, { min_values: 2, max_values: 3 }))).toEqual(between(2, 3));
    expect(faultsOf(of(3, { min_values: 2, max_values: 3 }))).toBe(undefined);
  });
});

describe('components with the flag', () => {
  const unusable = (field: string) => [
    `MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2: The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
  ];
  test.each<[string, object, object]>([
    [
      'beside content, embeds, stickers and a poll',
      { ...modern(said('a')), content: 'a', embeds: [{ title: 'a' }], sticker_ids: ['1'], poll: {} },
      {
        content: unusable('content'),
        embeds: unusable('embeds'),
        sticker_ids: unusable('sticker_ids'),
        poll: unusable('poll'),
      },
    ],
    [
      '41 in all',
      modern(container(...times(40, () => said('a')))),
      {
        components: [
          'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED: Components must not exceed 40 in total, nested ones included',
        ],
      },
    ],
    [
      'more than 4,000 characters in all',
      modern(said(text(2_000)), container(said(text(2_000)), said('a'))),
      {
        components: [
          'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED: The total text size of the components must not exceed 4000',
        ],
      },
    ],
    ['an empty text', modern(said('')), { 'components.0.content': REQUIRED }],
    ['a container of nothing', modern({ type: 17 }), { 'components.0.components': REQUIRED }],
    ['a button at the top', modern(button('a')), { 'components.0': oneOf('1, 9, 10, 12, 13, 14, 17') }],
    [
      'a container in a container',
      modern(container(container(said('a')))),
      { 'components.0.components.0': oneOf('1, 9, 10, 12, 13, 14') },
    ],
    [
      'a section with four texts and nothing beside them',
      modern({ type: 9, components: times(4, () => said('a')) }),
      { 'components.0.components': between(1, 3), 'components.0.accessory': REQUIRED },
    ],
    [
      'a select beside a section',
      modern({ type: 9, components: [said('a')], accessory: select('a') }),
      { 'components.0.accessory': oneOf('2, 11') },
    ],
    [
      'a gallery of eleven',
      modern({ type: 12, items: times(11, () => media('attachment://a.png')) }),
      { 'components.0.items': between(1, 10) },
    ],
    [
      'a picture with a text too long',
      modern({ type: 12, items: [{ ...media('https://example.org'), description: text(1025) }, {}] }),
      {
        'components.0.items.0.description': atMost(1024),
        'components.0.items.1.media': REQUIRED,
        'components.0.items.1.media.url': REQUIRED,
      },
    ],
    [
      'a file from elsewhere',
      modern({ type: 13, file: { url: 'https://example.org/a.txt' } }),
      { 'components.0.file.url': [`URL_TYPE_INVALID_SCHEME: Scheme "https" must be one of ('attachment').`] },
    ],
    [
      'an unknown spacing',
      modern({ type: 14, spacing: 3 }),
      { 'components.0.spacing': ['BASE_TYPE_CHOICES: Value must be one of (1, 2).'] },
    ],
    [
      'one id in a row and beside a section',
      modern(row(button('a')), { type: 9, components: [said('a')], accessory: button('a') }),
      { 'components.1.accessory.custom_id': DUPLICATE },
    ],
  ])('%s', (_, body, expected) => {
    expect(faults('POST', PATH, body)).toEqual(expected);
  });

  test('an edit may clear what the flag forbids', () => {
    const body = { ...modern(said('a')), content: null, embeds: [] };
    expect(check('PATCH', `${PATH}/222222222222222222`, body)).toBe(accepted);
  });
});
