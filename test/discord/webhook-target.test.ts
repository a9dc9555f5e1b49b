import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DiscordAPIError } from 'discord.js';
import type { EditClock } from '../../src/chat/edit-clock.ts';
import { bucketKeyOf, watchRateLimits } from '../../src/discord/rate-limits.ts';
import { isGone } from '../../src/discord/report-error.ts';
import { NoWebhook } from '../../src/discord/webhook-errors.ts';
import { BOT_RIGHTS, type ChannelHandle, Permission } from '../../src/simulator/discord/index.ts';
import { png } from '../support/pictures.ts';
import { part, shown, startWebhooks, type WebhookScene, WITHOUT_WEBHOOKS } from './webhook-scene.ts';

const STOP = [{ action: 'stop' as const, id: 'reply-1' }];

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
  scene.log.length = 0;
});

const gone = (work: Promise<unknown>): Promise<boolean> => work.then(() => false, isGone);
const idsIn = (place: ChannelHandle) => place.messages().map(({ id }) => id);
const thread = () => scene.alice.in(channel).startThread({ name: 'scene' });

describe('a reply of a persona', () => {
  test('has its name, its picture, its buttons, and pings nobody', async () => {
    const target = await scene.targetIn(channel.id, {
      username: 'Clyde',
      avatarUrl: async (emotion) => `https://cdn.discordapp.com/avatars/1/${emotion}.png`,
    });
    await target.create(0, { ...part(`Hello <@${scene.alice.id}>`, STOP), emotion: 'joy' });
    await target.create(1, part('and more'));
    const [first, second] = channel.messages();
    expect(first).toMatchObject({
      author: { name: 'Cly-de', avatarUrl: 'https://cdn.discordapp.com/avatars/1/joy.png' },
      components: [{ components: [{ custom_id: 'stop:reply-1' }] }],
      mentions: { userIds: [] },
    });
    expect(second?.author.avatarUrl).toBe(first?.author.avatarUrl);
    expect(target.messageIds).toEqual(idsIn(channel));
  });

  test('without a picture has a plain one, always the same, and never that of another persona', async () => {
    const plain = /^http:\/\/127\.0\.0\.1:\d+\/embed\/avatars\/[0-5]\.png$/;
    for (const avatarUrl of [async () => undefined, () => Promise.reject(new Error('no picture'))]) {
      await (await scene.targetIn(channel.id, { avatarUrl })).create(0, part('Hello'));
    }
    const [first, second] = channel.messages().map(({ author }) => author.avatarUrl);
    expect([first, second]).toEqual([expect.stringMatching(plain), first]);
    expect(scene.log).toMatchObject([{ level: 'warn', message: 'a persona speaks without its picture' }]);
  });

  test('has its picture made ready before there is anything to say, unless it stands there already', async () => {
    const asked: (string | undefined)[] = [];
    const avatarUrl = async (emotion: string | undefined) => {
      asked.push(emotion);
      return undefined;
    };
    const target = await scene.targetIn(channel.id, { avatarUrl });
    expect(asked).toEqual([undefined]);
    await target.create(0, { ...part('Hi'), emotion: 'joy' });
    await scene.targetIn(channel.id, { avatarUrl, reuse: target.messageIds });
    expect(asked).toEqual([undefined, 'joy']);
  });

  test('grows, shrinks and is written over in a thread', async () => {
    const place = await thread();
    const target = await scene.targetIn(channel.id, { threadId: place.id });
    await target.create(0, part('One', STOP));
    await target.edit(0, part('One, done'));
    await target.create(1, part('Two'));
    await target.remove(1);
    expect([shown(place), shown(channel)]).toEqual([['Seraphina: One, done'], ['Alice: scene']]);

    const again = await scene.targetIn(channel.id, { threadId: place.id, reuse: [...target.messageIds] });
    await again.create(0, part('Another'));
    expect([shown(place), again.messageIds]).toEqual([['Seraphina: Another'], target.messageIds]);
  });

  test('shows that something comes in its thread, until something is there', async () => {
    const typing: string[] = [];
    const place = await thread();
    const showTyping = (channelId: string) => {
      typing.push(channelId);
      return () => void typing.push('end');
    };
    const target = await scene.targetIn(channel.id, { threadId: place.id, showTyping });
    target.showTyping()();
    await target.create(0, part('One'));
    target.showTyping()();
    expect(typing).toEqual([place.id, 'end']);
  });
});

