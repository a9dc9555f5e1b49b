import { expect, test } from '@jest/globals';
import { type TextChannel, WebhookClient } from 'discord.js';
import { BOT_RIGHTS, Permission } from '../../../src/simulator/discord/index.ts';
import { connect, request, startSimulator } from './support.ts';

test('a persona speaks through a webhook under its own name and picture, and corrects itself', async () => {
  const { discord, channel, here } = await startSimulator();
  const client = await connect(discord);
  const text = client.channels.cache.get(channel.id) as TextChannel;
  const { id, token } = await text.createWebhook({ name: 'Dramatis' });
  if (token === null) throw new Error('no token');
  const webhook = new WebhookClient({ id, token }, { rest: { api: discord.apiUrl } });
  const sent = await webhook.send({ content: 'Hail', username: 'Mira', avatarURL: 'http://127.0.0.1/mira.png' });
  await webhook.editMessage(sent.id, 'Hail, friend');
  expect(here.messages()).toMatchObject([
    {
      content: 'Hail, friend',
      edited: true,
      author: { id, name: 'Mira', bot: true, avatarUrl: 'http://127.0.0.1/mira.png' },
    },
  ]);
  expect((await webhook.fetchMessage(sent.id)).content).toBe('Hail, friend');
  await webhook.deleteMessage(sent.id);
  expect(here.messages()).toEqual([]);
  expect((await text.fetchWebhooks()).map(({ name }) => name)).toEqual(['Dramatis']);
  expect(discord.violations).toEqual([]);
});

test('it speaks in threads of its channel only, and wakes them', async () => {
  const { discord, channel, here, guild, alice } = await startSimulator();
  const client = await connect(discord);
  const webhook = await (client.channels.cache.get(channel.id) as TextChannel).createWebhook({ name: 'Dramatis' });
  const thread = await here.startThread({ name: 'scene' });
  thread.setArchived(true);
  const sent = await webhook.send({ content: 'enters', threadId: thread.id });
  await webhook.editMessage(sent.id, { content: 'enters slowly', threadId: thread.id });
  expect(alice.in(thread).messages()).toMatchObject([{ content: 'enters slowly', author: { name: 'Dramatis' } }]);
  const elsewhere = await alice.in(guild.createTextChannel({ name: 'other' })).startThread({ name: 'x' });
  await expect(webhook.send({ content: 'lost', threadId: elsewhere.id })).rejects.toMatchObject({ code: 10003 });
  await expect(webhook.editMessage(sent.id, 'in the wrong place')).rejects.toMatchObject({ code: 10008 });
});

test('a forum needs a thread, an existing one or a new one', async () => {
  const { discord, guild, alice } = await startSimulator();
  const forum = guild.createForum({ name: 'stories' });
  const { body } = await request(discord, 'POST', `/channels/${forum.id}/webhooks`, { name: 'Teller' });
  const { id, token } = body as { id: string; token: string };
  const execute = (more: object) =>
    request(discord, 'POST', `/webhooks/${id}/${token}?wait=true`, { content: 'once', ...more }, {});
  expect((await execute({})).status).toBe(400);
  const sent = await execute({ thread_name: 'a story' });
  const { channel_id: threadId } = sent.body as { channel_id: string };
  expect(alice.in({ id: threadId }).messages()).toMatchObject([{ content: 'once', author: { name: 'Teller' } }]);
});

test('without wait there is no message in the answer, without the token no webhook', async () => {
  const { discord, channel } = await startSimulator();
  const created = await request(discord, 'POST', `/channels/${channel.id}/webhooks`, { name: 'Quiet' });
  const { id, token } = created.body as { id: string; token: string };
  const answer = await request(discord, 'POST', `/webhooks/${id}/${token}`, { content: 'x' }, {});
  expect([answer.status, answer.body]).toEqual([204, undefined]);
  const wrong = await request(discord, 'POST', `/webhooks/${id}/wrong`, { content: 'x' }, {});
  expect(wrong).toMatchObject({ status: 401, body: { code: 50027 } });
  await request(discord, 'DELETE', `/webhooks/${id}`);
  const gone = await request(discord, 'POST', `/webhooks/${id}/${token}`, { content: 'x' }, {});
  expect(gone).toMatchObject({ status: 404, body: { code: 10015 } });
});

test('the rules of making one', async () => {
  const { discord, guild, channel, here } = await startSimulator();
  const create = (name: string, place = channel.id) =>
    request(discord, 'POST', `/channels/${place}/webhooks`, { name });
  expect((await create('Clyde')).status).toBe(400);
  expect((await create('My Discord')).status).toBe(400);
  expect((await create('fine', (await here.startThread({ name: 'x' })).id)).status).toBe(400);
  for (let made = 0; made < 15; made++) expect((await create(`hook ${made}`)).status).toBe(200);
  expect(await create('one too many')).toMatchObject({ status: 400, body: { code: 30007 } });
  guild.setBotPermissions(BOT_RIGHTS & ~Permission.ManageWebhooks);
  expect(await create('no right')).toMatchObject({ status: 403, body: { code: 50013 } });
  expect(await request(discord, 'GET', `/guilds/${guild.id}/webhooks`)).toMatchObject({
    status: 403,
    body: { code: 50013 },
  });
});
