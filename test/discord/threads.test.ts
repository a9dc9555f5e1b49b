import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { PermissionFlagsBits, PermissionsBitField } from 'discord.js';
import { UserError } from '../../src/core/errors.ts';
import { threadName } from '../../src/discord/threads.ts';
import { BOT_RIGHTS, type ChannelHandle, Permission } from '../../src/simulator/discord/index.ts';
import { startWebhooks, type WebhookScene } from './webhook-scene.ts';

let scene: WebhookScene;
let channel: ChannelHandle;

beforeAll(async () => {
  scene = await startWebhooks();
});
afterAll(() => scene.close());
beforeEach(() => {
  channel = scene.newChannel();
});
afterEach(() => {
  scene.guild.setBotPermissions(BOT_RIGHTS);
  scene.discord.faults.clear();
});

const NEEDS = (what: string) =>
  `To open a thread I need ${what} in this channel. An admin can grant it to my role in Server Settings > Roles, or for this channel alone in Edit Channel > Permissions.`;

async function stateOf(threadId: string) {
  const { name, type, thread_metadata } = (await scene.rest.get(`/channels/${threadId}`)) as {
    name: string;
    type: number;
    thread_metadata: { archived: boolean; locked: boolean; invitable?: boolean };
  };
  return { name, type, ...thread_metadata };
}

async function refusal(work: Promise<unknown>): Promise<unknown> {
  const error: unknown = await work.catch((refused: unknown) => refused);
  return error instanceof UserError ? [error.kind, error.message] : error;
}

const open = (more: Partial<Parameters<typeof scene.threads.open>[0]> = {}) =>
  scene.threads.open({ parentId: channel.id, name: 'The inn', isPrivate: false, ...more });

describe('a thread', () => {
  test('is opened for all', async () => {
    const { id } = await open({ name: ' The\n inn ' });
    expect(await stateOf(id)).toMatchObject({ name: 'The inn', type: 11, archived: false });
  });

  test('is opened for those who are invited', async () => {
    const { id } = await open({ isPrivate: true });
    expect(await stateOf(id)).toMatchObject({ type: 12, invitable: true });
    expect(() => scene.alice.in({ id }).messages()).toThrow('the channel is hidden from them');
    await scene.threads.addMember(id, scene.alice.id);
    expect(scene.alice.in({ id }).messages()).toEqual([]);
  });

  test('is archived, opened again and renamed', async () => {
    const { id } = await open();
    await scene.threads.archive(id);
    expect(await stateOf(id)).toMatchObject({ archived: true });
    expect(await scene.threads.reopen(id)).toBe(true);
    expect(await scene.threads.reopen(id)).toBe(true);
    await scene.threads.rename(id, 'The road');
    expect(await stateOf(id)).toMatchObject({ name: 'The road', archived: false });
  });

  test('that a moderator has locked stays closed', async () => {
    const place = await scene.alice.in(channel).startThread({ name: 'aside' });
    place.lock();
    expect(await scene.threads.reopen(place.id)).toBe(false);
    expect(await stateOf(place.id)).toMatchObject({ archived: true, locked: true });
  });
});

