import { describe, expect, test } from '@jest/globals';
import { AttachmentBuilder, Events, GatewayIntentBits, type TextChannel, WebhookClient } from 'discord.js';
import { BOT_RIGHTS, Permission } from '../../../src/simulator/discord/index.ts';
import { connect, next, onInteraction, request, startSimulator } from './support.ts';

const PNG = Buffer.from('89504e470d0a1a0a00', 'hex');
const GIF = Buffer.from('GIF89a.');
const dataUri = (data: Buffer, type = 'png') => `data:image/${type};base64,${data.toString('base64')}`;

/** A webhook of the bot, and what it is asked with its own token. */
async function startWebhook() {
  const place = await startSimulator();
  const { discord, channel } = place;
  const { body } = await request(discord, 'POST', `/channels/${channel.id}/webhooks`, { name: 'Dramatis' });
  const { id, token } = body as { id: string; token: string };
  const ask = (method: string, path: string, asked?: object) =>
    request(discord, method, `/webhooks/${id}/${token}${path}`, asked, {});
  const say = (message: object, query = '') => ask('POST', `?wait=true${query}`, message);
  return { ...place, id, token, ask, say };
}

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
  expect(await execute({})).toMatchObject({ status: 400, body: { code: 220001 } });
  const sent = await execute({ thread_name: 'a story' });
  const { channel_id: threadId } = sent.body as { channel_id: string };
  expect(alice.in({ id: threadId }).messages()).toMatchObject([{ content: 'once', author: { name: 'Teller' } }]);
  const both = { content: 'x', thread_name: 'a story' };
  expect(await request(discord, 'POST', `/webhooks/${id}/${token}?thread_id=${threadId}`, both, {})).toMatchObject({
    status: 400,
    body: { code: 220002 },
  });
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
  expect(() => channel.createWebhook('by hand')).toThrow('Maximum number of webhooks reached (15)');
  guild.setBotPermissions(BOT_RIGHTS & ~Permission.ManageWebhooks);
  expect(await create('no right')).toMatchObject({ status: 403, body: { code: 50013 } });
  expect(await request(discord, 'GET', `/guilds/${guild.id}/webhooks`)).toMatchObject({
    status: 403,
    body: { code: 50013 },
  });
});

describe('pictures', () => {
  test('a picture of its own is kept at the CDN, and earlier messages keep theirs', async () => {
    const { discord, channel, here } = await startSimulator();
    const client = await connect(discord, { rest: { cdn: discord.cdnUrl } });
    const text = client.channels.cache.get(channel.id) as TextChannel;
    const webhook = await text.createWebhook({ name: 'Dramatis', avatar: PNG });
    const first = await webhook.send('one');
    await webhook.edit({ avatar: GIF });
    const second = await webhook.send('two');
    await webhook.send({ content: 'three', avatarURL: 'https://example.org/mira.png' });
    await webhook.edit({ avatar: null });
    await webhook.send('four');
    const urls = here.messages().map(({ author }) => author.avatarUrl);
    const own = (hash: string | null) => `${discord.cdnUrl}/avatars/${webhook.id}/${hash}.png`;
    expect(urls).toEqual([
      own(first.author.avatar),
      own(second.author.avatar),
      'https://example.org/mira.png',
      undefined,
    ]);
    expect([first.author.avatar, second.author.avatar]).toEqual([
      expect.stringMatching(/^[0-9a-f]{32}$/),
      expect.stringMatching(/^a_[0-9a-f]{32}$/),
    ]);
    const picture = await fetch(first.author.displayAvatarURL({ size: 128 }));
    expect([picture.headers.get('content-type'), Buffer.from(await picture.arrayBuffer())]).toEqual(['image/png', PNG]);
    await webhook.delete();
    expect((await fetch(urls[1] ?? '')).headers.get('content-type')).toBe('image/gif');
    expect((await fetch(own(first.author.avatar).replace('.png', '.gif'))).status).toBe(404);
    expect(discord.violations).toEqual([]);
  });

  test('a picture is changed with the token alone; one that is none is refused', async () => {
    const { ask, id, here, say, discord } = await startWebhook();
    const changed = await ask('PATCH', '', { avatar: dataUri(PNG), name: ' Chorus ' });
    const { avatar } = changed.body as { avatar: string };
    expect(changed).toMatchObject({ status: 200, body: { id, name: 'Chorus', avatar: expect.any(String) } });
    expect(changed.body).not.toHaveProperty('user');
    await say({ content: 'hail' });
    expect(here.messages()).toMatchObject([
      { author: { name: 'Chorus', avatarUrl: `${discord.cdnUrl}/avatars/${id}/${avatar}.png` } },
    ]);
    expect(await ask('PATCH', '', { avatar: dataUri(PNG, 'jpeg') })).toMatchObject({
      status: 400,
      body: { code: 50035, errors: { avatar: { _errors: [{ code: 'IMAGE_INVALID' }] } } },
    });
  });

  test('an address of the CDN under which there is nothing is held against the bot', async () => {
    const { discord, say, id } = await startWebhook();
    const missing = `/avatars/${id}/${'0'.repeat(32)}.png`;
    expect((await say({ content: 'x', avatar_url: discord.cdnUrl + missing })).status).toBe(200);
    expect(discord.violations).toEqual([`a webhook shows no picture for ${missing}`]);
  });
});

