import { describe, expect, test } from '@jest/globals';
import { createOpenApiJudge } from '../../../../src/simulator/discord/judge/openapi.ts';
import { openApiFile } from '../../../support/openapi.ts';

const judge = openApiFile === undefined ? undefined : createOpenApiJudge(openApiFile);

const CHANNEL = '/channels/111111111111111111';
const MESSAGES = `${CHANNEL}/messages`;
const MESSAGE = `${MESSAGES}/222222222222222222`;
const WEBHOOK = '/webhooks/333333333333333333/token';
const CALLBACK = '/interactions/444444444444444444/token/callback';
const COMMANDS = '/applications/555555555555555555/commands';

type Case = [name: string, method: string, path: string, body: unknown, fileCount?: number];
type Fault = [...Case, expected: string[]];

const button = { type: 2, style: 1, label: 'Stop', custom_id: 'stop', emoji: { id: '1', name: 'a', animated: true } };

const ACCEPTED: Case[] = [
  ['typing', 'POST', `${CHANNEL}/typing`, undefined],
  ['who am I', 'GET', '/users/@me', undefined],
  ['where to connect', 'GET', '/gateway/bot', undefined],
  ['history', 'GET', `${MESSAGES}?limit=100`, undefined],
  ['a reaction', 'PUT', `${MESSAGE}/reactions/%F0%9F%91%8D/@me`, undefined],
  [
    'a reply with a file',
    'POST',
    MESSAGES,
    {
      content: 'a',
      tts: false,
      nonce: '123',
      enforce_nonce: true,
      embeds: [{ title: 'a', image: { url: 'attachment://a.png' }, timestamp: '2026-11-22T10:00:00.000Z' }],
      components: [{ type: 1, components: [button] }],
      allowed_mentions: { parse: [], replied_user: false },
      message_reference: { message_id: '222222222222222222', fail_if_not_exists: false, type: 0 },
      attachments: [{ id: '0', filename: 'a.png', description: 'A picture' }],
      flags: 4096,
    },
    1,
  ],
  ['an attachment numbered by a number', 'POST', MESSAGES, { attachments: [{ id: 0, description: 'a' }] }, 1],
  ['an edit', 'PATCH', MESSAGE, { content: 'a', embeds: [], components: [], attachments: [] }],
  ['an edit with what discord.js always adds', 'PATCH', MESSAGE, { content: 'a', tts: false, enforce_nonce: false }],
  ['a deferred private answer', 'POST', CALLBACK, { type: 5, data: { flags: 64 } }],
  ['a deferred update', 'POST', CALLBACK, { type: 6 }],
  ['choices', 'POST', CALLBACK, { type: 8, data: { choices: [{ name: 'a', value: 'a', name_localizations: null }] } }],
  [
    'a modal',
    'POST',
    CALLBACK,
    {
      type: 9,
      data: {
        custom_id: 'm',
        title: 'Edit',
        components: [
          { type: 10, content: 'Read this' },
          { type: 18, label: 'Text', component: { type: 4, custom_id: 't', style: 2, value: 'a', required: false } },
          { type: 18, label: 'Card', component: { type: 19, custom_id: 'f', file_types: ['image/png'] } },
        ],
      },
    },
  ],
  ['the answer edited', 'PATCH', `${WEBHOOK}/messages/%40original`, { content: 'a', allowed_mentions: { parse: [] } }],
  [
    'new components',
    'POST',
    WEBHOOK,
    {
      flags: 32768,
      components: [
        {
          type: 17,
          accent_color: 1,
          components: [
            {
              type: 9,
              components: [{ type: 10, content: 'a' }],
              accessory: { type: 11, media: { url: 'attachment://a.png' } },
            },
            { type: 14, divider: true, spacing: 1 },
            {
              type: 1,
              components: [{ type: 3, custom_id: 's', options: [{ label: 'a', value: 'a', default: true }] }],
            },
          ],
        },
      ],
    },
  ],
  [
    'a persona speaks',
    'POST',
    `${WEBHOOK}?wait=true`,
    { content: 'a', username: 'Ada', avatar_url: 'https://example.org/a.png' },
  ],
  [
    'all commands',
    'PUT',
    COMMANDS,
    [
      {
        name: 'ask',
        type: 1,
        description: 'a',
        nsfw: false,
        default_member_permissions: '0',
        contexts: [0, 1],
        integration_types: [0],
        options: [{ type: 3, name: 'model', description: 'a', required: false, autocomplete: true, max_length: 100 }],
      },
      { name: 'Regenerate', type: 3 },
    ],
  ],
  ['a thread from a message', 'POST', `${MESSAGE}/threads`, { name: 'a', auto_archive_duration: 1440 }],
  ['a private thread', 'POST', `${CHANNEL}/threads`, { name: 'a', type: 12, invitable: false }],
  ['an archived thread', 'PATCH', CHANNEL, { archived: true, locked: true }],
  ['an overwrite', 'PATCH', CHANNEL, { permission_overwrites: [{ id: '1', type: 0, allow: '0', deny: '1024' }] }],
  ['a webhook', 'POST', `${CHANNEL}/webhooks`, { name: 'Personas' }],
  ['two messages deleted', 'POST', `${MESSAGES}/bulk-delete`, { messages: ['1', '2'] }],
];

