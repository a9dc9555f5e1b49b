import { describe, expect, test } from '@jest/globals';
import { type TextChannel } from 'discord.js';
import { BOT_RIGHTS, createManualClock, Permission } from '../../../src/simulator/discord/index.ts';
import { connect, request, startSimulator } from './support.ts';

/** Every route that needs a right, with a channel CHANNEL, a message of Alice MESSAGE, one of the bot OWN, a thread THREAD. */
const ROUTES: { right: keyof typeof Permission; method: string; path: string; body?: object }[] = [
  { right: 'SendMessages', method: 'POST', path: '/channels/CHANNEL/messages', body: { content: 'x' } },
  { right: 'EmbedLinks', method: 'POST', path: '/channels/CHANNEL/messages', body: { embeds: [{ title: 'x' }] } },
  { right: 'SendMessages', method: 'POST', path: '/channels/CHANNEL/typing' },
  { right: 'SendMessagesInThreads', method: 'POST', path: '/channels/THREAD/messages', body: { content: 'x' } },
  { right: 'ReadMessageHistory', method: 'GET', path: '/channels/CHANNEL/messages/MESSAGE' },
  { right: 'ManageMessages', method: 'DELETE', path: '/channels/CHANNEL/messages/MESSAGE' },
  { right: 'ManageMessages', method: 'PATCH', path: '/channels/CHANNEL/messages/MESSAGE', body: { flags: 4 } },
  {
    right: 'ManageMessages',
    method: 'POST',
    path: '/channels/CHANNEL/messages/bulk-delete',
    body: { messages: ['MESSAGE', 'OWN'] },
  },
  { right: 'AddReactions', method: 'PUT', path: '/channels/CHANNEL/messages/MESSAGE/reactions/%F0%9F%91%8D/@me' },
  { right: 'ManageMessages', method: 'DELETE', path: '/channels/CHANNEL/messages/MESSAGE/reactions' },
  {
    right: 'CreatePublicThreads',
    method: 'POST',
    path: '/channels/CHANNEL/messages/MESSAGE/threads',
    body: { name: 'x' },
  },
  { right: 'CreatePublicThreads', method: 'POST', path: '/channels/CHANNEL/threads', body: { name: 'x', type: 11 } },
  { right: 'CreatePrivateThreads', method: 'POST', path: '/channels/CHANNEL/threads', body: { name: 'x', type: 12 } },
  { right: 'ManageThreads', method: 'PATCH', path: '/channels/THREAD', body: { name: 'x' } },
  { right: 'ManageThreads', method: 'DELETE', path: '/channels/THREAD' },
  { right: 'ManageThreads', method: 'GET', path: '/channels/CHANNEL/threads/archived/private' },
  { right: 'ManageWebhooks', method: 'POST', path: '/channels/CHANNEL/webhooks', body: { name: 'x' } },
  { right: 'ManageWebhooks', method: 'GET', path: '/channels/CHANNEL/webhooks' },
  { right: 'ManageChannels', method: 'PATCH', path: '/channels/CHANNEL', body: { name: 'x' } },
];

async function startWithIds() {
  const place = await startSimulator();
  const message = await place.here.post('by alice');
  const thread = await place.here.startThread({ name: 'thread' });
  const own = await request(place.discord, 'POST', `/channels/${place.channel.id}/messages`, { content: 'own' });
  const ids: Record<string, string> = {
    CHANNEL: place.channel.id,
    MESSAGE: message.id,
    THREAD: thread.id,
    OWN: (own.body as { id: string }).id,
  };
  const fill = (text: string) => text.replace(/CHANNEL|MESSAGE|THREAD|OWN/g, (name) => ids[name] ?? name);
  const call = ({ method, path, body }: { method: string; path: string; body?: object }) =>
    request(place.discord, method, fill(path), body && JSON.parse(fill(JSON.stringify(body))));
  return { ...place, call };
}