test('buttons below a message of a webhook reach the bot, which updates it', async () => {
  const { discord, channel, here } = await startSimulator();
  const client = await connect(discord);
  const errors = onInteraction(client, async (interaction) => {
    if (!interaction.isButton()) return;
    const { author, webhookId } = interaction.message;
    await interaction.update({ content: `${author.username} ${webhookId === author.id}`, components: [] });
    await interaction.followUp('anything else?');
  });
  const webhook = await (client.channels.cache.get(channel.id) as TextChannel).createWebhook({ name: 'Dramatis' });
  const row = { type: 1, components: [{ type: 2, style: 1, label: 'Retry', custom_id: 'retry' }] };
  const sent = await webhook.send({ content: 'Hail', username: 'Mira', components: [row] });
  await (await here.click(sent.id, 'Retry')).acknowledged;
  await here.waitFor((messages) => messages.length === 2);
  expect(here.messages()).toMatchObject([
    { id: sent.id, content: 'Mira true', components: [], author: { name: 'Mira' } },
    { content: 'anything else?', author: { name: 'Dramatis' }, replyToId: sent.id },
  ]);
  expect([errors, discord.violations]).toEqual([[], []]);
});

test('files and embeds come with a message and with an edit of it', async () => {
  const { discord, here, id, token } = await startWebhook();
  const webhook = new WebhookClient({ id, token }, { rest: { api: discord.apiUrl } });
  const file = (name: string) => new AttachmentBuilder(Buffer.from(name), { name });
  const sent = await webhook.send({
    content: 'smiles',
    embeds: [{ thumbnail: { url: 'attachment://joy.png' } }],
    files: [file('joy.png')],
  });
  const thumbnail = async () => {
    const [shown] = here.messages();
    const [embed] = (shown?.embeds ?? []) as { thumbnail: { url: string } }[];
    return [await (await fetch(embed?.thumbnail.url ?? '')).text(), shown?.attachments.length];
  };
  expect(await thumbnail()).toEqual(['joy.png', 0]);
  await webhook.editMessage(sent.id, {
    content: 'weeps',
    embeds: [{ thumbnail: { url: 'attachment://grief.png' } }],
    files: [file('grief.png')],
    attachments: [],
  });
  expect(await thumbnail()).toEqual(['grief.png', 0]);
  expect(discord.violations).toEqual([]);
});

test('a webhook that was deleted is unknown, and that the webhooks changed is told', async () => {
  const { discord, channel, here } = await startSimulator();
  const client = await connect(discord, { intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildWebhooks] });
  const webhook = await (client.channels.cache.get(channel.id) as TextChannel).createWebhook({ name: 'Dramatis' });
  const sent = await webhook.send('still here');
  const told = next<TextChannel>(client, Events.WebhooksUpdate);
  const [listed] = channel.webhooks();
  expect(listed).toMatchObject({ id: webhook.id, name: 'Dramatis', isOfBot: true });
  listed?.delete();
  expect((await told).id).toBe(channel.id);
  await expect(webhook.editMessage(sent.id, 'x')).rejects.toMatchObject({ status: 404, code: 10015 });
  expect(here.messages()).toMatchObject([{ content: 'still here', author: { name: 'Dramatis' } }]);
  expect(channel.webhooks()).toEqual([]);
});

