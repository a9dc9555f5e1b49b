import { describe, expect, test } from '@jest/globals';
import { ChannelType, Events, type ForumChannel, type TextChannel, ThreadAutoArchiveDuration } from 'discord.js';
import { createManualClock, MEMBER_RIGHTS, Permission } from '../../../src/simulator/discord/index.ts';
import { connect, next, request, startSimulator } from './support.ts';

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

  test('a deleted thread is unknown', async () => {
    const { discord, thread, state } = await startThread();
    expect((await request(discord, 'DELETE', `/channels/${thread.id}`)).status).toBe(200);
    expect(await state()).toBe(undefined);
  });
});