describe('a face', () => {
  const faceOf = (emotion: string | undefined) =>
    emotion === undefined
      ? undefined
      : {
          key: emotion,
          load: async () => {
            if (emotion === 'broken') throw new Error('no such file');
            return {
              embeds: [{ thumbnail: { url: `attachment://${emotion}.png` } }],
              files: [{ name: `${emotion}.png`, bytes: png(1, 1), description: emotion }],
            };
          },
        };
  const faceIn = (place: ChannelHandle) =>
    place.messages().map(({ embeds }) => embeds.map((embed) => /\w+\.png/.exec(JSON.stringify(embed))?.[0]));

  test('is sent with the first message, again when it changes, and not otherwise', async () => {
    const target = await scene.targetIn(channel.id, { decoration: faceOf });
    await target.create(0, { ...part('Hi'), emotion: 'joy' });
    scene.discord.clearLog();
    await target.edit(0, { ...part('Hi there'), emotion: 'joy' });
    await target.create(1, part('more'));
    expect(faceIn(channel)).toEqual([['joy.png'], []]);
    await target.edit(0, { ...part('Hi there.'), emotion: 'grief' });
    expect(faceIn(channel)).toEqual([['grief.png'], []]);
    expect(scene.discord.log.map(({ fileNames }) => fileNames)).toEqual([[], [], ['grief.png']]);
  });

  test('of an earlier reply does not stay', async () => {
    const target = await scene.targetIn(channel.id, { decoration: faceOf });
    await target.create(0, { ...part('Hi'), emotion: 'joy' });
    const again = await scene.targetIn(channel.id, { reuse: [...target.messageIds] });
    await again.create(0, part('Hello'));
    expect([shown(channel), faceIn(channel)]).toEqual([['Seraphina: Hello'], [[]]]);
  });

  test('that cannot be read costs no words', async () => {
    const target = await scene.targetIn(channel.id, { decoration: faceOf });
    await target.create(0, { ...part('Hi'), emotion: 'broken' });
    expect([shown(channel), faceIn(channel)]).toEqual([['Seraphina: Hi'], [[]]]);
    expect(scene.log).toMatchObject([{ level: 'warn', message: 'the face of a persona could not be shown' }]);
  });
});

test('the rhythm is counted by the same names as Discord’s answers, in a thread as well', async () => {
  const seen = new Set<string>();
  const editClock: Pick<EditClock, 'observe'> = { observe: (key) => void seen.add(key) };
  watchRateLimits(scene.webhookRest, editClock as EditClock);
  const target = await scene.targetIn(channel.id, { threadId: (await thread()).id });
  const expected = [target.bucketOf('create', 0), target.bucketOf('edit', 0)];
  await target.create(0, part('One'));
  await target.edit(0, part('One!'));
  expect([...seen]).toEqual(expected);
  const { id, token } = await scene.webhooks.of(channel.id);
  expect(expected).toEqual([
    bucketKeyOf('POST', `/webhooks/${id}/${token}`),
    bucketKeyOf('PATCH', `/webhooks/${id}/${token}/messages/123`),
  ]);
  expect([target.bucketOf('create', 0), target.bucketOf('create', 1)]).toEqual([expected[1], expected[0]]);
});

describe('without a webhook', () => {
  test('there is no reply, and the reason is told', async () => {
    scene.guild.setBotPermissions(WITHOUT_WEBHOOKS);
    await expect(scene.targetIn(channel.id)).rejects.toMatchObject({ name: 'NoWebhook', reason: 'permission' });
  });

  test('because all are used up the reason is another', async () => {
    for (let count = 0; count < 15; count++) channel.createWebhook(`Hook ${count}`);
    await expect(scene.targetIn(channel.id)).rejects.toBeInstanceOf(NoWebhook);
  });
});

describe('when the webhook is deleted', () => {
  test('the next message is written by a new one', async () => {
    const target = await scene.targetIn(channel.id);
    const before = target.bucketOf('create', 0);
    await target.create(0, part('One'));
    channel.webhooks()[0]?.delete();
    await target.create(1, part('Two'));
    expect(shown(channel)).toEqual(['Seraphina: One', 'Seraphina: Two']);
    expect(channel.webhooks()).toHaveLength(1);
    expect([target.messageIds, target.bucketOf('create', 2) === before]).toEqual([idsIn(channel), false]);
  });

  test('what cannot be changed is written anew with all behind it, and the old is taken away', async () => {
    const target = await scene.targetIn(channel.id);
    const { messageIds } = target;
    await target.create(0, part('One'));
    await target.create(1, part('Two'));
    await target.create(2, part('Three'));
    const [first] = messageIds;
    channel.webhooks()[0]?.delete();
    await target.edit(1, part('Two!'));
    expect(shown(channel)).toEqual(['Seraphina: One', 'Seraphina: Two!', 'Seraphina: Three']);
    expect([target.messageIds === messageIds, messageIds, messageIds[0]]).toEqual([true, idsIn(channel), first]);
    await target.edit(2, part('Three!'));
    expect([shown(channel).at(-1), channel.webhooks().length]).toEqual(['Seraphina: Three!', 1]);
  });

  test('and the bot may not delete it, the old stays beside the new', async () => {
    scene.guild.setBotPermissions(BOT_RIGHTS & ~Permission.ManageMessages);
    const target = await scene.targetIn(channel.id);
    await target.create(0, part('One'));
    channel.webhooks()[0]?.delete();
    await target.edit(0, part('One!'));
    expect([shown(channel), target.messageIds]).toEqual([
      ['Seraphina: One', 'Seraphina: One!'],
      idsIn(channel).slice(1),
    ]);
  });

  test('and no new one can be had, Discord’s word says that the place is closed', async () => {
    const target = await scene.targetIn(channel.id);
    await target.create(0, part('One'));
    channel.webhooks()[0]?.delete();
    scene.guild.setBotPermissions(WITHOUT_WEBHOOKS);
    expect(await gone(target.edit(0, part('One!')))).toBe(true);
    scene.guild.setBotPermissions(BOT_RIGHTS);
    // So long Discord is not asked again.
    await scene.clock.advance(60_000);
    await target.edit(0, part('One!'));
    expect(target.messageIds).toEqual(idsIn(channel).slice(-1));
  });

  test('several replies that notice it share the new one', async () => {
    const targets = await Promise.all([scene.targetIn(channel.id), scene.targetIn(channel.id)]);
    channel.webhooks()[0]?.delete();
    await Promise.all(targets.map((target, index) => target.create(0, part(`Reply ${index}`))));
    expect([shown(channel).toSorted(), channel.webhooks().length]).toEqual([
      ['Seraphina: Reply 0', 'Seraphina: Reply 1'],
      1,
    ]);
  });
});

