import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { GuildHandle } from '../../src/simulator/discord/index.ts';
import { errors } from '../../src/simulator/infermatic/index.ts';
import { type BotWorld, startBot } from '../support/bot.ts';
import {
  looksOf,
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
import { buttonsOf, completions, createHome, type Home, lastPrompt } from './scene.ts';

const REFUSED = errors.badRequest('no such template');
const REFUSAL = 'The API refused this request. Try other words or another model: `/models list` shows them.';

let folder: string;
let world: BotWorld;
let home: Home;
/** A server in which everyone may use the buttons. */
let open: GuildHandle;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dramatis-'));
  const storeUrl = `sqlite://${join(folder, 'store.sqlite')}`;
  world = await startBot({ env: { STORE_URL: storeUrl } });
  home = createHome(world.discord);
  open = world.discord.createGuild({ name: 'Open' });
  open.join(home.alice);
  open.join(home.bob);
  await withSettings(world, storeUrl, [
    [{ guildId: home.guild.id }, { persona: speaks(OTTILIE_REF) }],
    [{ guildId: open.id }, { persona: speaks(OTTILIE_REF), controls: 'everyone' }],
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

describe('Continue', () => {
  test('goes on with the version that is shown, in one text', async () => {
    const here = newPlace();
    const first = await talk(world, here, ['is there tea?', 'The kettle']);
    world.api.next('is on.', ', dear.');
    expect(wordsOf(await pressed(here, first, ['Continue', 'on.']))).toBe('The kettle is on.');
    expect(lastPrompt(world.api)).toEqual([
      'user: Alice: is there tea?',
      'assistant: The kettle',
      expect.stringMatching(/^user: \[Continue your last message/),
    ]);
    expect(looksOf(await pressed(here, first, ['Continue', 'dear.']))).toEqual({
      words: 'The kettle is on., dear.',
      buttons: PLAY_BUTTONS,
    });
  });

  test('separates its reasoning and its name from what is there', async () => {
    const here = newPlace();
    const first = await talk(world, here, ['is there tea?', 'The kettle is on.']);
    world.api.next({ reply: ['<think>', 'Hm.', '</think>', 'Ottilie: ', 'And hot.'] });
    const reply = await pressed(here, first, ['Continue', 'hot.']);
    expect(looksOf(reply)).toEqual({
      words: 'The kettle is on. And hot.',
      buttons: [...PLAY_BUTTONS, 'Reasoning'],
    });
  });

  test('that fails leaves what is there', async () => {
    const here = newPlace();
    const first = await talk(world, here, ['is there tea?', 'The kettle is on.']);
    world.api.next(REFUSED);
    expect(looksOf(await pressed(here, first, ['Continue', REFUSAL]))).toEqual({
      words: `The kettle is on.\n\n-# ${REFUSAL}`,
      buttons: PLAY_BUTTONS,
    });
  });
});

describe('Edit', () => {
  test('opens the words in a form, and the new ones are shown and remembered', async () => {
    const here = newPlace();
    const first = await talk(world, here, ['is there tea?', 'The kettle is on.']);
    const opened = await here.click(first, 'Edit');
    await opened.acknowledged;
    expect(opened.modal?.components).toMatchObject([{ component: { value: 'The kettle is on.' } }]);
    const submitted = await here.submitModal(opened, { text: 'The kettle is *off*.' });
    expect((await toldPrivately(submitted)).content).toBe('Edited. The next replies know the new words.');
    const edited = await turnedInto(here, first, '*off*.');
    expect(edited.content).toMatch(/^-# ↪ \[Alice\].*\nThe kettle is \*off\*\.$/);
    await talk(world, here, ['and milk?', 'No.']);
    expect(lastPrompt(world.api)?.[1]).toBe('assistant: The kettle is *off*.');
  });

  test('changes the version that is shown alone', async () => {
    const here = newPlace();
    const first = await talk(world, here, ['is there tea?', 'One.']);
    world.api.next('Two.');
    await pressed(here, first, ['Regenerate', 'Two.']);
    const opened = await here.click(first, 'Edit');
    await here.submitModal(opened, { text: 'Two and a half.' });
    expect(buttonsOf(await turnedInto(here, first, 'Two and a half.'))).toEqual(swipeButtons('2/2'));
    await pressed(here, first, ['◀', 'One.']);
    await pressed(here, first, ['▶', 'Two and a half.']);
  });
});

describe('Delete', () => {
  test('takes the reply away for good, unless it is undone', async () => {
    const here = newPlace();
    const first = await talk(world, here, ['is there tea?', 'One.']);
    world.api.next('Two.');
    await pressed(here, first, ['Regenerate', 'Two.']);
    const told = await toldPrivately(await here.click(first, 'Delete'));
    expect(looksOf(told)).toEqual({ words: 'Deleted: the next replies do not know of it.', buttons: ['Undo'] });
    await here.waitFor((messages) => messages.every(({ id }) => id !== first.id));
    await here.click(told, 'Undo');
    const back = await spoken(here, OTTILIE, 'Two.');
    expect(buttonsOf(back)).toEqual(swipeButtons('2/2'));
    await pressed(here, back, ['◀', 'One.']);
    await talk(world, here, ['and milk?', 'No.']);
    expect(lastPrompt(world.api)?.slice(0, 2)).toEqual(['user: Alice: is there tea?', 'assistant: One.']);
  });

  test('leaves the member’s words, and what is said then follows them', async () => {
    const here = newPlace();
    const first = await talk(world, here, ['is there tea?', 'One.']);
    await toldPrivately(await here.click(first, 'Delete'));
    await talk(world, here, ['and milk?', 'No.']);
    expect(lastPrompt(world.api)).toEqual(['user: Alice: is there tea?\n\nAlice: and milk?']);
  });
});

describe('the buttons of another member’s reply', () => {
  const REFUSALS: [string, string][] = [
    ['Regenerate', 'regenerate'],
    ['Continue', 'continue'],
    ['Edit', 'edit'],
    ['Delete', 'delete'],
  ];

  test.each(REFUSALS)('%s is refused, to them alone', async (button, what) => {
    const channel = home.newChannel();
    const first = await talk(world, home.alice.in(channel), ['is there tea?', 'One.']);
    const told = await toldPrivately(await home.bob.in(channel).click(first, button));
    expect(told.content).toBe(`Only the person who asked, or a moderator, can ${what} this reply.`);
    expect(completions(world.api).length).toBe(1);
    expect(looksOf(await turnedInto(home.alice.in(channel), first, 'One.')).words).toBe('One.');
  });

  test('are for moderators', async () => {
    const channel = home.newChannel();
    const first = await talk(world, home.alice.in(channel), ['is there tea?', 'One.']);
    world.api.next('Two.');
    const mia = home.mia.in(channel);
    await pressed(mia, first, ['Regenerate', 'Two.']);
    await pressed(mia, first, ['◀', 'One.']);
    await toldPrivately(await mia.click(first, 'Delete'));
    await mia.waitFor((messages) => messages.every(({ id }) => id !== first.id));
  });

  test('are for everyone where the server says so', async () => {
    const channel = open.createTextChannel({ name: 'room' });
    const first = await talk(world, home.alice.in(channel), ['is there tea?', 'One.']);
    world.api.next('Two.');
    const bob = home.bob.in(channel);
    await pressed(bob, first, ['Regenerate', 'Two.']);
    const opened = await bob.click(first, 'Edit');
    await bob.submitModal(opened, { text: 'Two and a half.' });
    await turnedInto(bob, first, 'Two and a half.');
    expect(lastPrompt(world.api)).toEqual(['user: Alice: is there tea?']);
  });
});

test('buttons of an earlier life of the bot work, and versions are still there', async () => {
  const here = newPlace();
  const first = await talk(world, here, ['is there tea?', 'One.']);
  world.api.next('Two.');
  await pressed(here, first, ['Regenerate', 'Two.']);
  await world.restart();
  await pressed(here, first, ['◀', 'One.']);
  world.api.next('Three.', 'And more.');
  await pressed(here, first, ['Regenerate', 'Three.']);
  expect(looksOf(await pressed(here, first, ['Continue', 'more.']))).toEqual({
    words: 'Three. And more.',
    buttons: swipeButtons('3/3'),
  });
  expect(here.messages().filter(({ author }) => author.name === OTTILIE).length).toBe(1);
});
