import { describe, expect, test } from '@jest/globals';
import { accepted, check, faults, refusal } from './check.ts';

const PATH = '/interactions/444444444444444444/token/callback';
const REQUIRED = ['BASE_TYPE_REQUIRED: This field is required'];
const UNUSED = ['INTERACTION_CALLBACK_DATA_UNUSED: This kind of callback does not use this field'];

const text = (length: number) => 'x'.repeat(length);
const choices = (count: number) => Array.from({ length: count }, (_, n) => ({ name: `${n}`, value: `${n}` }));

describe('a callback that Discord takes', () => {
  test.each<[string, object]>([
    ['a pong', { type: 1 }],
    ['a message', { type: 4, data: { content: 'a', flags: 64 } }],
    [
      'a private silent message of new components',
      { type: 4, data: { flags: 32768 | 64 | 4096, components: [{ type: 10, content: 'a' }] } },
    ],
    ['a promise of a message', { type: 5 }],
    [
      'a promise of a private message, with the empty fields that clients add',
      { type: 5, data: { flags: 64, tts: false, attachments: [] } },
    ],
    ['a promise of an update', { type: 6 }],
    ['an update that clears', { type: 7, data: { content: null, components: [] } }],
    ['an update of nothing', { type: 7 }],
    ['no choices', { type: 8, data: { choices: [] } }],
    ['25 choices', { type: 8, data: { choices: choices(25) } }],
    ['choices of numbers', { type: 8, data: { choices: [{ name: 'half', value: 0.5 }] } }],
    ['two choices of one name', { type: 8, data: { choices: [...choices(1), ...choices(1)] } }],
  ])('%s', (_, body) => {
    expect(check('POST', PATH, body)).toBe(accepted);
  });

  test('a message of a file alone', () => {
    expect(check('POST', PATH, { type: 4, data: { attachments: [{ id: '0' }] } }, [1])).toBe(accepted);
  });
});

describe('a callback with a fault', () => {
  test.each<[string, object, object]>([
    ['no type', {}, { type: REQUIRED }],
    ['an unknown type', { type: 3 }, { type: ['BASE_TYPE_CHOICES: Value must be one of (1, 4, 5, 6, 7, 8, 9, 12).'] }],
    [
      'data that is no object',
      { type: 4, data: ['a'] },
      { data: ['DICT_TYPE_CONVERT: Only dictionaries may be used in a DictType'] },
    ],
    [
      'a message too long',
      { type: 4, data: { content: text(2_001) } },
      { 'data.content': ['BASE_TYPE_MAX_LENGTH: Must be 2000 or fewer in length.'] },
    ],
    [
      'a message marked as loading',
      { type: 4, data: { content: 'a', flags: 128 } },
      { 'data.flags': ['MESSAGE_FLAGS_INVALID: Flags 128 cannot be set here.'] },
    ],
    [
      'a promise with the flag of new components',
      { type: 5, data: { flags: 32768 | 64 } },
      { 'data.flags': ['MESSAGE_FLAGS_INVALID: Flags 32768 cannot be set here.'] },
    ],
    ['a promise with content', { type: 5, data: { content: 'Thinking' } }, { 'data.content': UNUSED }],
    ['a promise of an update with a flag', { type: 6, data: { flags: 64 } }, { 'data.flags': UNUSED }],
    [
      'an update too long',
      { type: 7, data: { content: text(2_001) } },
      { 'data.content': ['BASE_TYPE_MAX_LENGTH: Must be 2000 or fewer in length.'] },
    ],
    ['choices without data', { type: 8 }, { data: REQUIRED }],
    [
      '26 choices',
      { type: 8, data: { choices: choices(26) } },
      { 'data.choices': ['BASE_TYPE_MAX_LENGTH: Must be 25 or fewer in length.'] },
    ],
    [
      'choices with faults',
      {
        type: 8,
        data: {
          choices: [{ name: text(101), value: text(101) }, { name: '', value: '' }, { name: 'a', value: true }, {}],
        },
      },
      {
        'data.choices.0.name': ['BASE_TYPE_BAD_LENGTH: Must be between 1 and 100 in length.'],
        'data.choices.0.value': ['BASE_TYPE_BAD_LENGTH: Must be between 1 and 100 in length.'],
        'data.choices.1.name': REQUIRED,
        'data.choices.1.value': ['BASE_TYPE_BAD_LENGTH: Must be between 1 and 100 in length.'],
        'data.choices.2.value': ['STRING_TYPE_CONVERT: Could not interpret "true" as string.'],
        'data.choices.3.name': REQUIRED,
        'data.choices.3.value': REQUIRED,
      },
    ],
  ])('%s', (_, body, expected) => {
    expect(faults('POST', PATH, body)).toEqual(expected);
  });

  test.each([[{ type: 4 }], [{ type: 4, data: {} }]])('an empty message %j', (body) => {
    expect(refusal('POST', PATH, body)).toBe('400 50006: Cannot send an empty message');
  });
});
