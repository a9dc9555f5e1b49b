import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type GuildHandle, type Here, Permission } from '../../src/simulator/discord/index.ts';
import { errors } from '../../src/simulator/infermatic/index.ts';
import { type BotWorld, startBot } from '../support/bot.ts';
import {
  looksOf,
  mentioning,
  OTTILIE,
  OTTILIE_REF,
  PLAY_BUTTONS,
  pressed,
  speaks,
  spoken,
  swipeButtons,
  talk,
  toldPrivately,
  turnedInto,
  withSettings,
  wordsOf,
} from './persona-scene.ts';
import { ask, buttonsOf, completions, createHome, type Home, isFinished, lastPrompt, waitForApi } from './scene.ts';

const REFUSED = errors.badRequest('no such template');
const REFUSAL = 'The API refused this request. Try other words or another model: `/models list` shows them.';
const SLOW = { reply: ['Once ', 'upon ', 'a time.'], speed: { firstTokenMs: 0, tokensPerSecond: 0.1 } };
/** 40 lines, more than one message of Discord holds. */
const LONG = `${'The sea is loud tonight, and the lamp is lit.\n'.repeat(60)}The end.`;

let folder: string;
let storeUrl: string;
let world: BotWorld;
let home: Home;
/** A server in which the bot may have no webhooks. */
let bare: GuildHandle;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dramatis-'));
  storeUrl = `sqlite://${join(folder, 'store.sqlite')}`;
  world = await startBot({ env: { STORE_URL: storeUrl } });
  home = createHome(world.discord);
  bare = world.discord.createGuild({ name: 'Bare' });
  bare.setBotPermissions(Permission.ViewChannel | Permission.SendMessages | Permission.ReadMessageHistory);
  bare.join(home.alice);
  await withSettings(world, storeUrl, [
    [{ guildId: home.guild.id }, { persona: speaks(OTTILIE_REF) }],
    [{ guildId: bare.id }, { persona: speaks(OTTILIE_REF) }],
  ]);
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});
afterEach(() => {
  world.api.clearLog();
  expect(world.log.filter(({ level }) => level === 'error')).toEqual([]);
});

const newPlace = () => home.alice.in(home.newChannel());
const bodyOf = (index: number) =>
  completions(world.api)[index]?.body as { stop?: string[]; messages: { role: string; content: string }[] };

