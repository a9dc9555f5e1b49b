import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { accepted, check, faults } from './check.ts';

const CHANNEL = '/channels/111111111111111111';
const WEBHOOK = '/webhooks/333333333333333333';

const text = (length: number) => 'x'.repeat(length);
const REQUIRED = ['BASE_TYPE_REQUIRED: This field is required'];
const between = (min: number, max: number) => [`BASE_TYPE_BAD_LENGTH: Must be between ${min} and ${max} in length.`];
const forbidden = (word: string) => [`USERNAME_INVALID_CONTAINS: Username cannot contain "${word}"`];
const picture = (type: string, bytes: Buffer) => `data:image/${type};base64,${bytes.toString('base64')}`;
const PNG = Buffer.from('89504e470d0a1a0a00', 'hex');
const NO_IMAGE = ['IMAGE_INVALID: Invalid image data'];
const ARCHIVE = ['BASE_TYPE_CHOICES: Value must be one of (60, 1440, 4320, 10080).'];

describe('webhooks and threads that Discord takes', () => {
  test.each<[string, string, string, object]>([
    ['a webhook', 'POST', `${CHANNEL}/webhooks`, { name: text(80) }],
    ['no avatar', 'PATCH', WEBHOOK, { avatar: null }],
    ['a PNG', 'POST', `${CHANNEL}/webhooks`, { name: 'a', avatar: picture('png', PNG) }],
    ['a JPEG', 'PATCH', WEBHOOK, { avatar: picture('jpeg', Buffer.from('ffd8ffe0', 'hex')) }],
    ['any picture as discord.js names it', 'PATCH', WEBHOOK, { avatar: picture('jpg', PNG) }],
    ['a GIF by token', 'PATCH', `${WEBHOOK}/token`, { avatar: picture('gif', Buffer.from('GIF89a.')) }],
    ['a message under another name', 'POST', `${WEBHOOK}/token`, { username: 'Ada', content: 'a' }],
    ['a message under no other picture', 'POST', `${WEBHOOK}/token`, { avatar_url: '', content: 'a' }],
    ['a thread', 'POST', `${CHANNEL}/threads`, { name: text(100), type: 12, auto_archive_duration: 10080 }],
    ['a thread from a message', 'POST', `${CHANNEL}/messages/222222222222222222/threads`, { name: 'a' }],
    ['a forum thread', 'POST', `${CHANNEL}/threads`, { name: 'a', message: { content: 'a' } }],
    ['an archived thread', 'PATCH', CHANNEL, { archived: true }],
    ['what no rule is known for', 'PUT', `${CHANNEL}/pins/222222222222222222`, { anything: true }],
  ])('%s', (_, method, path, body) => {
    expect(check(method, path, body)).toBe(accepted);
  });
});

