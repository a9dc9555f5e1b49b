import { describe, expect, test } from '@jest/globals';
import { Client, Events, GatewayIntentBits, type GuildMember, type Message } from 'discord.js';
import { createManualClock } from '../../../src/simulator/discord/index.ts';
import { openGateway } from './gateway-client.ts';
import { connect, next, startSimulator } from './support.ts';

describe('starting', () => {
  test('a discord.js client becomes ready with the servers and channels that it may see', async () => {
    const { discord, guild, channel } = await startSimulator();
    const secret = guild.createTextChannel({
      name: 'secret',
      overwrites: [{ id: guild.botRoleId, type: 0, deny: 1n << 10n }],
    });
    const client = await connect(discord);
    expect(client.user.id).toBe(discord.botUserId);
    expect(client.application.id).toBe(discord.applicationId);
    expect(client.channels.cache.get(channel.id)?.toString()).toBe(`<#${channel.id}>`);
    expect(client.channels.cache.get(secret.id)).toMatchObject({ name: '___hidden___' });
    expect(discord.log.map(({ method, route, status }) => `${method} ${route} ${status}`)).toEqual([
      'GET /gateway/bot 200',
      'GATEWAY /identify 200',
    ]);
    expect(discord.violations).toEqual([]);
  });

  test('a server that is made while the client runs arrives whole', async () => {
    const { discord } = await startSimulator();
    const client = await connect(discord);
    const joined = next<{ id: string; name: string }>(client, Events.GuildCreate);
    const added = next<{ id: string }>(client, Events.ChannelCreate);
    const guild = discord.createGuild({ name: 'Second' });
    const channel = guild.createTextChannel({ name: 'late' });
    expect((await joined).name).toBe('Second');
    expect((await added).id).toBe(channel.id);
  });

  test('a wrong token is refused with 4004, over REST first', async () => {
    const { discord } = await startSimulator();
    const client = new Client({ intents: [], rest: { api: discord.apiUrl } });
    await expect(client.login('wrong')).rejects.toThrow('An invalid token was provided');
    const gateway = openGateway(discord);
    await gateway.until(({ op }) => op === 10);
    gateway.identify({ token: 'wrong' });
    expect(await gateway.closed).toBe(4004);
  });

  test.each([
    { name: 'unknown intents', identify: { intents: 1 << 30 }, code: 4013 },
    { name: 'no intents', identify: { intents: undefined }, code: 4013 },
    { name: 'message content while it is switched off', identify: { intents: 1 << 15 }, code: 4014 },
    { name: 'members while they are switched off', identify: { intents: 1 << 1 }, code: 4014 },
    { name: 'presences while they are switched off', identify: { intents: 1 << 8 }, code: 4014 },
    { name: 'a shard beyond the count', identify: { shard: [2, 2] }, code: 4010 },
  ])('$name: close code $code', async ({ identify, code }) => {
    const { discord } = await startSimulator({ messageContentIntent: false });
    const gateway = openGateway(discord);
    await gateway.until(({ op }) => op === 10);
    gateway.identify(identify);
    expect(await gateway.closed).toBe(code);
    expect(discord.log).toMatchObject([{ method: 'GATEWAY', path: '/identify', status: code }]);
  });

  test('discord.js says so when an intent is switched off', async () => {
    const { discord } = await startSimulator({ messageContentIntent: false });
    const client = new Client({ intents: [GatewayIntentBits.MessageContent], rest: { api: discord.apiUrl } });
    await expect(client.login(discord.token)).rejects.toThrow('Used disallowed intents');
  });

  test('two identifies of one key within five seconds: the second is told to wait', async () => {
    const connectionClock = createManualClock();
    const { discord } = await startSimulator({ identifyIntervalMs: 5_000, connectionClock });
    const first = openGateway(discord);
    await first.until(({ op }) => op === 10);
    first.identify();
    await first.until(({ t }) => t === 'READY');
    const second = openGateway(discord);
    await second.until(({ op }) => op === 10);
    second.identify();
    expect(await second.until(({ op }) => op === 9)).toEqual({ op: 9, d: false });
    connectionClock.advance(5_000);
    second.identify();
    expect(await second.until(({ t }) => t === 'READY')).toMatchObject({ s: 1 });
  });

  test('a guild goes to the shard of its id, direct messages to shard 0', async () => {
    const { discord, guild } = await startSimulator({ maxConcurrency: 4 });
    const home = Number((BigInt(guild.id) >> 22n) % 4n);
    const guildsOf = async (id: number) => {
      const gateway = openGateway(discord);
      await gateway.until(({ op }) => op === 10);
      gateway.identify({ shard: [id, 4] });
      return (await gateway.until(({ t }) => t === 'READY')).d as { guilds: unknown[]; shard: number[] };
    };
    const readies = await Promise.all([0, 1, 2, 3].map(guildsOf));
    expect(readies.map(({ guilds }) => guilds.length)).toEqual([0, 1, 2, 3].map((id) => (id === home ? 1 : 0)));
    expect(readies[2]?.shard).toEqual([2, 4]);
  });
});

