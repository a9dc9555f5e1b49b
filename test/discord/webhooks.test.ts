import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { NoWebhook } from '../../src/discord/webhook-errors.ts';
import { BOT_RIGHTS, type ChannelHandle } from '../../src/simulator/discord/index.ts';
import { dataUrl, png } from '../support/pictures.ts';
import { startWebhooks, type WebhookScene, WITHOUT_WEBHOOKS } from './webhook-scene.ts';

let scene: WebhookScene;
let channel: ChannelHandle;

beforeAll(async () => {
  scene = await startWebhooks();
});
afterAll(() => scene.close());
beforeEach(() => {
  channel = scene.newChannel();
  scene.discord.clearLog();
});
afterEach(() => {
  scene.guild.setBotPermissions(BOT_RIGHTS);
  scene.discord.faults.clear();
  scene.documents.clear();
  scene.log.length = 0;
});

const named = () => channel.webhooks().map(({ name, isOfBot }) => ({ name, isOfBot }));

describe('the webhook of a channel', () => {
  test('is made once, whoever asks at once', async () => {
    const [first, second] = await Promise.all([scene.webhooks.of(channel.id), scene.webhooks.of(channel.id)]);
    expect(await scene.webhooks.of(channel.id)).toBe(first);
    expect(second).toBe(first);
    expect(first).toEqual({ id: channel.webhooks()[0]?.id, token: expect.any(String), channelId: channel.id });
    expect(named()).toEqual([{ name: 'Dramatis', isOfBot: true }]);
    expect(scene.requests()).toEqual(['GET /channels/:id/webhooks', 'POST /channels/:id/webhooks']);
  });

  test('is found again after a restart, and is never one of somebody else', async () => {
    channel.createWebhook('Dramatis');
    const made = await scene.webhooks.of(channel.id);
    expect(await scene.open().webhooks.of(channel.id)).toEqual(made);
    expect(named()).toEqual([
      { name: 'Dramatis', isOfBot: false },
      { name: 'Dramatis', isOfBot: true },
    ]);
  });

  test('is another one once it is forgotten, which a late word of the old one does not undo', async () => {
    const old = await scene.webhooks.of(channel.id);
    channel.webhooks()[0]?.delete();
    scene.webhooks.forget(old);
    const made = await scene.webhooks.of(channel.id);
    scene.webhooks.forget(old);
    expect(await scene.webhooks.of(channel.id)).toBe(made);
    expect([made.id !== old.id, channel.webhooks().map(({ id }) => id)]).toEqual([true, [made.id]]);
  });
});

describe('a channel without one says why, and what to do', () => {
  async function refusalIn(channelId: string): Promise<unknown> {
    const error: unknown = await scene.webhooks.of(channelId).catch((refused: unknown) => refused);
    return error instanceof NoWebhook ? [error.reason, error.kind, error.message] : error;
  }

  test('when the bot may make none', async () => {
    scene.guild.setBotPermissions(WITHOUT_WEBHOOKS);
    expect(await refusalIn(channel.id)).toEqual([
      'permission',
      'permission',
      'To speak as a persona I need the permission Manage Webhooks here. An admin can grant it to my role in Server Settings > Roles, or for this channel alone in Edit Channel > Permissions.',
    ]);
    scene.guild.setBotPermissions(BOT_RIGHTS);
    // Discord is not asked again at once.
    expect(await refusalIn(channel.id)).toMatchObject(['permission', 'permission', expect.anything()]);
    await scene.clock.advance(60_000);
    expect(await refusalIn(channel.id)).toMatchObject({ channelId: channel.id });
  });

  test('when there are as many as Discord allows', async () => {
    for (let count = 0; count < 15; count++) channel.createWebhook(`Hook ${count}`);
    expect(await refusalIn(channel.id)).toEqual([
      'full',
      'unavailable',
      'This channel has 15 webhooks, as many as Discord allows, so there is none for personas. An admin can delete one that is not needed in Edit Channel > Integrations > Webhooks.',
    ]);
  });

  test('when the whole server has', async () => {
    scene.discord.faults.add({
      method: 'POST',
      path: /webhooks$/,
      effect: { status: 400, body: { code: 30_058, message: 'Maximum number of webhooks per guild reached (1000)' } },
    });
    expect(await refusalIn(channel.id)).toMatchObject([
      'full',
      'unavailable',
      expect.stringMatching(/^This server has/),
    ]);
  });

  test('when it is gone', async () => {
    channel.delete();
    expect(await refusalIn(channel.id)).toEqual(['gone', 'missing', 'This channel does not exist any more.']);
  });

  test('when it is of a kind that has none', async () => {
    const thread = await scene.alice.in(channel).startThread({ name: 'aside' });
    expect(await refusalIn(thread.id)).toMatchObject(['unsupported', 'input', expect.stringMatching(/^Discord lets/)]);
  });

  test('but not when Discord is down', async () => {
    scene.discord.faults.add({ path: /webhooks$/, effect: { status: 503 } });
    expect(await refusalIn(channel.id)).toMatchObject({ name: 'HTTPError', status: 503 });
  });
});

