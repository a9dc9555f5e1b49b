import { describe, expect, test } from '@jest/globals';
import { accepted, check, faults, refusal } from './check.ts';

const PATH = '/applications/555555555555555555/commands';
const GUILD_PATH = '/applications/555555555555555555/guilds/666666666666666666/commands';

const text = (length: number) => 'x'.repeat(length);
const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));
const command = (more: object = {}) => ({ name: 'ask', description: 'Asks', ...more });
const option = (name: string, more: object = {}) => ({ type: 3, name, description: 'd', ...more });
const withOptions = (...options: object[]) => command({ options });
const choice = (value: string | number, name = String(value)) => ({ name, value });

const REQUIRED = ['BASE_TYPE_REQUIRED: This field is required'];
const INVALID = 'APPLICATION_COMMAND_INVALID_NAME: Command name is invalid';
const NO_MATCH = 'STRING_TYPE_REGEX: String value did not match validation regex.';
const between = (min: number, max: number) => [`BASE_TYPE_BAD_LENGTH: Must be between ${min} and ${max} in length.`];
const atMost = (max: number) => [`BASE_TYPE_MAX_LENGTH: Must be ${max} or fewer in length.`];
const unsuited = (key: string) => [
  `APPLICATION_COMMAND_OPTION_FIELD_INVALID: An option of this type cannot have ${key}`,
];
const TOO_LARGE = ['APPLICATION_COMMAND_TOO_LARGE: Command exceeds maximum size (8000)'];

/** A command of 8 + `size` counted characters: 25 options of short names, the rest in choices. */
const ofSize = (size: number) => {
  const choices = times(25, (n) => choice(text(100), String(n).padStart(4, '0')));
  const full = times(3, (n) => option(`o${n}`, { choices }));
  return command({
    options: [...full, option('rest', { choices: [choice('a', 'b')], description: text(Math.min(size, 100)) })],
  });
};

describe('a command that Discord takes', () => {
  test.each<[string, object]>([
    ['with nothing but a name and a description', command()],
    ['with a name in another script', command({ name: '質問-ถาม_पूछ' })],
    ['with an apostrophe', command({ name: "l'aide" })],
    [
      'with 25 options, the required ones first',
      withOptions(...times(25, (n) => option(`o${n}`, { required: n < 3 }))),
    ],
    [
      'with 25 choices of 100 characters',
      withOptions(option('a', { choices: times(25, (n) => choice(`${n}`.padEnd(100, 'x'))) })),
    ],
    [
      'with choices of numbers',
      withOptions(option('a', { type: 10, choices: [choice(0.5)] }), option('b', { type: 4, choices: [choice(0)] })),
    ],
    ['that suggests', withOptions(option('a', { autocomplete: true, choices: [] }))],
    [
      'with groups and sub-commands',
      withOptions(
        option('use', { type: 1, options: [option('model', { required: true })] }),
        option('admin', { type: 2, options: [option('use', { type: 1 }), option('off', { type: 1, options: [] })] }),
      ),
    ],
    [
      'with bounds',
      withOptions(
        option('a', { min_length: 0, max_length: 6000 }),
        option('b', { type: 4, min_value: -5 }),
        option('c', { type: 7, channel_types: [0, 11] }),
        option('upload', { type: 11, file_types: ['image', '.JSON'] }),
      ),
    ],
    ['of a message menu', { type: 3, name: 'Edit reply', description: '' }],
  ])('%s', (_, body) => {
    for (const path of [PATH, GUILD_PATH]) expect(check('POST', path, body)).toBe(accepted);
  });
});

