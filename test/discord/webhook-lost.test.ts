import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { BOT_RIGHTS, type ChannelHandle, Permission } from '../../src/simulator/discord/index.ts';
import { part, shown, startWebhooks, type WebhookScene } from './webhook-scene.ts';

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
});

const idsIn = (place: ChannelHandle) => place.messages().map(({ id }) => id);

/** The next answers of webhooks are lost, after Discord has done what was asked. */
function loseAnswers(count: number, before?: () => void): void {
  const { options } = scene.webhookRest;
  const { makeRequest } = options;
  let left = count;
  options.makeRequest = async (...request) => {
    const answer = await makeRequest(...request);
    if (left === 0) return answer;
    left -= 1;
    if (left === 0) options.makeRequest = makeRequest;
    before?.();
    throw new Error('other side closed');
  };
}

describe('when an answer is lost', () => {
  test('a message that Discord has taken is not written again', async () => {
    const target = await scene.targetIn(channel.id);
    loseAnswers(1);
    await target.create(0, part('One', STOP));
    loseAnswers(1);
    await target.create(1, part('Two'));
    expect([shown(channel), target.messageIds]).toEqual([['Seraphina: One', 'Seraphina: Two'], idsIn(channel)]);
  });

  test('one that Discord has not taken is written again', async () => {
    const target = await scene.targetIn(channel.id);
    scene.discord.faults.add({ method: 'POST', path: /^\/webhooks/, times: 2, effect: { status: 502 } });
    await target.create(0, part('One', STOP));
    expect([shown(channel), target.messageIds]).toEqual([['Seraphina: One'], idsIn(channel)]);
  });

  test('and comes to light later, the next try takes what stands there', async () => {
    const target = await scene.targetIn(channel.id);
    loseAnswers(1, () => {
      scene.discord.faults.add({ method: 'GET', path: /messages$/, times: 4, effect: { status: 502 } });
    });
    await expect(target.create(0, part('One', STOP))).rejects.toMatchObject({ status: 502 });
    await target.create(0, part('One, done'));
    expect([shown(channel), target.messageIds]).toEqual([['Seraphina: One, done'], idsIn(channel)]);
  });

  test('the same words of an earlier reply are not taken for it', async () => {
    const earlier = await scene.targetIn(channel.id);
    await earlier.create(0, part('...'));
    const target = await scene.targetIn(channel.id);
    loseAnswers(1);
    await target.create(0, part('...'));
    expect(target.messageIds[0]).not.toBe(earlier.messageIds[0]);

    const { id } = await scene.alice.in(channel).post('And?');
    const answer = await scene.targetIn(channel.id, { after: id });
    loseAnswers(1);
    await answer.create(0, part('...'));
    expect(answer.messageIds).toEqual(idsIn(channel).slice(-1));
    expect(idsIn(channel).filter((message) => message > id)).toHaveLength(1);
  });

  test('a change is made again', async () => {
    const target = await scene.targetIn(channel.id);
    await target.create(0, part('One'));
    loseAnswers(2);
    await target.edit(0, part('One!'));
    scene.discord.faults.add({ method: 'PATCH', path: /messages/, effect: { status: 503 } });
    await expect(target.edit(0, part('One!!'))).rejects.toMatchObject({ status: 503 });
    expect([shown(channel), target.messageIds]).toEqual([['Seraphina: One!'], idsIn(channel)]);
  });

  test('where the bot may not read, words said twice are better than words lost', async () => {
    scene.guild.setBotPermissions(BOT_RIGHTS & ~Permission.ViewChannel);
    const hidden = scene.newChannel();
    scene.guild.setBotPermissions(BOT_RIGHTS);
    const target = await scene.targetIn(hidden.id);
    scene.guild.setBotPermissions(BOT_RIGHTS & ~Permission.ViewChannel);
    loseAnswers(1);
    await target.create(0, part('One', STOP));
    expect(shown(hidden)).toEqual(['Seraphina: One', 'Seraphina: One']);
  });
});
