import { describe, expect, test } from '@jest/globals';
import { accepted, check, faults, refusal } from './check.ts';

const MESSAGES = '/channels/111111111111111111/messages';
const MESSAGE = `${MESSAGES}/222222222222222222`;
const WEBHOOK = '/webhooks/333333333333333333/token';
const MEBIBYTE = 1024 * 1024;

const text = (length: number) => 'x'.repeat(length);
const fieldsOf = (count: number) => Array.from({ length: count }, () => ({ name: 'n', value: 'v' }));

describe('a message that Discord takes', () => {
  test.each<[string, object]>([
    ['of 2,000 characters', { content: text(2_000) }],
    ['of 2,000 characters that take two units each', { content: '😀'.repeat(2_000) }],
    [
      'that is a reply in the same channel',
      { content: 'a', message_reference: { message_id: '1', channel_id: '111111111111111111' } },
    ],
    ['that only forwards', { message_reference: { type: 1, message_id: '1', channel_id: '2' } }],
    ['with a nonce of 25 characters', { content: 'a', nonce: text(25), enforce_nonce: true }],
    ['with a number for a nonce', { content: 'a', nonce: 12345 }],
    ['that is silent', { content: 'a', flags: 4096 | 4 }],
    ['that mentions nobody', { content: '@everyone', allowed_mentions: { parse: [] } }],
    ['that mentions the roles and one user', { content: 'a', allowed_mentions: { parse: ['roles'], users: ['1'] } }],
    ['of stickers alone', { sticker_ids: ['1'] }],
    ['of a poll alone', { poll: { question: { text: '?' }, answers: [] } }],
    ['of an embed that is only a picture', { embeds: [{ image: { url: 'attachment://a.png' } }] }],
    [
      'whose ten embeds make 6,000 characters',
      { embeds: Array.from({ length: 10 }, () => ({ description: text(600) })) },
    ],
    [
      'with an embed at every limit but the total',
      {
        embeds: [
          {
            title: ` ${text(256)} `,
            url: 'https://example.org',
            timestamp: '2026-11-22T10:00:00.000Z',
            color: 0xffffff,
            footer: { text: text(2048), icon_url: 'https://example.org/a.png' },
            author: { name: text(256), url: 'http://example.org' },
            fields: [{ name: text(256), value: text(1024) }, ...fieldsOf(24)],
          },
        ],
      },
    ],
  ])('%s', (_, body) => {
    expect(check('POST', MESSAGES, body)).toBe(accepted);
  });

  test('of files alone', () => {
    expect(check('POST', MESSAGES, undefined, [MEBIBYTE])).toBe(accepted);
  });
});

