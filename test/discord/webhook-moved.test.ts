import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { isGone } from '../../src/discord/report-error.ts';
import type { ChannelHandle } from '../../src/simulator/discord/index.ts';
import { part, shown, startWebhooks, type WebhookScene } from './webhook-scene.ts';

let scene: WebhookScene;
let channel: ChannelHandle;
/** To which an admin moves the webhook. */
let elsewhere: ChannelHandle;

beforeAll(async () => {
  scene = await startWebhooks();
});
afterAll(() => scene.close());
beforeEach(() => {
  channel = scene.newChannel();
  elsewhere = scene.newChannel();
});
afterEach(() => scene.discord.faults.clear());

const idsIn = (place: ChannelHandle) => place.messages().map(({ id }) => id);
async function move(): Promise<void> {
  const { id } = await scene.webhooks.of(channel.id);
  await scene.rest.patch(`/webhooks/${id}`, { body: { channel_id: elsewhere.id } });
}

describe('when the webhook is moved to another channel', () => {
  test('nothing stays there of what is said here', async () => {
    const target = await scene.targetIn(channel.id);
    await target.create(0, part('One'));
    await move();
    scene.discord.clearLog();
    await target.create(1, part('Two'));
    expect([shown(elsewhere), shown(channel)]).toEqual([[], ['Seraphina: One', 'Seraphina: Two']]);
    expect(target.messageIds).toEqual(idsIn(channel));
    expect(scene.requests()).toEqual([
      'POST /webhooks/:id/:token',
      'DELETE /webhooks/:id/:token/messages/:id',
      'GET /channels/:id/webhooks',
      'POST /channels/:id/webhooks',
      'POST /webhooks/:id/:token',
    ]);
    expect((await scene.webhooks.of(elsewhere.id)).id).toBe(elsewhere.webhooks()[0]?.id);
  });

  test('the bot takes away what the webhook may not', async () => {
    const target = await scene.targetIn(channel.id);
    await move();
    const refused = { status: 403, body: { code: 50_013, message: 'Missing Permissions' } };
    scene.discord.faults.add({ method: 'DELETE', path: /^\/webhooks/, effect: refused });
    await target.create(0, part('One'));
    expect([shown(elsewhere), shown(channel)]).toEqual([[], ['Seraphina: One']]);
  });

  test('what stands here is written anew, and never there', async () => {
    const target = await scene.targetIn(channel.id);
    await target.create(0, part('One'));
    await move();
    scene.discord.clearLog();
    await target.edit(0, part('One!'));
    expect([shown(channel), target.messageIds]).toEqual([['Seraphina: One!'], idsIn(channel)]);
    expect(scene.requests().filter((request) => request === 'POST /webhooks/:id/:token')).toHaveLength(1);
  });

  test('a reply in a thread goes on by another webhook', async () => {
    const thread = await scene.alice.in(channel).startThread({ name: 'scene' });
    const target = await scene.targetIn(channel.id, { threadId: thread.id });
    await target.create(0, part('One'));
    await move();
    await target.create(1, part('Two'));
    await target.edit(0, part('One!'));
    expect([shown(thread), target.messageIds]).toEqual([['Seraphina: One!', 'Seraphina: Two'], idsIn(thread)]);
    thread.delete();
    await expect(target.create(2, part('Three')).catch(isGone)).resolves.toBe(true);
    expect(shown(elsewhere)).toEqual([]);
  });

  test('in the middle of a change in a thread, that is written anew there', async () => {
    const thread = await scene.alice.in(channel).startThread({ name: 'scene' });
    const target = await scene.targetIn(channel.id, { threadId: thread.id });
    await target.create(0, part('One'));
    await move();
    await target.edit(0, part('One!'));
    expect([shown(thread), target.messageIds]).toEqual([['Seraphina: One!'], idsIn(thread)]);
  });
});
