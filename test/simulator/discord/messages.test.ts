import { describe, expect, test } from '@jest/globals';
import { Events, type Message, type TextChannel } from 'discord.js';
import { createManualClock, type ShownMessage } from '../../../src/simulator/discord/index.ts';
import { connect, next, request, startSimulator } from './support.ts';

const contents = (messages: readonly ShownMessage[]) => messages.map(({ content }) => content);
const idOf = ({ body }: { body: unknown }) => (body as { id: string }).id;

async function startBot() {
  const place = await startSimulator();
  const client = await connect(place.discord);
  const text = client.channels.cache.get(place.channel.id) as TextChannel;
  return { ...place, client, text };
}

describe('a discord.js bot in a channel', () => {
  test('answers a mention with a reply that pings, after typing', async () => {
    const { discord, client, here, alice, channel } = await startBot();
    const events: string[] = [];
    discord.on(({ type }) => events.push(type));
    client.on(Events.MessageCreate, (message) => {
      if (!message.mentions.has(client.user)) return;
      void message.channel.sendTyping().then(() => message.reply('you called'));
    });
    const asked = await here.post(`<@${discord.botUserId}> hello`);
    const answer = await here.waitFor((messages) => messages.find(({ content }) => content === 'you called'));
    expect(asked.mentions).toEqual({ userIds: [discord.botUserId], roleIds: [], everyone: false });
    expect(answer).toMatchObject({
      channelId: channel.id,
      author: { id: discord.botUserId, name: 'Dramatis', bot: true },
      replyToId: asked.id,
      mentions: { userIds: [alice.id] },
    });
    expect(events).toEqual(['message-created', 'typing', 'message-created']);
    expect(discord.violations).toEqual([]);
  });

  test('talks in direct messages', async () => {
    const { discord, client, alice } = await startBot();
    client.on(Events.MessageCreate, (message) => {
      if (!message.author.bot) void message.reply(`echo ${message.content}`);
    });
    const private_ = alice.in(await alice.openDm());
    await private_.post('hi');
    await private_.waitFor((messages) => messages.length === 2);
    expect(contents(private_.messages())).toEqual(['hi', 'echo hi']);
    await client.users.send(alice.id, 'unasked');
    expect(contents(private_.messages())).toEqual(['hi', 'echo hi', 'unasked']);
    alice.setAcceptsDms(false);
    await expect(client.users.send(alice.id, 'unwanted')).rejects.toMatchObject({ code: 50007, status: 403 });
    expect(discord.violations).toEqual([]);
  });

  test('edits and deletes its own messages; the person sees each step', async () => {
    const { text, here } = await startBot();
    const message = await text.send({ content: 'one', embeds: [{ title: 'Title' }] });
    await message.edit('two');
    expect(here.messages()).toMatchObject([
      { content: 'two', edited: true, revisions: 1, embeds: [{ type: 'rich', title: 'Title' }] },
    ]);
    await message.delete();
    expect(here.messages()).toEqual([]);
  });

  test('hears of edits, deletions, reactions and typing of people', async () => {
    const { client, here } = await startBot();
    const message = await here.post('one');
    const edited = next<Message>(client, Events.MessageUpdate);
    await here.edit(message, 'two');
    await edited;
    const reacted = new Promise<string | null>((resolve) => {
      client.once(Events.MessageReactionAdd, ({ emoji }) => resolve(emoji.name));
    });
    await here.react(message, '👍');
    expect(await reacted).toBe('👍');
    const deleted = next<Message>(client, Events.MessageDelete);
    await here.delete(message);
    expect((await deleted).id).toBe(message.id);
  });

  test('reacts, and takes its reaction back', async () => {
    const { discord, text, here } = await startBot();
    const message = await text.send('vote');
    const reaction = await message.react('👍');
    expect(here.messages()[0]?.reactions).toEqual([{ emoji: '👍', count: 1, userIds: [discord.botUserId] }]);
    await reaction.users.remove(discord.botUserId);
    expect(here.messages()[0]?.reactions).toEqual([]);
    await expect(message.react('nonsense')).rejects.toMatchObject({ code: 10014 });
  });

  test('reads history page by page', async () => {
    const { text, here } = await startBot();
    const sent: ShownMessage[] = [];
    for (let number = 1; number <= 7; number++) sent.push(await here.post(`message ${number}`));
    const fetch = async (options: object) => {
      const messages = await text.messages.fetch({ ...options, cache: false });
      return messages.map(({ content }) => Number(content.split(' ')[1]));
    };
    expect(await fetch({ limit: 3 })).toEqual([7, 6, 5]);
    expect(await fetch({ limit: 2, before: sent[3]?.id })).toEqual([3, 2]);
    expect(await fetch({ limit: 2, after: sent[3]?.id })).toEqual([6, 5]);
    expect(await fetch({ limit: 4, around: sent[3]?.id })).toEqual([6, 5, 4, 3, 2].slice(0, 5));
  });

  test('removes several messages at once', async () => {
    const { text, here } = await startBot();
    for (const content of ['one', 'two', 'three']) await here.post(content);
    await text.bulkDelete(
      here
        .messages()
        .slice(0, 2)
        .map(({ id }) => id),
    );
    expect(contents(here.messages())).toEqual(['three']);
  });
});