describe('what a connection may not do', () => {
  test.each([
    { name: 'act before it identifies', payload: { op: 8, d: {} }, code: 4003 },
    { name: 'send what is not JSON', payload: 'hello', code: 4002 },
    { name: 'send more than 4,096 bytes', payload: { op: 3, d: 'x'.repeat(4_096) }, code: 4002 },
  ])('$name: close code $code', async ({ payload, code }) => {
    const { discord } = await startSimulator();
    const gateway = openGateway(discord);
    await gateway.until(({ op }) => op === 10);
    gateway.send(payload);
    expect(await gateway.closed).toBe(code);
  });

  test('send more than 120 times in a minute', async () => {
    const { discord } = await startSimulator();
    const gateway = openGateway(discord);
    await gateway.until(({ op }) => op === 10);
    gateway.identify();
    for (let sent = 1; sent < 120; sent++) gateway.send({ op: 3, d: {} });
    gateway.send({ op: 1, d: null });
    expect(await gateway.closed).toBe(4008);
  });

  test('identify twice', async () => {
    const { discord } = await startSimulator();
    const gateway = openGateway(discord);
    await gateway.until(({ op }) => op === 10);
    gateway.identify();
    gateway.identify();
    expect(await gateway.closed).toBe(4005);
  });

  test('speak another version', async () => {
    const { discord } = await startSimulator();
    expect(await openGateway(discord, 'v=9&encoding=json').closed).toBe(4012);
  });

  test('stay silent: without heartbeats the connection ends', async () => {
    const connectionClock = createManualClock();
    const { discord } = await startSimulator({ connectionClock, heartbeatIntervalMs: 40_000 });
    const gateway = openGateway(discord);
    await gateway.until(({ op }) => op === 10);
    connectionClock.advance(50_000);
    gateway.send({ op: 1, d: null });
    await gateway.until(({ op }) => op === 11);
    connectionClock.advance(59_999);
    expect(discord.gateway.connectionCount).toBe(1);
    connectionClock.advance(1);
    expect(await gateway.closed).toBe(4009);
  });

  test('resume what is not there', async () => {
    const { discord } = await startSimulator();
    const gateway = openGateway(discord);
    await gateway.until(({ op }) => op === 10);
    gateway.send({ op: 6, d: { token: discord.token, session_id: 'none', seq: 1 } });
    expect(await gateway.until(({ op }) => op === 9)).toEqual({ op: 9, d: false });
  });
});