test('a webhook that a person made is listed as nobody’s, and its components are ignored', async () => {
  const { discord, guild, channel, here } = await startSimulator();
  const { id, url } = channel.createWebhook('News');
  const listed = await request(discord, 'GET', `/channels/${channel.id}/webhooks`);
  expect(listed.body).toMatchObject([{ id, name: 'News', application_id: null, avatar: null }]);
  const row = { type: 1, components: [{ type: 2, style: 1, label: 'Press', custom_id: 'press' }] };
  await fetch(url.replace('/api/', '/api/v10/'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ content: 'news', components: [row] }),
  });
  expect(here.messages()).toMatchObject([{ content: 'news', components: [] }]);
  guild.setBotPermissions(BOT_RIGHTS & ~Permission.ManageWebhooks);
  expect(await request(discord, 'GET', `/webhooks/${id}`)).toMatchObject({ status: 403, body: { code: 50013 } });
});

test('the bot may look at its own webhook without the right to change it', async () => {
  const { discord, guild, id } = await startWebhook();
  guild.setBotPermissions(BOT_RIGHTS & ~Permission.ManageWebhooks);
  expect((await request(discord, 'GET', `/webhooks/${id}`)).status).toBe(200);
  expect(await request(discord, 'PATCH', `/webhooks/${id}`, { name: 'x' })).toMatchObject({
    status: 403,
    body: { code: 50013 },
  });
});

test('a webhook moves to another channel of its server, not into a thread', async () => {
  const { discord, guild, id, say, alice, here } = await startWebhook();
  const move = (to: string) => request(discord, 'PATCH', `/webhooks/${id}`, { channel_id: to });
  const thread = await here.startThread({ name: 'scene' });
  expect(await move(thread.id)).toMatchObject({ status: 400, body: { code: 50024 } });
  const other = guild.createTextChannel({ name: 'other' });
  expect((await move(other.id)).status).toBe(200);
  await say({ content: 'over here' });
  expect(alice.in(other).messages()).toMatchObject([{ content: 'over here' }]);
});

test.each([
  { name: 'a private message', message: { content: 'x', flags: 64 }, body: { code: 50035 } },
  {
    name: 'a thread of its own outside of forums',
    message: { content: 'x', thread_name: 'y' },
    body: { code: 220003 },
  },
  { name: 'the name of the platform', message: { content: 'x', username: 'DISCORD' }, body: { code: 50035 } },
  { name: 'nothing', message: { content: '  ' }, body: { code: 50006 } },
])('$name is refused', async ({ message, body }) => {
  const { say, here } = await startWebhook();
  expect(await say(message)).toMatchObject({ status: 400, body });
  expect(here.messages()).toEqual([]);
});

describe('in a thread', () => {
  test('a locked one takes no message, an archived one no edit; what is there can be deleted until both hold', async () => {
    const { say, ask, here } = await startWebhook();
    const thread = await here.startThread({ name: 'scene' });
    const inThread = `?thread_id=${thread.id}`;
    const { body } = await say({ content: 'enters' }, `&thread_id=${thread.id}`);
    const path = `/messages/${(body as { id: string }).id}${inThread}`;
    thread.lock();
    expect(await say({ content: 'again' }, `&thread_id=${thread.id}`)).toMatchObject({ body: { code: 160005 } });
    expect(await ask('DELETE', path)).toMatchObject({ status: 400, body: { code: 160005 } });
    thread.unlock();
    thread.setArchived(true);
    expect(await ask('PATCH', path, { content: 'leaves' })).toMatchObject({ status: 400, body: { code: 50083 } });
    expect((await ask('DELETE', path)).status).toBe(204);
  });
});

test('every webhook has a bucket of its own, and says how full it is', async () => {
  const { discord, channel } = await startSimulator({ buckets: undefined });
  const create = async () => {
    const { body } = await request(discord, 'POST', `/channels/${channel.id}/webhooks`, { name: 'Dramatis' });
    const { id, token } = body as { id: string; token: string };
    return () => request(discord, 'POST', `/webhooks/${id}/${token}`, { content: 'x' }, {});
  };
  const [first, second] = [await create(), await create()];
  for (let sent = 0; sent < 4; sent++) await first();
  const [last, refused, other] = [await first(), await first(), await second()];
  const told = ({ headers }: typeof last) => ['limit', 'remaining'].map((name) => headers.get(`x-ratelimit-${name}`));
  expect([last.status, refused.status, other.status]).toEqual([204, 429, 204]);
  expect([told(last), told(refused), told(other)]).toEqual([
    ['5', '0'],
    ['5', '0'],
    ['5', '4'],
  ]);
  expect(discord.rateLimited.map(({ route }) => route)).toEqual(['/webhooks/:id/:token']);
});