describe('webhooks and threads with a fault', () => {
  test.each<[string, string, string, object, object]>([
    ['a webhook without name', 'POST', `${CHANNEL}/webhooks`, {}, { name: REQUIRED }],
    ['a webhook with a name too long', 'POST', `${CHANNEL}/webhooks`, { name: text(81) }, { name: between(1, 80) }],
    ['a webhook named after the platform', 'PATCH', WEBHOOK, { name: 'My Discord' }, { name: forbidden('discord') }],
    ['a webhook renamed by its token', 'PATCH', `${WEBHOOK}/token`, { name: 'clyde' }, { name: forbidden('clyde') }],
    [
      'a message under a forbidden name',
      'POST',
      `${WEBHOOK}/token`,
      { username: 'BonnieAndClyde', content: 'a' },
      { username: forbidden('clyde') },
    ],
    [
      'a message under no name',
      'POST',
      `${WEBHOOK}/token`,
      { username: '', thread_name: text(101), content: 'a' },
      { username: between(1, 80), thread_name: between(1, 100) },
    ],
    [
      'a message under a blank name, with a picture from nowhere',
      'POST',
      `${WEBHOOK}/token`,
      { username: '  ', avatar_url: 'mira.png', content: 'a' },
      { username: between(1, 80), avatar_url: ['URL_TYPE_INVALID_URL: Not a well formed URL.'] },
    ],
    [
      'a message with its picture in the address',
      'POST',
      `${WEBHOOK}/token`,
      { avatar_url: picture('png', PNG), content: 'a' },
      { avatar_url: [`URL_TYPE_INVALID_SCHEME: Scheme "data" must be one of ('http', 'https').`] },
    ],
    ['an avatar by address', 'PATCH', WEBHOOK, { avatar: 'https://example.org/a.png' }, { avatar: NO_IMAGE }],
    [
      'an avatar of another type than it says',
      'PATCH',
      WEBHOOK,
      { avatar: picture('jpeg', PNG) },
      { avatar: NO_IMAGE },
    ],
    ['an avatar with a hole', 'PATCH', WEBHOOK, { avatar: `${picture('png', PNG)} AAAA` }, { avatar: NO_IMAGE }],
    ['an avatar of an unknown type', 'PATCH', WEBHOOK, { avatar: picture('webp', PNG) }, { avatar: NO_IMAGE }],
    [
      'an avatar of more than 10 MiB',
      'POST',
      `${CHANNEL}/webhooks`,
      { name: 'a', avatar: picture('png', Buffer.concat([PNG, Buffer.alloc(10 * 1024 * 1024)])) },
      { avatar: ['BINARY_TYPE_MAX_SIZE: File cannot be larger than 10240.0 kb.'] },
    ],
    ['a thread without name', 'POST', `${CHANNEL}/threads`, {}, { name: REQUIRED }],
    [
      'a thread with every limit broken',
      'POST',
      `${CHANNEL}/messages/222222222222222222/threads`,
      { name: text(101), auto_archive_duration: 30, rate_limit_per_user: 21_601, type: 5 },
      {
        name: between(1, 100),
        auto_archive_duration: ARCHIVE,
        rate_limit_per_user: ['NUMBER_TYPE_MAX: int value should be less than or equal to 21600.'],
        type: ['BASE_TYPE_CHOICES: Value must be one of (10, 11, 12).'],
      },
    ],
    [
      'a forum thread with an opening too long',
      'POST',
      `${CHANNEL}/threads`,
      { name: 'a', message: { content: text(2_001) } },
      { 'message.content': ['BASE_TYPE_MAX_LENGTH: Must be 2000 or fewer in length.'] },
    ],
    [
      'a channel with a name too long',
      'PATCH',
      CHANNEL,
      { name: text(101), auto_archive_duration: 61 },
      { name: between(1, 100), auto_archive_duration: ARCHIVE },
    ],
  ])('%s', (_, method, path, body, expected) => {
    expect(faults(method, path, body)).toEqual(expected);
  });
});

test('any JSON at all gets an answer', () => {
  const requests = fc.constantFrom<[string, string][]>(
    ['POST', `${CHANNEL}/messages`],
    ['PATCH', `${CHANNEL}/messages/222222222222222222`],
    ['POST', `${WEBHOOK}/token`],
    ['POST', '/interactions/444444444444444444/token/callback'],
    ['PUT', '/applications/555555555555555555/commands'],
    ['PATCH', '/applications/555555555555555555/commands/777777777777777777'],
    ['POST', `${CHANNEL}/threads`],
    ['POST', `${CHANNEL}/webhooks`],
  );
  const names = 'content embeds fields components component accessory options choices items type data flags';
  const more = 'attachments allowed_mentions parse message name url custom_id media';
  const key = fc.constantFrom(...names.split(' '), ...more.split(' '));
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { maxDepth: 6 },
      fc.constantFrom<unknown[]>(null, true, '', 'text', 1, 2, 3, 4, 5, 9, 10, 17, 18, 32768, -1, 0.5),
      fc.array(tie('json'), { maxLength: 3 }),
      fc.dictionary(key, tie('json'), { maxKeys: 5 }),
    ),
  }));
  fc.assert(
    fc.property(requests, json, ([method, path], body) => {
      expect([undefined, 400]).toContain(check(method, path, body)?.status);
    }),
    { numRuns: 1_000 },
  );
});