describe('a message with a fault', () => {
  test.each<[string, object, object]>([
    [
      'a flag that nobody sets',
      { content: 'a', flags: 1 },
      { flags: ['MESSAGE_FLAGS_INVALID: Flags 1 cannot be set here.'] },
    ],
    ['too long', { content: text(2_001) }, { content: ['BASE_TYPE_MAX_LENGTH: Must be 2000 or fewer in length.'] }],
    [
      'content that is no text',
      { content: { a: 1 } },
      { content: ['STRING_TYPE_CONVERT: Could not interpret "{"a":1}" as string.'] },
    ],
    [
      'a nonce too long',
      { content: 'a', nonce: text(26) },
      { nonce: ['BASE_TYPE_MAX_LENGTH: Must be 25 or fewer in length.'] },
    ],
    [
      'a flag of other routes',
      { content: 'a', flags: 64 },
      { flags: ['MESSAGE_FLAGS_INVALID: Flags 64 cannot be set here.'] },
    ],
    [
      'users mentioned in two ways',
      { content: 'a', allowed_mentions: { parse: ['users'], users: ['1'] } },
      {
        allowed_mentions: [
          'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE: parse:["users"] and users: [ids...] are mutually exclusive.',
        ],
      },
    ],
    [
      'an unknown kind of mention',
      { content: 'a', allowed_mentions: { parse: ['users', 'here'] } },
      { 'allowed_mentions.parse.1': ['BASE_TYPE_CHOICES: Value must be one of (roles, users, everyone).'] },
    ],
    [
      'too many mentions',
      { content: 'a', allowed_mentions: { roles: Array.from({ length: 101 }, String) } },
      { 'allowed_mentions.roles': ['BASE_TYPE_MAX_LENGTH: Must be 100 or fewer in length.'] },
    ],
    [
      'a reply into another channel',
      { content: 'a', message_reference: { message_id: '1', channel_id: '9' } },
      {
        message_reference: ['REPLIES_CANNOT_REFERENCE_OTHER_CHANNEL: Cannot reply to a message in a different channel'],
      },
    ],
    [
      'a reply to nothing',
      { content: 'a', message_reference: {} },
      { 'message_reference.message_id': ['BASE_TYPE_REQUIRED: This field is required'] },
    ],
    [
      'a forward from nowhere',
      { message_reference: { type: 1, message_id: '1' } },
      { 'message_reference.channel_id': ['BASE_TYPE_REQUIRED: This field is required'] },
    ],
    [
      'an alternative text too long',
      { content: 'a', attachments: [{ id: '0', description: text(1025) }] },
      { 'attachments.0.description': ['BASE_TYPE_MAX_LENGTH: Must be 1024 or fewer in length.'] },
    ],
    [
      'eleven embeds',
      { embeds: Array.from({ length: 11 }, () => ({ title: 'a' })) },
      { embeds: ['BASE_TYPE_MAX_LENGTH: Must be 10 or fewer in length.'] },
    ],
    [
      'more than 6,000 characters over all embeds',
      { embeds: [{ description: text(4_096) }, { footer: { text: text(1_904) } }, { author: { name: 'a' } }] },
      { embeds: ['MAX_EMBED_SIZE_EXCEEDED: Embed size exceeds maximum size of 6000'] },
    ],
    [
      'an embed that breaks every limit',
      {
        embeds: [
          { title: 'fine' },
          {
            title: text(257),
            url: 'nowhere',
            color: -1,
            timestamp: 'yesterday',
            image: { url: 'ftp://example.org/a.png' },
            author: { url: 'https://example.org' },
            fields: [...fieldsOf(24), { name: ' ', value: text(1025) }, {}],
          },
        ],
      },
      {
        'embeds.1.title': ['BASE_TYPE_MAX_LENGTH: Must be 256 or fewer in length.'],
        'embeds.1.url': ['URL_TYPE_INVALID_URL: Not a well formed URL.'],
        'embeds.1.color': ['NUMBER_TYPE_MIN: int value should be greater than or equal to 0.'],
        'embeds.1.timestamp': ['DATE_TIME_TYPE_PARSE: Could not parse yesterday. Should be ISO8601.'],
        'embeds.1.author.name': ['BASE_TYPE_REQUIRED: This field is required'],
        'embeds.1.image.url': [`URL_TYPE_INVALID_SCHEME: Scheme "ftp" must be one of ('http', 'https', 'attachment').`],
        'embeds.1.fields': ['BASE_TYPE_MAX_LENGTH: Must be 25 or fewer in length.'],
        'embeds.1.fields.24.name': ['BASE_TYPE_REQUIRED: This field is required'],
        'embeds.1.fields.24.value': ['BASE_TYPE_MAX_LENGTH: Must be 1024 or fewer in length.'],
        'embeds.1.fields.25.name': ['BASE_TYPE_REQUIRED: This field is required'],
        'embeds.1.fields.25.value': ['BASE_TYPE_REQUIRED: This field is required'],
      },
    ],
  ])('%s', (_, body, expected) => {
    expect(faults('POST', MESSAGES, body)).toEqual(expected);
  });
});

