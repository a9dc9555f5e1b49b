import { describe, expect, test } from '@jest/globals';
import { ChannelType, Events, type ForumChannel, type TextChannel, ThreadAutoArchiveDuration } from 'discord.js';
import { createManualClock, MEMBER_RIGHTS, Permission } from '../../../src/simulator/discord/index.ts';
import { command, connect, next, register, request, startSimulator } from './support.ts';

describe('a discord.js bot', () => {
  test('opens threads from a message, without one, in private and in a forum', async () => {
    const { discord, guild, channel, here, alice } = await startSimulator();
    const forum = guild.createForum({ name: 'stories' });
    const client = await connect(discord);
    const text = client.channels.cache.get(channel.id) as TextChannel;
    const starter = await text.send('start');
    const fromMessage = await starter.startThread({ name: 'from message' });
    const standing = await text.threads.create({
      name: 'standing',
      autoArchiveDuration: ThreadAutoArchiveDuration.OneHour,
    });
    const secret = await text.threads.create({ name: 'secret', type: ChannelType.PrivateThread, invitable: false });
    const story = await (client.channels.cache.get(forum.id) as ForumChannel).threads.create({
      name: 'story',
      message: { content: 'once upon a time' },
    });
    await fromMessage.send('inside');
    expect([fromMessage.id, standing.type, secret.type, story.parentId]).toEqual([
      starter.id,
      ChannelType.PublicThread,
      ChannelType.PrivateThread,
      forum.id,
    ]);
    expect(
      alice
        .in(fromMessage)
        .messages()
        .map(({ content }) => content),
    ).toEqual(['', 'inside']);
    expect(alice.in(story).messages()).toMatchObject([{ id: story.id, content: 'once upon a time' }]);
    expect(() => alice.in(secret).messages()).toThrow('the channel is hidden from them');
    await secret.members.add(alice.id);
    expect(alice.in(secret).messages()).toEqual([]);
    expect(here.messages().map(({ content, threadId }) => [content, threadId])).toEqual([
      ['start', starter.id],
      ['standing', undefined],
    ]);
    expect(discord.violations).toEqual([]);
  });

  test('hears of threads that people open and of what they write there', async () => {
    const { discord, here, alice } = await startSimulator();
    const client = await connect(discord);
    const created = next<{ name: string }>(client, Events.ThreadCreate);
    const thread = await here.startThread({ name: 'by alice' });
    expect((await created).name).toBe('by alice');
    const message = new Promise<string>((resolve) => {
      client.on(Events.MessageCreate, ({ channelId, content }) => {
        if (channelId === thread.id && content !== '') resolve(content);
      });
    });
    await alice.in(thread).post('anybody here?');
    expect(await message).toBe('anybody here?');
  });

  test('lists active threads, archived ones and members', async () => {
    const { discord, channel, here, alice } = await startSimulator();
    const client = await connect(discord);
    const text = client.channels.cache.get(channel.id) as TextChannel;
    const open = await here.startThread({ name: 'open' });
    const old = await here.startThread({ name: 'old' });
    old.setArchived(true);
    expect([...(await text.threads.fetchActive()).threads.keys()]).toEqual([open.id]);
    expect([...(await text.threads.fetchArchived()).threads.keys()]).toEqual([old.id]);
    const thread = await client.channels.fetch(open.id);
    if (!thread?.isThread()) throw new Error('not a thread');
    await thread.join();
    expect([...(await thread.members.fetch()).keys()]).toEqual([alice.id, discord.botUserId]);
    await thread.leave();
    expect([...(await thread.members.fetch({ cache: false })).keys()]).toEqual([alice.id]);
  });
});

