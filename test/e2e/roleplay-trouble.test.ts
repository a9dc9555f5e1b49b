import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Here, Permission } from '../../src/simulator/discord/index.ts';
import { type BotWorld, startBot } from '../support/bot.ts';
import {
  goOn,
  moderate,
  OTTILIE,
  pressed,
  readScene,
  saidBy,
  savePersona,
  shown,
  startRoleplay,
} from './roleplay-scene.ts';
import {
  buttonsOf,
  completions,
  createHome,
  expectUnharmed,
  type Home,
  isFinished,
  lastPrompt,
  use,
  waitForApi,
} from './scene.ts';

/** Writes a word every ten seconds. */
const SLOW = { reply: ['Once ', 'upon ', 'a time.'], speed: { firstTokenMs: 0, tokensPerSecond: 0.1 } };
const BETWEEN_WORDS_MS = 11_000;

let folder: string;
let storeUrl: string;
let world: BotWorld;
let home: Home;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dramatis-'));
  storeUrl = `sqlite://${join(folder, 'store.sqlite')}`;
  world = await startBot({ env: { STORE_URL: storeUrl } });
  home = createHome(world.discord);
});
afterEach(async () => {
  const problems = world.log.filter(({ level }) => level === 'error');
  await world.close();
  await rm(folder, { recursive: true });
  expect(problems).toEqual([]);
});

const denied = (right: bigint) =>
  home.guild.createTextChannel({ name: 'room', overwrites: [{ id: world.discord.botUserId, type: 1, deny: right }] });

/** A roleplay whose greeting stands there. */
async function begun(channel = home.newChannel()) {
  const { thread } = await startRoleplay(home.alice.in(channel));
  const alice = home.alice.in(thread);
  await saidBy(alice, 'Ottilie', 'pet');
  return { channel, thread, alice };
}

/** The same, while a reply is being written. */
async function writing(channel = home.newChannel()) {
  const scene = await begun(channel);
  world.api.next(SLOW);
  await scene.alice.post('tell me a story');
  const reply = await scene.alice.waitFor((messages) => messages.find(({ content }) => content.includes('Once')));
  return { ...scene, reply };
}

type Writing = Awaited<ReturnType<typeof writing>>;

const routes = (route: RegExp) =>
  world.discord.log.filter(({ method, route: path }) => route.test(`${method} ${path}`));

async function play(here: Here, text: string, reply: string, name = 'Ottilie') {
  world.api.next(reply);
  await here.post(text);
  return saidBy(here, name, reply);
}

describe('what the bot may not do', () => {
  test.each([
    ['public', 'Create Public Threads', Permission.CreatePublicThreads],
    ['public', 'Send Messages in Threads', Permission.SendMessagesInThreads],
    ['private', 'Create Private Threads', Permission.CreatePrivateThreads],
  ])('keeps a %s roleplay from beginning: without %s it says so, and makes nothing', async (kind, name, right) => {
    const here = home.alice.in(denied(right));
    await here.slash('roleplay start', { persona: OTTILIE, private: kind === 'private' });
    const told = await here.waitFor(
      (messages) => messages.length === 1 && messages.find(({ ephemeral, loading }) => ephemeral && !loading),
    );
    expect(told.content).toBe(
      `To open a thread I need **${name}** in this channel. An admin can grant it to my role in Server Settings > Roles, or for this channel alone in Edit Channel > Permissions.`,
    );
    expect(routes(/POST .*\/(threads|webhooks)$/)).toEqual([]);
  });

  test('is not done for those who may not do it either', async () => {
    home.guild.setMemberPermissions(
      Permission.ViewChannel | Permission.SendMessages | Permission.UseApplicationCommands,
    );
    const here = home.alice.in(home.newChannel());
    const told = await use(here, 'roleplay start', { persona: OTTILIE });
    expect(told.content).toContain('you may not open one here: you need **Create Public Threads**');
    expect(routes(/POST .*\/threads$/)).toEqual([]);
  });

  test('no webhooks: the persona speaks by the bot’s own account, which is said once', async () => {
    const { thread } = await startRoleplay(home.alice.in(denied(Permission.ManageWebhooks)));
    const alice = home.alice.in(thread);
    await saidBy(alice, 'Dramatis', 'So, pet');
    await play(alice, 'hello', 'Sit.', 'Dramatis');
    const texts = shown(alice);
    expect(texts.filter((text) => text.includes('**Manage Webhooks**'))).toHaveLength(1);
    expect(texts[1]).toMatch(/^Dramatis: \*\*Ottilie\*\*\n\*The door opens/);
    expect(texts.slice(2)).toEqual(['Alice: hello', 'Dramatis: **Ottilie**\nSit.']);
    expect(lastPrompt(world.api)?.slice(-2)).toEqual([
      expect.stringMatching(/^assistant: \*The door/),
      'user: Alice: hello',
    ]);
  });

  test('no files: the card is plain text', async () => {
    const { thread } = await startRoleplay(home.alice.in(denied(Permission.AttachFiles)));
    const alice = home.alice.in(thread);
    const greeting = await saidBy(alice, 'Ottilie', 'pet');
    const [card] = alice.messages();
    expect(card?.content).toContain('She keeps a lighthouse that calls home whatever people have lost.');
    expect(card?.embeds).toEqual([]);
    expect(greeting.author.avatarUrl).toMatch(/avatars/);
  });

  test('all 15 webhooks used up: the same, and what to do', async () => {
    const channel = home.newChannel();
    for (let index = 0; index < 15; index += 1) channel.createWebhook(`news ${index}`);
    const { thread } = await startRoleplay(home.alice.in(channel));
    const alice = home.alice.in(thread);
    await saidBy(alice, 'Dramatis', 'So, pet');
    expect(shown(alice)[0]).toContain('This channel has 15 webhooks, as many as Discord allows');
  });

  test('a thread is all that is refused: commands say that it is locked', async () => {
    const { thread, alice } = await begun();
    await moderate(world.discord, thread.id, { locked: true });
    expect((await use(alice, 'roleplay note')).content).toBe(
      'This thread is locked, so the story stands still. A moderator can unlock it.',
    );
  });
});