describe('a thread that cannot be opened', () => {
  test.each([
    ['public', false, Permission.CreatePublicThreads, '**Create Public Threads** and **Send Messages in Threads**'],
    ['private', true, Permission.CreatePrivateThreads, '**Create Private Threads** and **Send Messages in Threads**'],
    ['hidden', false, Permission.ViewChannel, '**View Channel**'],
  ])('names what the bot may not do: %s', async (_, isPrivate, right, named) => {
    scene.guild.setBotPermissions(BOT_RIGHTS & ~right);
    expect(await refusal(open({ isPrivate }))).toEqual(['permission', NEEDS(named)]);
  });

  test('names exactly what is missing where that is known, before anything is asked', async () => {
    scene.discord.clearLog();
    const { ViewChannel, CreatePublicThreads, SendMessagesInThreads } = PermissionFlagsBits;
    const permissions = new PermissionsBitField([ViewChannel, CreatePublicThreads]);
    expect(await refusal(open({ permissions }))).toEqual(['permission', NEEDS('**Send Messages in Threads**')]);
    expect(await refusal(open({ permissions, isPrivate: true }))).toEqual([
      'permission',
      NEEDS('**Create Private Threads** and **Send Messages in Threads**'),
    ]);
    expect(scene.discord.log).toEqual([]);
    permissions.add(SendMessagesInThreads);
    expect(await open({ permissions })).toEqual({ id: expect.any(String) });
  });

  test('says so in a forum and in a thread', async () => {
    const forum = scene.guild.createForum({ name: 'stories' });
    const inForum = await refusal(open({ parentId: forum.id }));
    expect(inForum).toEqual(['input', 'In a forum open a post first, or use a text channel.']);
    const inThread = ['input', 'Threads can be opened in text channels of servers only, not here.'];
    const { id } = await open();
    expect(await refusal(open({ parentId: id }))).toEqual(inThread);
  });

  test('says so when the channel is gone', async () => {
    channel.delete();
    expect(await refusal(open())).toEqual(['missing', 'This channel does not exist any more.']);
  });

  test('says so when there are too many', async () => {
    scene.discord.faults.add({
      method: 'POST',
      path: /threads$/,
      effect: { status: 400, body: { code: 160_006, message: 'Maximum number of active threads reached' } },
    });
    expect(await refusal(open())).toEqual([
      'unavailable',
      'This server has as many open threads as Discord allows. Close some that are not needed, then try again.',
    ]);
  });

  test('because Discord is down is a fault', async () => {
    scene.discord.faults.add({ path: /threads$/, effect: { status: 500 } });
    expect(await refusal(open())).toMatchObject({ name: 'HTTPError' });
  });
});

describe('an announcement channel', () => {
  const sent = () => scene.discord.log.find(({ method }) => method === 'POST')?.body;
  beforeEach(() => {
    const effect = { status: 200, body: { id: channel.id, type: 5 } };
    scene.discord.faults.add({ method: 'GET', path: /^\/channels\/\d+$/, effect });
    scene.discord.clearLog();
  });

  test('has public threads of its own kind', async () => {
    await refusal(open());
    expect(sent()).toMatchObject({ type: 10 });
  });

  test('has no private ones', async () => {
    expect(await refusal(open({ isPrivate: true }))).toEqual([
      'input',
      'Announcement channels have no private threads: open a public one, or use a text channel.',
    ]);
    expect(sent()).toEqual(undefined);
  });
});

describe('somebody', () => {
  test('who is not in the server cannot join', async () => {
    const { id } = await open();
    const stranger = scene.discord.createPerson({ name: 'Stranger' });
    expect(await refusal(scene.threads.addMember(id, stranger.id))).toEqual([
      'missing',
      'They are not in this server, so they cannot join the thread.',
    ]);
  });

  test.each([
    [30_033, 'unavailable', 'This thread is full: Discord allows 1,000 members.'],
    [50_001, 'permission', 'I may not add them: they must be able to see the channel of this thread.'],
  ])('is told when Discord refuses with %d', async (code, kind, message) => {
    const { id } = await open();
    scene.discord.faults.add({
      method: 'PUT',
      path: /thread-members/,
      effect: { status: 403, body: { code, message: '' } },
    });
    expect(await refusal(scene.threads.addMember(id, scene.alice.id))).toEqual([kind, message]);
  });
});

test.each([
  ['x'.repeat(101), `${'x'.repeat(99)}…`],
  ['x'.repeat(100), 'x'.repeat(100)],
  [' \n ', 'Roleplay'],
  ['a\t\u0000b', 'a b'],
])('the name of a thread is one line of 1 to 100 characters: %j', (name, expected) => {
  expect(threadName(name)).toBe(expected);
});
