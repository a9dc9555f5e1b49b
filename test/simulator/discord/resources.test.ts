import { describe, expect, test } from '@jest/globals';
import { Events, type Guild, type TextChannel } from 'discord.js';
import { createManualClock } from '../../../src/simulator/discord/index.ts';
import { openGateway } from './gateway-client.ts';
import { connect, next, request, startSimulator } from './support.ts';

describe('servers and people', () => {
  test('discord.js reads a server, its channels, roles and members', async () => {
    const { discord, guild, channel, alice } = await startSimulator({ membersIntent: true });
    const role = guild.createRole({ name: 'Bards', permissions: 1n << 5n });
    guild.join(alice, { nick: 'Al', roles: [role] });
    const client = await connect(discord);
    const server = await client.guilds.fetch({ guild: guild.id, force: true });
    expect([server.name, server.approximateMemberCount]).toEqual(['Test server', 3]);
    expect([...(await server.channels.fetch()).keys()]).toEqual([channel.id]);
    expect((await server.roles.fetch()).map(({ name }) => name)).toEqual(['@everyone', 'Members', 'Dramatis', 'Bards']);
    const member = await server.members.fetch({ user: alice.id, force: true });
    expect([member.nickname, member.permissions.has('ManageGuild')]).toEqual(['Al', true]);
    expect((await server.members.search({ query: 'al' })).map(({ id }) => id)).toEqual([alice.id]);
    expect((await server.members.list({ limit: 10 })).size).toBe(3);
    expect((await server.fetchOwner()).id).toBe(server.ownerId);
    expect((await client.users.fetch(alice.id, { force: true })).username).toBe('alice');
    expect((await client.guilds.fetch()).map(({ name }) => name)).toEqual(['Test server']);
    expect(discord.violations).toEqual([]);
  });

  test('members cannot be listed while their intent is switched off', async () => {
    const { discord, guild } = await startSimulator();
    expect(await request(discord, 'GET', `/guilds/${guild.id}/members?limit=10`)).toMatchObject({
      status: 403,
      body: { code: 50001 },
    });
  });

  test('the bot takes a nickname if it may', async () => {
    const { discord, guild, channel, here } = await startSimulator();
    const rename = () => request(discord, 'PATCH', `/guilds/${guild.id}/members/@me`, { nick: 'Bard' });
    expect(await rename()).toMatchObject({ status: 200, body: { nick: 'Bard' } });
    await request(discord, 'POST', `/channels/${channel.id}/messages`, { content: 'x' });
    expect(here.messages()[0]?.author.name).toBe('Bard');
    guild.setBotPermissions(1n << 10n);
    expect(await rename()).toMatchObject({ status: 403, body: { code: 50013 } });
  });

  test('people come and go, the bot is removed', async () => {
    const { discord, guild, alice } = await startSimulator();
    const client = await connect(discord);
    guild.leave(alice);
    const member = await request(discord, 'GET', `/guilds/${guild.id}/members/${alice.id}`);
    expect(member).toMatchObject({ status: 404, body: { code: 10007 } });
    const left = next<Guild>(client, Events.GuildDelete);
    guild.removeBot();
    expect((await left).id).toBe(guild.id);
    expect((await request(discord, 'GET', '/users/@me/guilds')).body).toEqual([]);
  });

  test('a renamed channel and a deleted one are told', async () => {
    const { discord, guild, channel } = await startSimulator();
    guild.setBotPermissions(1n << 3n);
    const client = await connect(discord);
    const text = client.channels.cache.get(channel.id) as TextChannel;
    const renamed = new Promise<string>((resolve) => {
      client.on(Events.ChannelUpdate, (_, after) => resolve('name' in after ? after.name : ''));
    });
    await text.edit({ name: 'lobby', topic: 'Anything' });
    expect(await renamed).toBe('lobby');
    const deleted = next<TextChannel>(client, Events.ChannelDelete);
    await text.delete();
    expect((await deleted).id).toBe(channel.id);
    expect(await request(discord, 'GET', `/channels/${channel.id}`)).toMatchObject({
      status: 404,
      body: { code: 10003 },
    });
  });
});

test('reactions are listed, counted and cleared', async () => {
  const { discord, channel, here, alice } = await startSimulator();
  const message = await here.post('vote');
  await here.react(message, '👍');
  const reactions = `/channels/${channel.id}/messages/${message.id}/reactions`;
  const up = encodeURIComponent('👍');
  await request(discord, 'PUT', `${reactions}/${up}/@me`);
  expect((await request(discord, 'GET', `/channels/${channel.id}/messages/${message.id}`)).body).toMatchObject({
    reactions: [{ emoji: { id: null, name: '👍' }, count: 2, me: true }],
  });
  expect((await request(discord, 'GET', `${reactions}/${up}`)).body).toMatchObject([
    { id: alice.id },
    { id: discord.botUserId },
  ]);
  await request(discord, 'DELETE', `${reactions}/${up}/${alice.id}`);
  expect(here.messages()[0]?.reactions).toMatchObject([{ count: 1 }]);
  await request(discord, 'DELETE', `${reactions}/${up}`);
  expect(here.messages()[0]?.reactions).toEqual([]);
});

test('gateway events arrive after half the latency, in order even while it changes', async () => {
  const clock = createManualClock();
  const { discord, here } = await startSimulator({ clock, latencyMs: 0 });
  const gateway = openGateway(discord);
  await gateway.until(({ op }) => op === 10);
  gateway.identify({ intents: 1 | (1 << 9) | (1 << 15) });
  await gateway.until(({ t }) => t === 'GUILD_CREATE');
  const contents = () =>
    gateway.received.filter(({ t }) => t === 'MESSAGE_CREATE').map(({ d }) => (d as { content: string }).content);
  discord.settings.latencyMs = 100;
  await here.post('one');
  discord.settings.latencyMs = 20;
  await here.post('two');
  discord.settings.latencyMs = 0;
  clock.advance(49);
  await request(discord, 'GET', '/gateway');
  expect(contents()).toEqual([]);
  await here.post('three');
  clock.advance(1);
  await gateway.until(({ d }) => (d as { content?: string } | null)?.content === 'three');
  expect(contents()).toEqual(['one', 'two', 'three']);
});

test('two simulators know nothing of each other', async () => {
  const [first, second] = [await startSimulator(), await startSimulator()];
  await first.here.post('here');
  expect(second.here.messages()).toEqual([]);
  expect(first.discord.apiUrl).not.toBe(second.discord.apiUrl);
  expect(
    (await request(second.discord, 'GET', '/users/@me', undefined, { authorization: `Bot ${first.discord.token}` }))
      .status,
  ).toBe(401);
});