describe('while a reply is being written', () => {
  test('its webhook is deleted: nothing of it is lost', async () => {
    const { channel, alice } = await writing();
    for (const webhook of channel.webhooks()) webhook.delete();
    world.clock.skip(BETWEEN_WORDS_MS);
    world.clock.skip(BETWEEN_WORDS_MS);
    const reply = await saidBy(alice, 'Ottilie', 'Once upon a time.');
    expect(channel.webhooks()).toHaveLength(1);
    world.api.next(' The end.');
    await goOn(alice);
    expect((await saidBy(alice, 'Ottilie', 'The end.')).id).toBe(reply.id);
  });

  test.each([
    ['its thread', (scene: Writing) => moderate(world.discord, scene.thread.id, 'delete')],
    ['its channel', async (scene: Writing) => scene.channel.delete()],
  ])('%s is deleted: the request ends, and the roleplay is forgotten', async (_, remove) => {
    const scene = await writing();
    await remove(scene);
    world.clock.skip(BETWEEN_WORDS_MS);
    await waitForApi(world.api, () => completions(world.api).at(-1)?.aborted);
    await world.stop();
    expect(await readScene(storeUrl, scene.thread.id)).toBe(undefined);
    await world.restart();
    await expectUnharmed(world.api, home.alice.in(home.newChannel()));
  });

  test('its thread is archived: it wakes up and takes the rest', async () => {
    const { thread, alice } = await writing();
    await moderate(world.discord, thread.id, { archived: true });
    world.clock.skip(BETWEEN_WORDS_MS);
    world.clock.skip(BETWEEN_WORDS_MS);
    await saidBy(alice, 'Ottilie', 'Once upon a time.');
  });

  test('its thread is locked: what was written stays in the history', async () => {
    const { thread, alice } = await writing();
    await moderate(world.discord, thread.id, { archived: true, locked: true });
    world.clock.skip(BETWEEN_WORDS_MS);
    world.clock.skip(BETWEEN_WORDS_MS);
    await waitForApi(world.api, () => completions(world.api).at(-1)?.finishedAt);
    await moderate(world.discord, thread.id, { archived: false, locked: false });
    await play(alice, 'and then?', 'The end.');
    expect(lastPrompt(world.api)?.slice(-2)).toEqual([
      expect.stringMatching(/^assistant: Once/),
      'user: Alice: and then?',
    ]);
  });

  test('a member edits the message that is answered, and deletes another: the next prompt knows', async () => {
    const { alice } = await begun();
    await play(alice, 'my name is Al', 'Hello, Al.');
    const first = alice.messages().findLast(({ author }) => author.name === 'Alice');
    world.api.next(SLOW);
    const second = await alice.post('tell me a story');
    await alice.waitFor((messages) => messages.find(({ content }) => content.includes('Once')));
    await alice.edit(first ?? '', 'my name is Alice');
    await alice.delete(second);
    await waitForApi(world.api, () => completions(world.api).at(-1)?.aborted);
    await play(alice, 'hello', 'Hello.');
    expect(lastPrompt(world.api)?.join('\n')).toContain('my name is Alice');
    expect(lastPrompt(world.api)?.join('\n')).not.toContain('tell me a story');
  });
});