describe('losing the connection', () => {
  const paths = (log: readonly { path: string; status: number }[]) =>
    log.map(({ path, status }) => `${path} ${status}`);

  test('a dropped client resumes and gets every message that it missed', async () => {
    const { discord, here } = await startSimulator();
    const client = await connect(discord);
    discord.clearLog();
    const seen: string[] = [];
    const complete = new Promise<void>((resolve) => {
      client.on(Events.MessageCreate, ({ content }) => {
        if (seen.push(content) === 3) resolve();
      });
    });
    discord.gateway.dropConnections();
    for (const text of ['one', 'two', 'three']) await here.post(text);
    await complete;
    expect(seen).toEqual(['one', 'two', 'three']);
    expect(paths(discord.log)).toEqual(['/resume 200']);
  });

  test('a request to reconnect is answered by a resume', async () => {
    const { discord } = await startSimulator();
    const client = await connect(discord);
    discord.clearLog();
    const resumed = next(client, Events.ShardResume);
    discord.gateway.requestReconnect();
    await resumed;
    expect(paths(discord.log)).toEqual(['/resume 200']);
  });

  test('an invalidated session identifies anew', async () => {
    const { discord } = await startSimulator();
    // discord.js would wait five seconds between its two identifies.
    const buildIdentifyThrottler = async () => ({ waitForIdentify: async () => undefined });
    const client = await connect(discord, { ws: { buildIdentifyThrottler } });
    discord.clearLog();
    const ready = next(client, Events.ShardReady);
    discord.gateway.invalidateSessions({ resumable: false });
    await ready;
    expect(paths(discord.log)).toEqual(['/identify 200']);
  });

  test('a session that is invalid for now can be resumed', async () => {
    const { discord } = await startSimulator();
    const client = await connect(discord);
    discord.clearLog();
    const resumed = next(client, Events.ShardResume);
    discord.gateway.invalidateSessions({ resumable: true });
    await resumed;
    expect(paths(discord.log)).toEqual(['/resume 200']);
  });

  test('a client without acknowledgements drops the connection by itself and resumes', async () => {
    const { discord } = await startSimulator({ heartbeatIntervalMs: 200 });
    const client = await connect(discord);
    discord.clearLog();
    discord.gateway.stopAcknowledgingHeartbeats();
    await next(client, Events.ShardResume);
    discord.gateway.acknowledgeHeartbeatsAgain();
    expect(paths(discord.log)[0]).toBe('/resume 200');
  });
});

describe('what events show', () => {
  test('without the content intent only mentions, direct messages and own messages have their text', async () => {
    const { discord, here, alice, channel } = await startSimulator({ messageContentIntent: false });
    const client = await connect(discord, {
      intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.DirectMessages],
    });
    const seen: Message[] = [];
    const complete = new Promise<void>((resolve) => {
      client.on(Events.MessageCreate, (message) => {
        if (seen.push(message) === 4) resolve();
      });
    });
    const plain = await here.post('nobody is called', {
      files: [{ name: 'a.txt', type: 'text/plain', data: 'hidden' }],
    });
    await here.post(`<@${discord.botUserId}> is called`);
    await alice.in(await alice.openDm()).post('in private');
    const text = await client.channels.fetch(channel.id);
    if (!text?.isSendable()) throw new Error('not a text channel');
    await text.send('my own');
    await complete;
    expect(seen.map(({ content, attachments }) => [content, attachments.size])).toEqual([
      ['', 0],
      [`<@${discord.botUserId}> is called`, 0],
      ['in private', 0],
      ['my own', 0],
    ]);
    const fetched = await text.messages.fetch({ message: plain.id, force: true, cache: false });
    expect(fetched.content).toBe('');
  });

  test('with the intent every message has its text and its author', async () => {
    const { discord, here, alice, guild } = await startSimulator();
    guild.join(alice, { nick: 'Al' });
    const client = await connect(discord);
    const message = next<Message>(client, Events.MessageCreate);
    await here.post('hello');
    const { content, author, member } = await message;
    expect([content, author.username, member?.nickname]).toEqual(['hello', 'alice', 'Al']);
  });

  test('a channel that the bot may not view sends it nothing', async () => {
    const { discord, guild, alice, here } = await startSimulator();
    const hidden = guild.createTextChannel({
      name: 'hidden',
      overwrites: [{ id: guild.botRoleId, type: 0, deny: 1n << 10n }],
    });
    const client = await connect(discord);
    const message = next<Message>(client, Events.MessageCreate);
    await alice.in(hidden).post('unheard');
    await here.post('heard');
    expect((await message).content).toBe('heard');
  });

  test('members are sent when asked for', async () => {
    const { discord, guild } = await startSimulator({ membersIntent: true });
    const client = await connect(discord, { intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMembers] });
    const members = await client.guilds.cache.get(guild.id)?.members.fetch({ query: 'ali', limit: 5 });
    expect(members?.map((member: GuildMember) => member.user.username)).toEqual(['alice']);
    const all = await client.guilds.cache.get(guild.id)?.members.fetch();
    expect(all?.size).toBe(3);
  });
});