describe('a webhook of an older message', () => {
  test('is found by its id, with its token', async () => {
    const webhook = await scene.webhooks.of(channel.id);
    expect(await scene.open().webhooks.find(webhook.id)).toEqual(webhook);
  });

  test('is none when it is gone, or is somebody else’s', async () => {
    const webhook = await scene.webhooks.of(channel.id);
    channel.webhooks()[0]?.delete();
    const { id } = channel.createWebhook('Other');
    expect([await scene.webhooks.find(webhook.id), await scene.webhooks.find(id)]).toEqual([undefined, undefined]);
  });
});

describe('a picture', () => {
  const bytes = png(1, 1);
  const dataUri = dataUrl('image/png', bytes);
  let read: number;
  const picture = (sha256: string) => ({
    sha256,
    async dataUri() {
      read += 1;
      return dataUri;
    },
  });
  beforeEach(() => {
    read = 0;
  });

  test('is given to Discord once, whoever asks at once, and has an address there', async () => {
    const webhook = await scene.webhooks.of(channel.id);
    const [first, second] = await Promise.all([
      scene.webhooks.avatarUrlOf(webhook, picture('aa')),
      scene.webhooks.avatarUrlOf(webhook, picture('aa')),
    ]);
    expect(first).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:\\d+/avatars/${webhook.id}/[0-9a-f]{32}\\.png$`));
    expect([second, read]).toEqual([first, 1]);
    const answer = await fetch(first ?? '');
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
  });

  test('is remembered over a restart', async () => {
    const webhook = await scene.webhooks.of(channel.id);
    const url = await scene.webhooks.avatarUrlOf(webhook, picture('aa'));
    expect(await scene.open().webhooks.avatarUrlOf(webhook, picture('aa'))).toBe(url);
    expect([read, [...scene.documents.keys()]]).toEqual([1, [webhook.id]]);
  });

  test('that is remembered in a form nobody knows is given again', async () => {
    const webhook = await scene.webhooks.of(channel.id);
    scene.documents.set(webhook.id, { v: 2, pictures: [] });
    expect(await scene.webhooks.avatarUrlOf(webhook, picture('aa'))).toMatch(/avatars/);
    expect(read).toBe(1);
  });

  test('that Discord refuses is not tried again, and costs nothing but itself', async () => {
    const webhook = await scene.webhooks.of(channel.id);
    const broken = { sha256: 'bb', dataUri: async () => 'data:image/png;base64,AAAA' };
    scene.discord.clearLog();
    expect(await scene.webhooks.avatarUrlOf(webhook, broken)).toEqual(undefined);
    expect(await scene.webhooks.avatarUrlOf(webhook, broken)).toEqual(undefined);
    expect(scene.requests()).toEqual(['PATCH /webhooks/:id/:token']);
    expect(scene.log).toMatchObject([{ level: 'warn', message: 'a picture of a persona could not be shown' }]);
    expect(await scene.webhooks.avatarUrlOf(webhook, picture('aa'))).toMatch(/avatars/);
  });

  test('that cannot be read now is tried again', async () => {
    const webhook = await scene.webhooks.of(channel.id);
    const lost = { sha256: 'aa', dataUri: () => Promise.reject(new Error('the disk is away')) };
    expect(await scene.webhooks.avatarUrlOf(webhook, lost)).toEqual(undefined);
    expect(await scene.webhooks.avatarUrlOf(webhook, picture('aa'))).toMatch(/avatars/);
  });

  test('that takes long is there for the next message', async () => {
    const webhook = await scene.webhooks.of(channel.id);
    let arrive: (uri: string) => void = () => {};
    const slow = {
      sha256: 'cc',
      dataUri: () =>
        new Promise<string>((resolve) => {
          arrive = resolve;
        }),
    };
    const waiting = scene.webhooks.avatarUrlOf(webhook, slow);
    await new Promise((resolve) => setImmediate(resolve));
    await scene.clock.advance(3_000);
    expect(await waiting).toEqual(undefined);
    const later = scene.webhooks.avatarUrlOf(webhook, slow);
    arrive(dataUri);
    expect(await later).toMatch(/avatars/);
  });
});