describe('archived and locked threads', () => {
  const startThread = async (options = {}) => {
    const place = await startSimulator(options);
    const thread = await place.here.startThread({ name: 'a thread' });
    const inside = place.alice.in(thread);
    const send = () => request(place.discord, 'POST', `/channels/${thread.id}/messages`, { content: 'hi' });
    const patch = (body: object) => request(place.discord, 'PATCH', `/channels/${thread.id}`, body);
    const state = async () =>
      ((await request(place.discord, 'GET', `/channels/${thread.id}`)).body as { thread_metadata: object })
        .thread_metadata;
    return { ...place, thread, inside, send, patch, state };
  };

  test('a message wakes an archived thread; an edit in it is refused', async () => {
    const { discord, thread, send, state } = await startThread();
    const { id } = (await send()).body as { id: string };
    thread.setArchived(true);
    const edit = await request(discord, 'PATCH', `/channels/${thread.id}/messages/${id}`, { content: 'x' });
    expect(edit).toMatchObject({ status: 400, body: { code: 50083, message: 'Thread is archived' } });
    expect((await send()).status).toBe(200);
    expect(await state()).toMatchObject({ archived: false });
  });

  test('a message can be deleted from an archived thread, unless that is locked and the right is missing', async () => {
    const { discord, guild, thread, send } = await startThread();
    const sent = async () => ((await send()).body as { id: string }).id;
    const remove = (id: string) => request(discord, 'DELETE', `/channels/${thread.id}/messages/${id}`);
    const [first, second] = [await sent(), await sent()];
    thread.setArchived(true);
    expect((await remove(first)).status).toBe(204);
    guild.setBotPermissions(MEMBER_RIGHTS);
    thread.lock();
    expect(await remove(second)).toMatchObject({ status: 400, body: { code: 160005 } });
    guild.setBotPermissions(MEMBER_RIGHTS | Permission.ManageThreads);
    expect((await remove(second)).status).toBe(204);
  });

  test('in a locked thread that is open nothing is edited without the right', async () => {
    const { discord, guild, thread, send, patch } = await startThread();
    const { id } = (await send()).body as { id: string };
    await patch({ locked: true });
    guild.setBotPermissions(MEMBER_RIGHTS);
    const edit = () => request(discord, 'PATCH', `/channels/${thread.id}/messages/${id}`, { content: 'x' });
    expect(await edit()).toMatchObject({ status: 400, body: { code: 160005, message: 'Thread is locked' } });
    guild.setBotPermissions(MEMBER_RIGHTS | Permission.ManageThreads);
    expect((await edit()).status).toBe(200);
  });

  test('people find an archived thread closed to all but new messages, and are offered no command there', async () => {
    const { discord, guild, thread, inside } = await startThread();
    await register(discord, command('ask'));
    const message = await inside.post('hello');
    const bob = discord.createPerson({ name: 'bob' });
    guild.join(bob);
    thread.setArchived(true);
    await expect(inside.edit(message, 'x')).rejects.toThrow('Thread is archived');
    await expect(inside.react(message, '👍')).rejects.toThrow('Thread is archived');
    await expect(inside.slash('ask')).rejects.toThrow('the thread is archived');
    expect(() => bob.in(thread).joinThread()).toThrow('an archived thread cannot be joined');
    await inside.post('good morning');
    expect((await inside.slash('ask')).failed).toBe(false);
    thread.lock();
    await expect(inside.delete(message)).rejects.toThrow('Thread is locked');
    thread.unlock();
    await inside.delete(message);
    expect(() => thread.createWebhook('x')).toThrow('Cannot execute action on this channel type');
    expect(() => thread.setAgeRestricted(true)).toThrow('only channels of a server are age-restricted');
  });

  test('the bot is told of its membership when a thread of its opens again', async () => {
    const { discord, thread, send } = await startThread();
    const client = await connect(discord);
    await send();
    const told: string[] = [];
    client.on(Events.Raw, ({ t, d }: { t: string; d: { id: string } }) => {
      if (t.startsWith('THREAD_') && d.id === thread.id) told.push(t);
    });
    const member = next<{ id: string }>(client, Events.ThreadMemberUpdate);
    thread.setArchived(true);
    await send();
    expect((await member).id).toBe(discord.botUserId);
    expect(told.slice(-3)).toEqual(['THREAD_UPDATE', 'THREAD_UPDATE', 'THREAD_MEMBER_UPDATE']);
  });

  test('a locked thread is closed to those who may not manage threads', async () => {
    const { guild, thread, inside, send, patch } = await startThread();
    guild.setBotPermissions(MEMBER_RIGHTS);
    thread.lock();
    await expect(inside.post('x')).rejects.toThrow('may not write in a locked thread');
    expect((await send()).status).toBe(400);
    expect(await patch({ archived: false })).toMatchObject({ status: 403, body: { code: 50013 } });
    guild.setBotPermissions(MEMBER_RIGHTS | Permission.ManageThreads);
    expect(await patch({ archived: false, locked: false })).toMatchObject({
      status: 200,
      body: { thread_metadata: { archived: false, locked: false } },
    });
  });

  test('a thread of somebody else can be unarchived but not renamed without the right', async () => {
    const { guild, thread, patch } = await startThread();
    guild.setBotPermissions(MEMBER_RIGHTS);
    expect(await patch({ name: 'mine' })).toMatchObject({ status: 403, body: { code: 50013 } });
    thread.setArchived(true);
    expect(await patch({ archived: false })).toMatchObject({ status: 200 });
  });

  test('a quiet thread archives itself after its time', async () => {
    const clock = createManualClock();
    const { patch, send, state } = await startThread({ clock });
    await patch({ auto_archive_duration: 60 });
    clock.advance(59 * 60_000);
    await send();
    clock.advance(59 * 60_000);
    expect(await state()).toMatchObject({ archived: false });
    clock.advance(60_000);
    expect(await state()).toMatchObject({ archived: true });
  });

  test('in a thread the right to write is another one', async () => {
    const { guild, send } = await startThread();
    guild.setBotPermissions(Permission.ViewChannel | Permission.SendMessages);
    expect(await send()).toMatchObject({ status: 403, body: { code: 50013 } });
    guild.setBotPermissions(Permission.ViewChannel | Permission.SendMessagesInThreads);
    expect(await send()).toMatchObject({ status: 200 });
  });

  test('a message has at most one thread', async () => {
    const { discord, channel, here } = await startThread();
    const message = await here.post('popular');
    const start = () =>
      request(discord, 'POST', `/channels/${channel.id}/messages/${message.id}/threads`, { name: 'x' });
    expect((await start()).status).toBe(201);
    expect(await start()).toMatchObject({ status: 400, body: { code: 160004 } });
  });

  test('nobody but moderators brings people into a private thread that is closed to invitations', async () => {
    const { discord, guild, here, alice } = await startThread();
    const bob = discord.createPerson({ name: 'bob' });
    guild.join(bob);
    const secret = await here.startThread({ name: 'secret', private: true });
    await alice.in(secret).post(`<@${discord.botUserId}> come in`);
    const close = { invitable: false };
    expect((await request(discord, 'PATCH', `/channels/${secret.id}`, close)).status).toBe(200);
    const invite = () => request(discord, 'PUT', `/channels/${secret.id}/thread-members/${bob.id}`);
    guild.setBotPermissions(MEMBER_RIGHTS);
    expect(await invite()).toMatchObject({ status: 403, body: { code: 50013 } });
    guild.setBotPermissions(MEMBER_RIGHTS | Permission.ManageThreads);
    expect((await invite()).status).toBe(204);
    expect(bob.in(secret).messages()).toMatchObject([{ author: { name: 'alice' } }]);
  });

  test('a deleted thread is unknown', async () => {
    const { discord, thread, state } = await startThread();
    expect((await request(discord, 'DELETE', `/channels/${thread.id}`)).status).toBe(200);
    expect(await state()).toBe(undefined);
  });
});