describe('who is pinged', () => {
  test.each([
    { name: 'everything a message names, by default', allowed: undefined, users: 1, everyone: true },
    { name: 'nobody with an empty parse', allowed: { parse: [] }, users: 0, everyone: false },
    { name: 'only the users that are listed', allowed: { users: ['ALICE'] }, users: 1, everyone: false },
    { name: 'users alone', allowed: { parse: ['users'] }, users: 1, everyone: false },
  ])('$name', async ({ allowed, users, everyone }) => {
    const { discord, guild, channel, alice, here } = await startSimulator();
    guild.setBotPermissions((1n << 10n) | (1n << 11n) | (1n << 17n));
    const rules = JSON.parse(JSON.stringify(allowed ?? null).replace('ALICE', alice.id)) as object | null;
    await request(discord, 'POST', `/channels/${channel.id}/messages`, {
      content: `<@${alice.id}> and @everyone`,
      ...(rules ? { allowed_mentions: rules } : {}),
    });
    expect(here.messages()[0]?.mentions).toEqual({ userIds: users ? [alice.id] : [], roleIds: [], everyone });
  });

  test('everyone only with the right to do so', async () => {
    const { discord, channel, here } = await startSimulator();
    await request(discord, 'POST', `/channels/${channel.id}/messages`, { content: '@everyone' });
    expect(here.messages()[0]?.mentions.everyone).toBe(false);
  });
});

test('an enforced nonce makes a second create return the first message', async () => {
  const clock = createManualClock();
  const { discord, channel, here } = await startSimulator({ clock });
  const send = () =>
    request(discord, 'POST', `/channels/${channel.id}/messages`, { content: 'once', nonce: 'n1', enforce_nonce: true });
  const first = await send();
  expect(idOf(await send())).toBe(idOf(first));
  expect(here.messages()).toHaveLength(1);
  clock.advance(10 * 60_000);
  expect(idOf(await send())).not.toBe(idOf(first));
});

test('typing is shown for ten seconds or until the message comes', async () => {
  const clock = createManualClock();
  const { discord, channel, here } = await startSimulator({ clock });
  const type = () => request(discord, 'POST', `/channels/${channel.id}/typing`);
  expect((await type()).status).toBe(204);
  expect(here.typing()).toEqual([discord.botUserId]);
  clock.advance(9_999);
  expect(here.typing()).toEqual([discord.botUserId]);
  clock.advance(1);
  expect(here.typing()).toEqual([]);
  await type();
  await request(discord, 'POST', `/channels/${channel.id}/messages`, { content: 'done' });
  expect(here.typing()).toEqual([]);
});

test('a reply to a message that is gone is refused, unless it may be sent without', async () => {
  const { discord, channel } = await startSimulator();
  const reply = (more: object) =>
    request(discord, 'POST', `/channels/${channel.id}/messages`, {
      content: 'x',
      message_reference: { message_id: channel.id, ...more },
    });
  expect(await reply({})).toMatchObject({
    status: 400,
    body: { code: 50035, errors: { message_reference: { _errors: [{ code: 'REPLIES_UNKNOWN_MESSAGE' }] } } },
  });
  expect(await reply({ fail_if_not_exists: false })).toMatchObject({ status: 200, body: { type: 0 } });
});

test('a message of components V2 takes no content, not even by a later edit', async () => {
  const { discord, channel } = await startSimulator();
  const path = `/channels/${channel.id}/messages`;
  const shown = { flags: 32_768, components: [{ type: 10, content: 'shown' }] };
  expect(await request(discord, 'POST', path, { ...shown, content: 'x' })).toMatchObject({
    status: 400,
    body: { code: 50035 },
  });
  const id = idOf(await request(discord, 'POST', path, shown));
  expect(await request(discord, 'PATCH', `${path}/${id}`, { content: 'x' })).toMatchObject({
    status: 400,
    body: { code: 50035 },
  });
  const edited = await request(discord, 'PATCH', `${path}/${id}`, { components: [{ type: 10, content: 'other' }] });
  expect(edited.body).toMatchObject({ flags: 32_768, components: [{ id: 1, content: 'other' }] });
  const plain = idOf(await request(discord, 'POST', path, { content: 'plain' }));
  expect(await request(discord, 'PATCH', `${path}/${plain}`, shown)).toMatchObject({
    status: 400,
    body: { code: 50035 },
  });
});

test('messages older than an hour are edited three times in twenty seconds, not more: 30046', async () => {
  const clock = createManualClock();
  const { discord, channel } = await startSimulator({ clock });
  const path = `/channels/${channel.id}/messages`;
  const id = idOf(await request(discord, 'POST', path, { content: 'old' }));
  const edit = (content: string) => request(discord, 'PATCH', `${path}/${id}`, { content });
  clock.advance(60 * 60_000 + 1);
  for (const content of ['one', 'two', 'three']) expect((await edit(content)).status).toBe(200);
  clock.advance(5_000);
  const refused = await edit('four');
  expect(refused).toMatchObject({ status: 429, body: { code: 30046, retry_after: 15 } });
  expect(refused.headers.get('retry-after')).toBe('15');
  clock.advance(15_000);
  expect((await edit('four')).status).toBe(200);
});