describe('a persona that is chosen for a server', () => {
  test('answers a mention under its own name and picture, with a link to what it answers', async () => {
    const here = newPlace();
    world.api.next('The kettle is on.');
    const question = await here.post(mentioning(world, 'is there tea?'));
    const reply = await spoken(here, OTTILIE, 'on.');
    expect(reply).toMatchObject({
      author: { name: OTTILIE, bot: true, avatarUrl: expect.stringMatching(/\/avatars\/\d+\/[0-9a-f]+\.png$/) },
      content:
        `-# ↪ [Alice](https://discord.com/channels/${home.guild.id}/${here.channelId}/${question.id})\n` +
        'The kettle is on.',
      mentions: { userIds: [], roleIds: [], everyone: false },
    });
    expect(buttonsOf(reply)).toEqual(PLAY_BUTTONS);
    expect(lastPrompt(world.api)).toEqual(['user: Alice: is there tea?']);
    expect(bodyOf(0).messages[0]?.content).toContain('lighthouse');
    expect(bodyOf(0).stop).toEqual(['\nAlice:']);
  });

  test('answers a reply to what it said', async () => {
    const here = newPlace();
    const first = await talk(world, here, ['is there tea?', 'The kettle is on.']);
    world.api.next('With milk.');
    await here.post('and milk?', { replyTo: first });
    await spoken(here, OTTILIE, 'With milk.');
    expect(lastPrompt(world.api)).toEqual([
      'user: Alice: is there tea?',
      'assistant: The kettle is on.',
      'user: Alice: and milk?',
    ]);
  });

  test('answers /ask in the place of the command, with its name above, also when it is made again', async () => {
    const here = newPlace();
    world.api.next('The kettle is on.', 'The kettle is cold.');
    const reply = await ask(here, 'is there tea?');
    expect(reply.content).toBe(`> is there tea?\n**${OTTILIE}**\nThe kettle is on.`);
    const other = await pressed(here, reply, ['Regenerate', 'cold.']);
    expect(other.content).toBe(`> is there tea?\n**${OTTILIE}**\nThe kettle is cold.`);
    const back = await pressed(here, reply, ['◀', 'on.']);
    expect(back.content).toBe(`> is there tea?\n**${OTTILIE}**\nThe kettle is on.`);
    expect(here.messages().length).toBe(1);
  });

  test('answers /ask in private with what can be done to a private message', async () => {
    const here = newPlace();
    world.api.next('The kettle is on.', 'The kettle is cold.');
    const reply = await ask(here, 'is there tea?', { private: true });
    expect(buttonsOf(reply)).toEqual(['Regenerate', 'Continue']);
    const other = await pressed(here, reply, ['Regenerate', 'cold.']);
    expect(buttonsOf(other)).toEqual(['◀', '2/2', '▶', 'Regenerate', 'Continue']);
    const back = await pressed(here, reply, ['◀', 'on.']);
    expect({ ...looksOf(back), ephemeral: back.ephemeral }).toEqual({
      words: `> is there tea?\n**${OTTILIE}**\nThe kettle is on.`,
      buttons: ['◀', '1/2', '▶', 'Regenerate', 'Continue'],
      ephemeral: true,
    });
  });

  test.each([
    ['its own name', `${OTTILIE}: The kettle is on.`],
    ['its own name in bold', `**${OTTILIE}:** The kettle is on.`],
    ['the name on its card', 'Ottilie Marsh: The kettle is on.'],
  ])('does not say %s in front of its words', async (_, reply) => {
    const here = newPlace();
    world.api.next(reply);
    await here.post(mentioning(world, 'is there tea?'));
    expect(wordsOf(await spoken(here, OTTILIE, 'on.'))).toBe('The kettle is on.');
  });

  test('ends where it begins to write the line of a member, and asks the API for no more', async () => {
    const here = newPlace();
    world.api.next({
      reply: ['The kettle ', 'is on.\n', '\n', 'User:', ' Thank you! ', 'I wave. ', 'And so on.'],
      hang: { afterTokens: 6 },
    });
    await here.post(mentioning(world, 'is there tea?'));
    const reply = await spoken(here, OTTILIE, 'on.');
    expect(looksOf(reply)).toEqual({ words: 'The kettle is on.', buttons: PLAY_BUTTONS });
    await waitForApi(world.api, () => completions(world.api)[0]?.aborted === true);
    await talk(world, here, ['thanks', 'Gladly.']);
    expect(lastPrompt(world.api)?.slice(0, 2)).toEqual(['user: Alice: is there tea?', 'assistant: The kettle is on.']);
  });

  test('speaks by the bot’s own account, with its name above, where there can be no webhook', async () => {
    const here = home.alice.in(bare.createTextChannel({ name: 'room' }));
    world.api.next('The kettle is on.', 'The kettle is cold.');
    const question = await here.post(mentioning(world, 'is there tea?'));
    const reply = await here.waitFor((messages) =>
      messages.find((message) => message.author.bot && isFinished(message) && message.content.endsWith('on.')),
    );
    expect(reply).toMatchObject({ content: `**${OTTILIE}**\nThe kettle is on.`, replyToId: question.id });
    const other = await pressed(here, reply, ['Regenerate', 'cold.']);
    expect(other.content).toBe(`**${OTTILIE}**\nThe kettle is cold.`);
    expect((await pressed(here, reply, ['◀', 'on.'])).content).toBe(`**${OTTILIE}**\nThe kettle is on.`);
    await talk2(here, 'and milk?', 'With milk.');
    expect(lastPrompt(world.api)).toEqual([
      'user: Alice: is there tea?',
      'assistant: The kettle is on.',
      'user: Alice: and milk?',
    ]);
  });
});

/** The same by whatever account. */
async function talk2(here: Here, text: string, reply: string): Promise<void> {
  world.api.next(reply);
  await here.post(mentioning(world, text));
  await here.waitFor((messages) =>
    messages.find((message) => message.author.bot && isFinished(message) && message.content.endsWith(reply)),
  );
}