describe('a command with a fault', () => {
  test.each<[string, object, object]>([
    ['no name', command({ name: undefined }), { name: REQUIRED }],
    ['a name too long', command({ name: text(33) }), { name: [...between(1, 32), NO_MATCH, INVALID] }],
    ['a name with a space', command({ name: 'ask me' }), { name: [NO_MATCH, INVALID] }],
    ['a name in upper case', command({ name: 'Äsk' }), { name: [INVALID] }],
    ['no description', command({ description: '' }), { description: REQUIRED }],
    ['a description too long', command({ description: text(101) }), { description: between(1, 100) }],
    ['26 options', withOptions(...times(26, (n) => option(`o${n}`))), { options: atMost(25) }],
    [
      'an unknown kind of option',
      withOptions(option('a', { type: 12 })),
      {
        'options.0': ['UNION_TYPE_CHOICES: Value of field "type" must be one of (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11).'],
      },
    ],
    [
      'an option without texts',
      withOptions({ type: 3 }),
      { 'options.0.name': REQUIRED, 'options.0.description': REQUIRED },
    ],
    [
      'a required option after one that is not',
      withOptions(option('a', { required: true }), option('b'), option('c', { required: true })),
      {
        'options.2': [
          'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID: Required options must be placed before non-required options',
        ],
      },
    ],
    [
      'two options of one name',
      withOptions(option('a'), option('a', { type: 4 })),
      { 'options.1.name': ['APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS: Option name already exists'] },
    ],
    [
      'sub-commands beside values',
      withOptions(option('a', { type: 1 }), option('b')),
      {
        options: [
          'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID: Sub-command and sub-command group option types are mutually exclusive to all other types',
        ],
      },
    ],
    [
      'a sub-command in a sub-command',
      withOptions(option('a', { type: 1, options: [option('b', { type: 1 })] })),
      {
        'options.0.options.0': [
          'UNION_TYPE_CHOICES: Value of field "type" must be one of (3, 4, 5, 6, 7, 8, 9, 10, 11).',
        ],
      },
    ],
    [
      'a group in a group',
      withOptions(option('a', { type: 2, options: [option('b', { type: 2 })] })),
      { 'options.0.options.0': ['UNION_TYPE_CHOICES: Value of field "type" must be one of (1,).'] },
    ],
    ['options of a value', withOptions(option('a', { options: [] })), { 'options.0.options': unsuited('options') }],
    [
      '26 choices',
      withOptions(option('a', { choices: times(26, (n) => choice(`${n}`)) })),
      { 'options.0.choices': atMost(25) },
    ],
    [
      'two choices of one name',
      withOptions(option('a', { choices: [choice('a', 'n'), choice('b', 'n')] })),
      {
        'options.0.choices.1.name': [
          'APPLICATION_COMMAND_OPTION_CHOICES_NAME_ALREADY_EXISTS: Option choice name already exists',
        ],
      },
    ],
    [
      'choices of another type than the option',
      withOptions(
        option('a', { choices: [choice(1)] }),
        option('b', { type: 4, choices: [choice(0.5)] }),
        option('c', { type: 10, choices: [choice('1')] }),
      ),
      {
        'options.0.choices.0.value': ['STRING_TYPE_CONVERT: Could not interpret "1" as string.'],
        'options.1.choices.0.value': ['NUMBER_TYPE_COERCE: Value "0.5" is not int.'],
        'options.2.choices.0.value': ['NUMBER_TYPE_COERCE: Value ""1"" is not float.'],
      },
    ],
    [
      'choices that are suggested, too',
      withOptions(option('a', { autocomplete: true, choices: [choice('a')] })),
      {
        'options.0': [
          'APPLICATION_COMMAND_OPTION_AUTOCOMPLETE_CHOICES_INVALID: Options with choices cannot be autocompleted',
        ],
      },
    ],
    [
      'fields of other types',
      withOptions(
        option('a', {
          type: 5,
          choices: [choice('a')],
          autocomplete: true,
          min_length: 1,
          max_value: 1,
          channel_types: [99],
          file_types: ['png'],
        }),
      ),
      {
        'options.0.choices': unsuited('choices'),
        'options.0.autocomplete': unsuited('autocomplete'),
        'options.0.min_length': unsuited('min_length'),
        'options.0.max_value': unsuited('max_value'),
        'options.0.channel_types': unsuited('channel_types'),
        'options.0.file_types': unsuited('file_types'),
        'options.0.file_types.0': ['FILE_TYPE_INVALID: "png" is not a file type'],
        'options.0.channel_types.0': [expect.stringContaining('BASE_TYPE_CHOICES')],
      },
    ],
    [
      'a negative length',
      withOptions(option('a', { min_length: -1 })),
      { 'options.0.min_length': ['NUMBER_TYPE_MIN: int value should be greater than or equal to 0.'] },
    ],
    [
      'a length beyond what can be typed',
      withOptions(option('a', { max_length: 6001 })),
      { 'options.0.max_length': ['NUMBER_TYPE_MAX: int value should be less than or equal to 6000.'] },
    ],
    [
      'a menu with a description and options',
      { type: 2, name: 'Who is this', description: 'a', options: [option('a')] },
      {
        description: ['APPLICATION_COMMAND_DESCRIPTION_INVALID: Context menu commands cannot have a description'],
        options: ['APPLICATION_COMMAND_OPTIONS_INVALID: Context menu commands cannot have options'],
      },
    ],
    ['a menu with a name too long', { type: 2, name: text(33) }, { name: between(1, 32) }],
  ])('%s', (_, body, expected) => {
    for (const path of [PATH, GUILD_PATH]) expect(faults('POST', path, body)).toEqual(expected);
  });
});