describe('what an earlier reply left', () => {
  test('by another webhook of the bot is changed by that one', async () => {
    const { id, token } = await scene.webhooks.of(channel.id);
    const older = await scene.targetIn(channel.id);
    await older.create(0, part('Old'));
    // A second one of the bot's; the first is found again, but is not remembered here as the present one.
    const second = (await scene.rest.post(`/channels/${channel.id}/webhooks`, { body: { name: 'Second' } })) as {
      id: string;
      token: string;
    };
    const of = async () => ({ ...second, channelId: channel.id });
    const { createWebhookMessages } = await import('../../src/discord/webhook-messages.ts');
    const webhooks = { ...scene.webhooks, of };
    const { rest, webhookRest, threads } = scene;
    const messages = createWebhookMessages({ rest, webhookRest, webhooks, threads });
    const target = await scene.targetIn(channel.id, { webhooks, messages, reuse: [...older.messageIds] });
    await target.create(0, part('New'));
    await target.edit(0, part('Newer'));
    expect([shown(channel), target.messageIds]).toEqual([['Seraphina: Newer'], older.messageIds]);
    expect(target.bucketOf('edit', 0)).toBe(bucketKeyOf('PATCH', `/webhooks/${id}/${token}/messages/1`));
    await target.remove(0);
    expect(channel.messages()).toEqual([]);
  });

  test('by the bot’s own account gives way to a message of the persona', async () => {
    const own = (await scene.rest.post(`/channels/${channel.id}/messages`, { body: { content: 'Old' } })) as {
      id: string;
    };
    const target = await scene.targetIn(channel.id, { reuse: [own.id] });
    await target.create(0, part('New'));
    expect([shown(channel), target.messageIds]).toEqual([['Seraphina: New'], idsIn(channel)]);
  });

  test('and was deleted by somebody is not written again', async () => {
    const target = await scene.targetIn(channel.id);
    await target.create(0, part('One'));
    const [id = ''] = target.messageIds;
    await scene.rest.delete(`/channels/${channel.id}/messages/${id}`);
    expect(await gone(target.edit(0, part('One!')))).toBe(true);
    expect(channel.messages()).toEqual([]);
    await target.remove(0);
    expect(target.messageIds).toEqual([]);
  });
});

describe('when the thread is', () => {
  async function begin() {
    const place = await thread();
    const target = await scene.targetIn(channel.id, { threadId: place.id });
    await target.create(0, part('One'));
    return { place, target };
  }

  test('archived it is opened again, for changes as for new messages', async () => {
    const { place, target } = await begin();
    place.setArchived(true);
    await target.edit(0, part('One!'));
    place.setArchived(true);
    await target.create(1, part('Two'));
    place.setArchived(true);
    await target.remove(1);
    expect(shown(place)).toEqual(['Seraphina: One!']);
  });

  test('locked it stays closed', async () => {
    const { place, target } = await begin();
    place.lock();
    const refused: unknown[] = [
      await target.edit(0, part('One!')).catch((error: unknown) => error),
      await target.create(1, part('Two')).catch((error: unknown) => error),
    ];
    expect(refused.map((error) => error instanceof DiscordAPIError && error.code)).toEqual([50_083, 160_005]);
    expect(shown(place)).toEqual(['Seraphina: One']);
  });

  test('deleted its place is gone', async () => {
    const { place, target } = await begin();
    place.delete();
    expect([await gone(target.edit(0, part('One!'))), await gone(target.create(1, part('Two')))]).toEqual([true, true]);
  });

  test('deleted with its channel its place is gone', async () => {
    const { target } = await begin();
    channel.delete();
    expect([await gone(target.edit(0, part('One!'))), await gone(target.create(1, part('Two')))]).toEqual([true, true]);
  });
});

test('a name or picture that Discord refuses costs no words', async () => {
  const target = await scene.targetIn(channel.id, { avatarUrl: async () => 'ftp://example.com/face.png' });
  await target.create(0, part('One'));
  expect(shown(channel)).toEqual(['Dramatis: One']);
});