describe('Regenerate and the arrows', () => {
  test('keep every version; the one that is shown is the one that the next prompt has', async () => {
    const here = newPlace();
    const first = await talk(world, here, ['is there tea?', 'One.']);
    world.api.next('Two.', 'Three.');
    expect(looksOf(await pressed(here, first, ['Regenerate', 'Two.']))).toEqual({
      words: 'Two.',
      buttons: swipeButtons('2/2'),
    });
    expect(buttonsOf(await pressed(here, first, ['▶', 'Three.']))).toEqual(swipeButtons('3/3'));
    expect(buttonsOf(await pressed(here, first, ['◀', 'Two.']))).toEqual(swipeButtons('2/3'));
    expect(buttonsOf(await pressed(here, first, ['◀', 'One.']))).toEqual(swipeButtons('1/3'));
    expect(buttonsOf(await pressed(here, first, ['▶', 'Two.']))).toEqual(swipeButtons('2/3'));
    expect(completions(world.api).map((_, index) => bodyOf(index).messages.at(-1)?.content)).toEqual([
      'Alice: is there tea?',
      'Alice: is there tea?',
      'Alice: is there tea?',
    ]);
    await talk(world, here, ['and milk?', 'No.']);
    expect(lastPrompt(world.api)).toEqual(['user: Alice: is there tea?', 'assistant: Two.', 'user: Alice: and milk?']);
    expect((await turnedInto(here, first, 'Two.')).content).toMatch(/^-# ↪ \[Alice\]/);
  });

  test('before the first version stay there', async () => {
    const here = newPlace();
    const first = await talk(world, here, ['is there tea?', 'One.']);
    world.api.next('Two.');
    await pressed(here, first, ['Regenerate', 'Two.']);
    await pressed(here, first, ['◀', 'One.']);
    const { revisions } = await turnedInto(here, first, 'One.');
    await here.click(first, '◀');
    const again = await here.waitFor((messages) =>
      messages.find(({ id, revisions: now }) => id === first.id && now > revisions),
    );
    expect(looksOf(again)).toEqual({ words: 'One.', buttons: swipeButtons('1/2') });
  });

  test('that fail leave the version that is there, say why, and its reasoning can still be read', async () => {
    const here = newPlace();
    world.api.next({ reply: ['<think>', 'Hm.', '</think>', 'One.'] }, REFUSED);
    await here.post(mentioning(world, 'is there tea?'));
    const first = await spoken(here, OTTILIE, 'One.');
    const failed = await pressed(here, first, ['Regenerate', REFUSAL]);
    expect(looksOf(failed)).toEqual({ words: `One.\n\n-# ${REFUSAL}`, buttons: [...PLAY_BUTTONS, 'Reasoning'] });
    expect((await toldPrivately(await here.click(failed, 'Reasoning'))).content).toBe('Hm.');
    await talk(world, here, ['and milk?', 'No.']);
    expect(lastPrompt(world.api)?.slice(0, 2)).toEqual(['user: Alice: is there tea?', 'assistant: One.']);
  });

  test('that fail beside several versions leave them all', async () => {
    const here = newPlace();
    const first = await talk(world, here, ['is there tea?', 'One.']);
    world.api.next('Two.', REFUSED);
    await pressed(here, first, ['Regenerate', 'Two.']);
    await pressed(here, first, ['◀', 'One.']);
    expect(looksOf(await pressed(here, first, ['Regenerate', REFUSAL]))).toEqual({
      words: `One.\n\n-# ${REFUSAL}`,
      buttons: swipeButtons('1/2'),
    });
  });

  test('that are cut off name the button that is there', async () => {
    const here = newPlace();
    world.api.next({ reply: ['One', ' two'], endAfter: 1 });
    await here.post(mentioning(world, 'count'));
    const cut = await spoken(here, OTTILIE, 'Press Regenerate for a new reply.');
    expect(buttonsOf(cut)).toEqual(PLAY_BUTTONS);
  });

  test('of a long reply keep the line above it, and take away what is no longer needed', async () => {
    const here = newPlace();
    world.api.next(LONG, 'Short.');
    await here.post(mentioning(world, 'tell me all'));
    const last = await spoken(here, OTTILIE, 'The end.');
    const [first] = here.messages().filter(({ author }) => author.name === OTTILIE);
    expect(first?.id).not.toBe(last.id);
    await here.click(last, 'Regenerate');
    const short = await spoken(here, OTTILIE, 'Short.');
    expect(short.id).toBe(first?.id);
    expect(short.content).toMatch(/^-# ↪ \[Alice\].*\nShort\.$/);
    await here.click(short, '◀');
    const back = await spoken(here, OTTILIE, 'The end.');
    const parts = here.messages().filter(({ author }) => author.name === OTTILIE);
    expect(parts[0]?.content).toMatch(/^-# ↪ \[Alice\].*\nThe sea is loud/);
    expect(parts.at(-1)?.id).toBe(back.id);
  });

  test('of a reply that begins with a quote do not keep the quote', async () => {
    const here = newPlace();
    world.api.next('> Quoth she\nYes.', 'No.');
    await here.post(mentioning(world, 'well?'));
    const first = await spoken(here, OTTILIE, 'Yes.');
    expect(wordsOf(await pressed(here, first, ['Regenerate', 'No.']))).toBe('No.');
    expect(wordsOf(await pressed(here, first, ['◀', 'Yes.']))).toBe('> Quoth she\nYes.');
  });

  test('pressed twice make one version', async () => {
    const here = newPlace();
    const first = await talk(world, here, ['is there tea?', 'One.']);
    world.api.next('Two.', SLOW);
    const two = await pressed(here, first, ['Regenerate', 'Two.']);
    const [, again] = await Promise.all([here.click(two, 'Regenerate'), here.click(two, 'Regenerate')]);
    expect((await toldPrivately(again)).content).toBe('A new reply to this is on its way already.');
    await here.waitFor((messages) => messages.find(({ content }) => content.endsWith('Once')));
    world.clock.skip(20_000);
    expect(buttonsOf(await turnedInto(here, first, 'a time.'))).toEqual(swipeButtons('3/3'));
  });

  test('work when the member has deleted their words', async () => {
    const here = newPlace();
    world.api.next('One.', 'Two.');
    const question = await here.post(mentioning(world, 'is there tea?'));
    const reply = await spoken(here, OTTILIE, 'One.');
    await here.delete(question);
    await here.click(reply, 'Regenerate');
    expect(looksOf(await spoken(here, OTTILIE, 'Two.')).buttons).toEqual(swipeButtons('2/2'));
  });

  test('write anew what a deleted webhook wrote', async () => {
    const channel = home.newChannel();
    const here = home.alice.in(channel);
    const first = await talk(world, here, ['is there tea?', 'One.']);
    for (const webhook of channel.webhooks()) webhook.delete();
    world.api.next('Two.');
    await here.click(first, 'Regenerate');
    const anew = await spoken(here, OTTILIE, 'Two.');
    expect(buttonsOf(anew)).toEqual(swipeButtons('2/2'));
    expect(looksOf(await pressed(here, anew, ['◀', 'One.']))).toEqual({ words: 'One.', buttons: swipeButtons('1/2') });
    await talk(world, here, ['and milk?', 'No.']);
    expect(lastPrompt(world.api)?.slice(0, 2)).toEqual(['user: Alice: is there tea?', 'assistant: One.']);
  });
});

test('where the server’s webhook right is taken away in between, a reply is written anew by the bot itself', async () => {
  const guild = world.discord.createGuild({ name: 'Changing' });
  guild.join(home.alice);
  await withSettings(world, storeUrl, [[{ guildId: guild.id }, { persona: speaks(OTTILIE_REF) }]]);
  const here = home.alice.in(guild.createTextChannel({ name: 'room' }));
  const first = await talk(world, here, ['is there tea?', 'One.']);
  guild.setBotPermissions(Permission.ViewChannel | Permission.SendMessages | Permission.ReadMessageHistory);
  await world.restart();
  world.api.next('Two.');
  await here.click(first, 'Regenerate');
  const anew = await here.waitFor((messages) =>
    messages.find((message) => isFinished(message) && message.content.endsWith('Two.')),
  );
  expect({ author: anew.author.name, buttons: buttonsOf(anew) }).toEqual({
    author: 'Dramatis',
    buttons: swipeButtons('2/2'),
  });
});