test('faults are nested as Discord nests them', () => {
  expect(check('POST', MESSAGES, { content: text(2_001), embeds: [{ title: text(257) }] })).toEqual({
    status: 400,
    body: {
      code: 50035,
      message: 'Invalid Form Body',
      errors: {
        content: { _errors: [{ code: 'BASE_TYPE_MAX_LENGTH', message: 'Must be 2000 or fewer in length.' }] },
        embeds: {
          0: { title: { _errors: [{ code: 'BASE_TYPE_MAX_LENGTH', message: 'Must be 256 or fewer in length.' }] } },
        },
      },
    },
  });
});

test.each<[string, object]>([
  ['nothing at all', {}],
  ['blank content', { content: ' \n' }],
  ['an embed without anything to see', { embeds: [{ color: 1 }], components: [] }],
  ['a reply without content', { message_reference: { message_id: '1' } }],
])('a new message of %s is empty', (_, body) => {
  for (const path of [MESSAGES, WEBHOOK]) {
    expect(refusal('POST', path, body)).toBe('400 50006: Cannot send an empty message');
  }
});

test('an edit may leave out or clear what it likes', () => {
  for (const path of [MESSAGE, `${WEBHOOK}/messages/@original`]) {
    for (const body of [{}, { content: null, embeds: [], components: [], attachments: [] }, { flags: 4 | 64 }]) {
      expect(check('PATCH', path, body)).toBe(accepted);
    }
  }
});

test.each([
  ['edits', 'PATCH', MESSAGE],
  ['webhook messages', 'POST', WEBHOOK],
  ['edits of answers', 'PATCH', `${WEBHOOK}/messages/%40original`],
])('%s have the same limits', (_, method, path) => {
  expect(faults(method, path, { content: text(2_001) })).toEqual({
    content: ['BASE_TYPE_MAX_LENGTH: Must be 2000 or fewer in length.'],
  });
});

test('a follow-up may be private', () => {
  expect(check('POST', WEBHOOK, { content: 'a', flags: 64 })).toBe(accepted);
});

describe('files', () => {
  const ten = Array.from({ length: 10 }, () => 1);

  test.each<[string, number[], string | undefined]>([
    ['ten small ones', ten, accepted],
    ['one of 10 MiB', [10 * MEBIBYTE], accepted],
    ['eleven', [...ten, 1], '400 30015: Maximum number of attachments in a message reached (10)'],
    ['one above 10 MiB', [1, 10 * MEBIBYTE + 1], '413 40005: Request entity too large'],
    ['more than 25 MiB together', [9 * MEBIBYTE, 9 * MEBIBYTE, 8 * MEBIBYTE], '413 40005: Request entity too large'],
  ])('%s', (_, sizes, expected) => {
    expect(refusal('POST', MESSAGES, { content: 'a' }, sizes)).toBe(expected);
  });

  test('a sum alone is judged by what must be true of the largest', () => {
    expect(refusal('POST', MESSAGES, {}, { count: 1, total: 10 * MEBIBYTE + 1 })).toMatch('40005');
    expect(refusal('POST', MESSAGES, {}, { count: 2, total: 11 * MEBIBYTE })).toBe(accepted);
  });
});

test.each<[string, object, string[] | undefined]>([
  ['one message', { messages: ['1'] }, ['BASE_TYPE_BAD_LENGTH: Must be between 2 and 100 in length.']],
  ['no list', {}, ['BASE_TYPE_REQUIRED: This field is required']],
  [
    '101 messages',
    { messages: Array.from({ length: 101 }, String) },
    ['BASE_TYPE_BAD_LENGTH: Must be between 2 and 100 in length.'],
  ],
  ['two messages', { messages: ['1', '2'] }, undefined],
])('a bulk delete of %s', (_, body, expected) => {
  expect(faults('POST', `${MESSAGES}/bulk-delete`, body)).toEqual(expected ? { messages: expected } : {});
});