describe('the size of a command', () => {
  // 3 options of 25 choices: 3 * (2 + 1 + 25 * 104) = 7,809; ask + Asks = 7; rest + a + b = 6.
  const FIXED = 7_809 + 7 + 6;

  test('counts names, descriptions and values at every depth', () => {
    expect(FIXED + 100).toBeLessThanOrEqual(8_000);
    expect(check('POST', PATH, ofSize(100))).toBe(accepted);
    const room = 8_000 - FIXED - 100;
    const grown = (extra: number) => ({ ...ofSize(100), description: `Asks${text(extra)}` });
    expect(check('POST', PATH, grown(room))).toBe(accepted);
    expect(faults('POST', PATH, grown(room + 1))).toEqual({ '': TOO_LARGE });
  });

  test('counts the longest translation of each text', () => {
    const room = 8_000 - FIXED - 100;
    const translated = (length: number) => ({
      ...ofSize(100),
      description_localizations: { de: text(length), fr: 'a' },
    });
    expect(check('POST', PATH, translated(room + 4))).toBe(accepted);
    expect(faults('POST', PATH, translated(room + 5))).toEqual({ '': TOO_LARGE });
  });
});

describe('the list of all commands', () => {
  const many = (count: number, type: number) =>
    times(count, (n) => ({ type, name: `c${n}`, description: type === 1 ? 'd' : '' }));

  test.each<[string, object[], string | undefined]>([
    ['100 chat commands and 15 of each menu', [...many(100, 1), ...many(15, 2), ...many(15, 3)], accepted],
    ['101 chat commands', many(101, 1), '400 30032: Maximum number of application commands reached (100)'],
    ['16 user menus', many(16, 2), '400 30032: Maximum number of application commands reached (15)'],
    ['16 message menus', many(16, 3), '400 30032: Maximum number of application commands reached (15)'],
  ])('%s', (_, body, expected) => {
    expect(refusal('PUT', PATH, body)).toBe(expected);
  });

  test('names are unique within a type, and faults carry the place of the command', () => {
    const body = [command(), command({ type: 1 }), { type: 3, name: 'ask' }, command({ name: 'Bad' })];
    expect(faults('PUT', GUILD_PATH, body)).toEqual({
      '1.name': ['APPLICATION_COMMANDS_DUPLICATE_NAME: Application command names must be unique'],
      '3.name': [INVALID],
    });
  });

  test('must be a list', () => {
    expect(faults('PUT', PATH, {})).toEqual({ '': ['LIST_TYPE_CONVERT: Only iterables may be used in a ListType'] });
  });
});

describe('a change of a command', () => {
  const path = `${PATH}/777777777777777777`;

  test('may leave everything out, and may be of a menu', () => {
    for (const body of [{}, { name: 'Edit reply' }, { description: 'a' }]) {
      expect(check('PATCH', path, body)).toBe(accepted);
    }
  });

  test('has the same limits', () => {
    const body = { name: '', description: text(101), options: [option('A')] };
    expect(faults('PATCH', path, body)).toEqual({
      name: between(1, 32),
      description: atMost(100),
      'options.0.name': [INVALID],
    });
  });
});