describe('rights', () => {
  test.each(ROUTES)('$method $path needs $right', async ({ right, ...route }) => {
    const { guild, call } = await startWithIds();
    guild.setBotPermissions((BOT_RIGHTS | Permission.ManageChannels) & ~Permission[right]);
    expect(await call(route)).toMatchObject({ status: 403, body: { code: 50013, message: 'Missing Permissions' } });
    guild.setBotPermissions(BOT_RIGHTS | Permission.ManageChannels);
    expect((await call(route)).status).toBeLessThan(300);
  });

  test.each(ROUTES)('$method $path needs the channel to be visible', async (route) => {
    const { guild, channel, call } = await startWithIds();
    channel.setOverwrites([{ id: guild.botRoleId, type: 0, deny: Permission.ViewChannel }]);
    expect(await call(route)).toMatchObject({ status: 403, body: { code: 50001, message: 'Missing Access' } });
  });

  test('the words of somebody else cannot be edited', async () => {
    const { call } = await startWithIds();
    const edit = { method: 'PATCH', path: '/channels/CHANNEL/messages/MESSAGE', body: { content: 'mine' } };
    expect(await call(edit)).toMatchObject({ status: 403, body: { code: 50005 } });
  });

  test('a thread obeys the overwrites of its parent', async () => {
    const { guild, channel, call } = await startWithIds();
    channel.setOverwrites([{ id: guild.botRoleId, type: 0, deny: Permission.SendMessagesInThreads }]);
    const post = { method: 'POST', path: '/channels/THREAD/messages', body: { content: 'x' } };
    expect(await call(post)).toMatchObject({ status: 403, body: { code: 50013 } });
  });

  test('hidden channels are left out of the list, a left server is unknown', async () => {
    const { discord, guild, channel } = await startWithIds();
    const open = guild.createTextChannel({ name: 'open' });
    channel.setOverwrites([{ id: guild.botRoleId, type: 0, deny: Permission.ViewChannel }]);
    const { body } = await request(discord, 'GET', `/guilds/${guild.id}/channels`);
    expect((body as { id: string }[]).map(({ id }) => id)).toEqual([open.id]);
    guild.removeBot();
    expect(await request(discord, 'GET', `/guilds/${guild.id}`)).toMatchObject({ status: 404, body: { code: 10004 } });
  });
});

describe('requests that cannot be served', () => {
  test('no token, or a wrong one', async () => {
    const { discord } = await startSimulator();
    const unauthorized = { status: 401, body: { code: 0, message: '401: Unauthorized' } };
    expect(await request(discord, 'GET', '/users/@me', undefined, {})).toMatchObject(unauthorized);
    expect(await request(discord, 'GET', '/users/@me', undefined, { authorization: discord.token })).toMatchObject(
      unauthorized,
    );
  });

  test('an unknown route is answered 404 and held against the bot', async () => {
    const { discord } = await startSimulator();
    expect(await request(discord, 'GET', '/nothing/here')).toMatchObject({
      status: 404,
      body: { code: 0, message: '404: Not Found' },
    });
    expect((await request(discord, 'DELETE', '/users/@me')).status).toBe(405);
    expect(discord.violations).toEqual(['GET /nothing/here: no such route', 'DELETE /users/@me: no such route']);
  });

  test.each([
    { path: '/channels/100000000000000000', code: 10003 },
    { path: '/guilds/100000000000000000', code: 10004 },
    { path: '/users/100000000000000000', code: 10013 },
    { path: '/webhooks/100000000000000000', code: 10015 },
    { path: '/channels/CHANNEL/messages/100000000000000000', code: 10008 },
    { path: '/guilds/GUILD/members/100000000000000000', code: 10007 },
  ])('what does not exist: $path is $code', async ({ path, code }) => {
    const { discord, channel, guild } = await startSimulator();
    const filled = path.replace('CHANNEL', channel.id).replace('GUILD', guild.id);
    expect(await request(discord, 'GET', filled)).toMatchObject({ status: 404, body: { code } });
    expect(discord.violations).toEqual([]);
  });

  test('an id that is none', async () => {
    const { discord } = await startSimulator();
    expect(await request(discord, 'GET', '/channels/general')).toMatchObject({
      status: 400,
      body: { code: 50035, errors: { channel_id: { _errors: [{ code: 'NUMBER_TYPE_COERCE' }] } } },
    });
  });

  test('a body that breaks a rule is refused and not obeyed', async () => {
    const { discord, channel, here } = await startSimulator();
    const send = (body: object) => request(discord, 'POST', `/channels/${channel.id}/messages`, body);
    expect(await send({ content: 'x'.repeat(2_001) })).toMatchObject({ status: 400, body: { code: 50035 } });
    expect(await send({ content: '' })).toMatchObject({ status: 400, body: { code: 50006 } });
    expect(here.messages()).toEqual([]);
  });
});