describe('a persona', () => {
  test.each([
    ['Clyde of Discord', 'Cly-de of Dis-cord'],
    ['🦊', '🦊'],
    ['x'.repeat(81), 'x'.repeat(80)],
  ])('named %j speaks under a name that Discord takes', async (name, shownName) => {
    await savePersona(storeUrl, home.guild.id, { name, firstMessage: 'I am here.' });
    const here = home.alice.in(home.newChannel());
    const [suggested] = await here.autocomplete('roleplay start', 'persona', '');
    const { thread } = await startRoleplay(here, { persona: String(suggested?.value) });
    const alice = home.alice.in(thread);
    const greeting = await alice.waitFor((messages) =>
      messages.find((message) => message.content === 'I am here.' && isFinished(message)),
    );
    expect(greeting.author.name).toBe(shownName);
    await play(alice, 'hello', 'Hello.', greeting.author.name);
  });

  test('for adults begins in age-restricted channels only', async () => {
    await savePersona(storeUrl, home.guild.id, { name: 'Velvet', firstMessage: 'Well.', isAdult: true });
    const channel = home.newChannel();
    const here = home.alice.in(channel);
    expect(await here.autocomplete('roleplay start', 'persona', 'Vel')).toEqual([]);
    const told = await use(here, 'roleplay start', { persona: 'Velvet' });
    expect(told.content).toContain('**Velvet** is for adults and speaks only in age-restricted channels.');
    channel.setAgeRestricted(true);
    const { thread } = await startRoleplay(here, { persona: 'Velvet' });
    const alice = home.alice.in(thread);
    await saidBy(alice, 'Velvet', 'Well.');
    channel.setAgeRestricted(false);
    const { id } = await alice.post('hello');
    await alice.waitFor((messages) =>
      messages.find(({ replyToId, content }) => replyToId === id && content.includes('is for adults')),
    );
  });

  test('that is deleted while it speaks says the rest, and is missed afterwards', async () => {
    const admins = home.guild.createRole({ name: 'Admins', permissions: Permission.ManageGuild });
    home.guild.join(home.mia, { roles: [admins] });
    await savePersona(storeUrl, home.guild.id, { name: 'Wren', firstMessage: 'I am here.' });
    const { thread } = await startRoleplay(home.alice.in(home.newChannel()), { persona: 'Wren' });
    const alice = home.alice.in(thread);
    await saidBy(alice, 'Wren', 'I am here.');
    world.api.next(SLOW);
    await alice.post('tell me a story');
    await alice.waitFor((messages) => messages.find(({ content }) => content.includes('Once')));
    const mia = home.mia.in(home.newChannel());
    const asked = await use(mia, 'persona delete', { persona: 'Wren' });
    const label = buttonsOf(asked)[0];
    if (label !== undefined && !asked.content.includes('Deleted')) await mia.click(asked, label);
    await mia.waitFor((messages) => messages.find(({ content }) => content.includes('Deleted')));
    world.clock.skip(BETWEEN_WORDS_MS);
    world.clock.skip(BETWEEN_WORDS_MS);
    const reply = await saidBy(alice, 'Wren', 'Once upon a time.');
    const { id } = await alice.post('and then?');
    await alice.waitFor((messages) =>
      messages.find(({ replyToId, content }) => replyToId === id && content.includes('was deleted')),
    );
    const press = await alice.click(reply, 'Regenerate');
    const told = await press.waitFor((messages) => messages.find(({ ephemeral, loading }) => ephemeral && !loading));
    expect(told.content).toContain('Wren was deleted');
  });

  test('that was deleted leaves the story: another one is brought in and goes on with it', async () => {
    const persona = await savePersona(storeUrl, home.guild.id, { name: 'Wren', firstMessage: 'I am here.' });
    const { thread } = await startRoleplay(home.alice.in(home.newChannel()), { persona: 'Wren' });
    const alice = home.alice.in(thread);
    await saidBy(alice, 'Wren', 'I am here.');
    await world.stop();
    await persona.remove();
    await world.restart();
    const { id } = await alice.post('Wren?');
    const told = await alice.waitFor((messages) => messages.find(({ replyToId }) => replyToId === id));
    expect(told.content).toContain('The persona of this roleplay was deleted.');
    expect((await use(alice, 'roleplay continue')).content).toContain('`/roleplay invite`');
    await use(alice, 'roleplay invite', { persona: OTTILIE });
    await play(alice, 'hello', 'Wren went home, pet.');
    expect(lastPrompt(world.api)?.join('\n')).toContain('I am here.');
    const left = await use(alice, 'roleplay leave', { persona: 'deleted personas' });
    expect(left.content).toBe('**Alice** sent the deleted personas away. Here plays: **Ottilie**.');
  });

  test('swipes keep working after its webhook was deleted', async () => {
    const { channel, alice } = await begun();
    const reply = await play(alice, 'hello', 'One.');
    for (const webhook of channel.webhooks()) webhook.delete();
    world.api.next('Two.');
    await alice.click(reply, 'Regenerate');
    const second = await saidBy(alice, 'Ottilie', 'Two.');
    await pressed(alice, second, '◀', 'One.');
    expect(
      shown(alice)
        .filter((text) => text.startsWith('Ottilie: '))
        .slice(1),
    ).toEqual(['Ottilie: One.']);
  });
});