const REFUSED: Fault[] = [
  ['a misspelt key', 'POST', MESSAGES, { contents: 'a' }, 0, ['/ has the unknown key "contents"']],
  [
    'a key in camel case',
    'POST',
    MESSAGES,
    { content: 'a', allowedMentions: {} },
    0,
    ['/ has the unknown key "allowedMentions"'],
  ],
  [
    'a misspelt key in a button',
    'POST',
    MESSAGES,
    { components: [{ type: 1, components: [{ ...button, customId: 'a' }] }] },
    0,
    ['/components/0/components/0 has the unknown key "customId"'],
  ],
  [
    'faults at several depths of an answer',
    'POST',
    CALLBACK,
    { type: 4, data: { content: 1, embeds: [{ fields: [{ name: 'a' }], color: 'red' }], flags: '64' } },
    0,
    [
      '/data/content must be string,null',
      '/data/embeds/0/color must be integer,null',
      "/data/embeds/0/fields/0 must have required property 'value'",
      '/data/flags must be integer,null',
    ],
  ],
  [
    'a modal without title',
    'POST',
    CALLBACK,
    { type: 9, data: { custom_id: 'm', components: [{ type: 10, content: 'a' }] } },
    0,
    ["/data must have required property 'title'"],
  ],
  ['an unknown callback', 'POST', CALLBACK, { type: 2 }, 0, ['/type must be one of [8,4,5,12,9,1,13,6,7]']],
  [
    'a number for an id',
    'POST',
    MESSAGES,
    { message_reference: { message_id: 1 } },
    0,
    ['/message_reference/message_id must be string'],
  ],
  [
    'a nonce too long',
    'POST',
    MESSAGES,
    { nonce: 'x'.repeat(26) },
    0,
    ['/nonce must NOT have more than 25 characters', '/nonce must be integer', '/nonce must match a schema in anyOf'],
  ],
  ['an edit to be read aloud', 'PATCH', MESSAGE, { content: 'a', tts: true }, 0, ['/tts must be one of [false,null]']],
  ['a command without name', 'PUT', COMMANDS, [{ description: 'a' }], 0, ["/0 must have required property 'name'"]],
  [
    'an option with a key of builders',
    'POST',
    COMMANDS,
    { name: 'a', options: [{ type: 3, name: 'b', description: 'c', minLength: 1 }] },
    0,
    ['/options/0 has the unknown key "minLength"'],
  ],
  [
    'a duration that threads do not have',
    'POST',
    `${MESSAGE}/threads`,
    { name: 'a', auto_archive_duration: 30 },
    0,
    ['/auto_archive_duration must be one of [60,1440,4320,10080]'],
  ],
  ['typing with a body', 'POST', `${CHANNEL}/typing`, {}, 0, ['POST /channels/{channel_id}/typing takes no body']],
  [
    'files with a command',
    'POST',
    COMMANDS,
    { name: 'a' },
    1,
    ['POST /applications/{application_id}/commands takes no files'],
  ],
  ['a path of an old version', 'POST', `/v9${MESSAGES}`, {}, 0, [`POST /v9${MESSAGES} is not an operation of the API`]],
];

describe("by Discord's own file", () => {
  if (!judge) {
    test('nothing can be said: the file is not there', () => expect(openApiFile).toBe(undefined));
    return;
  }
  test.each(ACCEPTED)('right: %s', (_, method, path, body, fileCount = 0) => {
    expect(judge.check({ method, path, body, fileCount })).toEqual([]);
  });

  test.each(REFUSED)('wrong: %s', (_, method, path, body, fileCount, expected) => {
    expect(judge.check({ method, path, body, fileCount: fileCount ?? 0 }).toSorted()).toEqual(expected.toSorted());
  });
});