describe('rate limits', () => {
  test('the bucket runs empty, says when it refills, and every refusal is noted', async () => {
    const clock = createManualClock();
    const { discord, channel } = await startSimulator({
      clock,
      buckets: [{ path: /messages$/, limit: 2, windowMs: 5_000 }],
    });
    const send = () => request(discord, 'POST', `/channels/${channel.id}/messages`, { content: 'x' });
    const first = await send();
    expect([first.status, first.headers.get('x-ratelimit-limit'), first.headers.get('x-ratelimit-remaining')]).toEqual([
      200,
      '2',
      '1',
    ]);
    await send();
    clock.advance(1_000);
    const refused = await send();
    expect(refused).toMatchObject({ status: 429, body: { retry_after: 4, global: false } });
    expect(discord.rateLimited.map(({ method, route }) => `${method} ${route}`)).toEqual([
      'POST /channels/:id/messages',
    ]);
    clock.advance(4_000);
    expect((await send()).status).toBe(200);
    discord.configureRateLimits({ buckets: [{ path: /messages$/, limit: 100, windowMs: 5_000 }] });
    clock.advance(5_000);
    for (let sent = 0; sent < 10; sent++) expect((await send()).status).toBe(200);
  });
});

describe('faults and latency', () => {
  test('a fault meets the named requests as often as it is told to', async () => {
    const { discord, channel } = await startSimulator();
    discord.faults.add({
      method: 'POST',
      path: /messages$/,
      times: 2,
      effect: { status: 503, body: { message: 'down', code: 0 } },
    });
    const send = () => request(discord, 'POST', `/channels/${channel.id}/messages`, { content: 'x' });
    expect([(await send()).status, (await send()).status, (await send()).status]).toEqual([503, 503, 200]);
  });

  test('discord.js gets over a server error and a cut connection', async () => {
    const { discord, channel, here } = await startSimulator();
    const client = await connect(discord);
    discord.faults.add({ path: /messages$/, times: 1, effect: { status: 502 } });
    await (client.channels.cache.get(channel.id) as TextChannel).send('in the end');
    expect(here.messages()).toMatchObject([{ content: 'in the end' }]);
    const remove = discord.faults.add({ path: /messages$/, effect: 'drop' });
    await expect(request(discord, 'GET', `/channels/${channel.id}/messages`)).rejects.toThrow('fetch failed');
    remove();
    expect((await request(discord, 'GET', `/channels/${channel.id}/messages`)).status).toBe(200);
  });

  test('closing ends a request that hangs', async () => {
    const { discord, channel } = await startSimulator();
    discord.faults.add({ path: /messages$/, effect: 'hang' });
    const hanging = request(discord, 'GET', `/channels/${channel.id}/messages`);
    const ended = expect(hanging).rejects.toThrow('fetch failed');
    while (discord.log.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await discord.close();
    await ended;
  });

  test('a request is processed after one half of the latency and answered after the other', async () => {
    const clock = createManualClock();
    const { discord, channel, here } = await startSimulator({ clock, latencyMs: 100 });
    const start = clock.now();
    const scheduled = nextTimer(clock);
    const answer = request(discord, 'POST', `/channels/${channel.id}/messages`, { content: 'x' });
    await scheduled;
    clock.advance(49);
    expect(here.messages()).toEqual([]);
    clock.advance(1);
    expect(here.messages()).toMatchObject([{ content: 'x', createdAt: start + 50 }]);
    clock.advance(50);
    expect((await answer).status).toBe(200);
  });
});

/** Resolves when the next timer has been set on the clock. */
function nextTimer(clock: ReturnType<typeof createManualClock>): Promise<void> {
  const set = clock.setTimeout.bind(clock);
  return new Promise((resolve) => {
    clock.setTimeout = (callback, ms) => {
      clock.setTimeout = set;
      resolve();
      return set(callback, ms);
    };
  });
}
