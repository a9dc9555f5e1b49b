import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Here, ShownMessage } from '../../src/simulator/discord/index.ts';
import { errors } from '../../src/simulator/infermatic/index.ts';
import { type BotWorld, startBot } from '../support/bot.ts';
import { changed, save } from '../support/panel.ts';
import { BEZEL, goOn, OTTILIE, pressed, saidBy, shown, startRoleplay } from './roleplay-scene.ts';
import { buttonsOf, completions, createHome, finished, type Home, lastPrompt, say, use } from './scene.ts';

const DOOR = /^\*The door opens before you knock\./;
const TIDE = /^\*Low tide, first light\./;

let folder: string;
let world: BotWorld;
let home: Home;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dramatis-'));
  world = await startBot({ env: { STORE_URL: `sqlite://${join(folder, 'store.sqlite')}` } });
  home = createHome(world.discord);
});
afterEach(async () => {
  const problems = world.log.filter(({ level }) => level === 'error');
  await world.close();
  await rm(folder, { recursive: true });
  expect(problems).toEqual([]);
});

const room = () => home.alice.in(home.newChannel());

/** Posts words in the story, to which the model replies so. */
async function play(here: Here, text: string, reply: string, name = 'Ottilie'): Promise<ShownMessage> {
  world.api.next(reply);
  await here.post(text);
  return saidBy(here, name, reply);
}

/** What the model read last: long lines by their first words, the card's note among the messages left out. */
const read = () =>
  lastPrompt(world.api)
    ?.map((line) => line.replace(/\[Ottilie's voice:.*\]\s*/, ''))
    .map((line) => (line.length > 60 ? `${line.slice(0, 42)}…` : line));

describe('a story', () => {
  test('begins in a thread with a card and a greeting, and with a link for the channel', async () => {
    const here = room();
    const { line, thread } = await startRoleplay(here);
    const story = home.bob.in(thread);
    const greeting = await saidBy(story, 'Ottilie', 'pet');
    expect(line.content).toBe(
      `**Alice** started a roleplay with **Ottilie**: <#${thread.id}>. Whoever writes there plays along.`,
    );
    expect(greeting.content).toMatch(DOOR);
    expect(greeting.author.avatarUrl).toMatch(/\/avatars\/\d+\/[\da-f]+\.png$/);
    expect(buttonsOf(greeting).slice(0, 3)).toEqual(['◀', '1/3', '▶']);
    const [card, ...rest] = story.messages();
    expect(rest.map(({ id }) => id)).toEqual([greeting.id]);
    expect(card?.embeds).toMatchObject([
      { title: 'Ottilie Marsh', description: expect.stringContaining('lighthouse'), thumbnail: expect.anything() },
    ]);
    expect(card?.content).toContain('((double brackets))');
    expect(card?.content).toContain('`/roleplay end`');
    expect(here.messages().at(-1)?.content).toBe('Ottilie and Alice');
  });

  test('begins with the greeting that was chosen, under the title that was given', async () => {
    const here = room();
    const [, second] = await here.autocomplete('roleplay start', 'greeting', '', { persona: OTTILIE });
    expect(second?.name).toMatch(/^2: Low tide, first light\./);
    const { thread } = await startRoleplay(here, { greeting: String(second?.value), title: 'On the slip' });
    const story = home.alice.in(thread);
    const greeting = await saidBy(story, 'Ottilie', 'umbrellas');
    expect(greeting.content).toMatch(TIDE);
    expect(buttonsOf(greeting)[1]).toBe('2/3');
    expect(here.messages().at(-1)?.content).toBe('On the slip');

    const first = await pressed(story, greeting, '◀', 'The door opens');
    expect(buttonsOf(first)[1]).toBe('1/3');
    await play(story, 'hello', 'Sit down.');
    expect(lastPrompt(world.api)?.[1]).toMatch(/^assistant: \*The door opens/);
  });

  test('is played by several, each line under its speaker’s name; what is out of character is not read', async () => {
    const { thread } = await startRoleplay(room());
    const [alice, bob] = [home.alice.in(thread), home.bob.in(thread)];
    await saidBy(alice, 'Ottilie', 'pet');
    await play(alice, 'I lost my hat.', 'It is on the sill.');
    await alice.post('((back in a minute))');
    await alice.post('// and so am I');
    await play(bob, 'And I lost her.', 'She is right there.');
    expect(read()?.slice(2)).toEqual([
      'user: Alice: I lost my hat.',
      'assistant: It is on the sill.',
      'user: Bob: And I lost her.',
    ]);
    expect(shown(bob).slice(2)).toEqual([
      'Alice: I lost my hat.',
      'Ottilie: It is on the sill.',
      'Alice: ((back in a minute))',
      'Alice: // and so am I',
      'Bob: And I lost her.',
      'Ottilie: She is right there.',
    ]);
  });

  test('is played under the names that members gave themselves, and goes on when one of them leaves the server', async () => {
    const { thread } = await startRoleplay(room());
    const [alice, bob] = [home.alice.in(thread), home.bob.in(thread)];
    await saidBy(alice, 'Ottilie', 'pet');
    const told = { name: 'Sir Bors', description: 'A knight who fears gulls.' };
    await save(bob, await use(bob, 'persona me'), ['Write it', told]);
    await play(bob, 'hail', 'Mind the gull.');
    expect(JSON.stringify(completions(world.api).at(-1)?.body)).toContain('A knight who fears gulls.');
    home.guild.leave(home.bob);
    await play(alice, 'where is he?', 'Gone.');
    expect(read()?.slice(2)).toEqual([
      'user: Sir Bors: hail',
      'assistant: Mind the gull.',
      'user: Alice: where is he?',
    ]);
  });

  test('turns to other versions and back, and goes on with the one that is shown', async () => {
    const { thread } = await startRoleplay(room());
    const alice = home.alice.in(thread);
    await saidBy(alice, 'Ottilie', 'pet');
    let reply = await play(alice, 'hello', 'One.');
    for (const text of ['Two.', 'Three.', 'Four.']) {
      world.api.next(text);
      reply = await pressed(alice, reply, buttonsOf(reply).includes('▶') ? '▶' : 'Regenerate', text);
      expect(read()?.slice(2)).toEqual(['user: Alice: hello']);
    }
    expect(buttonsOf(reply)[1]).toBe('4/4');
    reply = await pressed(alice, reply, '◀', 'Three.');
    reply = await pressed(alice, reply, '◀', 'Two.');
    await world.restart();
    await play(alice, 'and then?', 'Later.');
    expect(read()?.slice(2)).toEqual(['user: Alice: hello', 'assistant: Two.', 'user: Alice: and then?']);
    reply = await pressed(alice, reply, '▶', 'Three.');
    expect(buttonsOf(reply)[1]).toBe('3/4');
  });

  test('goes on with the newest reply, which can be edited and deleted', async () => {
    const { thread } = await startRoleplay(room());
    const alice = home.alice.in(thread);
    await saidBy(alice, 'Ottilie', 'pet');
    await play(alice, 'hello', 'It was');
    world.api.next(' a dark night.');
    await goOn(alice);
    let reply = await saidBy(alice, 'Ottilie', 'It was a dark night.');
    expect(shown(alice).slice(2)).toEqual(['Alice: hello', 'Ottilie: It was a dark night.']);

    const form = await alice.click(reply, 'Edit');
    await form.acknowledged;
    await alice.submitModal(form, { text: 'It was a bright night.' });
    reply = await changed(alice, reply);
    expect(reply.content).toBe('It was a bright night.');
    await play(alice, 'what then?', 'Nothing.');
    expect(read()?.slice(2)).toEqual([
      'user: Alice: hello',
      'assistant: It was a bright night.',
      'user: Alice: what then?',
    ]);

    const newest = await saidBy(alice, 'Ottilie', 'Nothing.');
    await alice.click(newest, 'Delete');
    await alice.waitFor((messages) => !messages.some(({ id }) => id === newest.id));
    await play(alice, 'hm', 'Hm.');
    expect(read()?.slice(2)).toEqual([
      'user: Alice: hello',
      'assistant: It was a bright night.',
      expect.stringMatching(/^user: Alice: what then\?\n\nAlice: hm$/),
    ]);
  });

  test('gets the reply that is missing when it is told to go on', async () => {
    const { thread } = await startRoleplay(room());
    const alice = home.alice.in(thread);
    await saidBy(alice, 'Ottilie', 'pet');
    world.api.next(errors.badRequest('no such template'));
    await alice.post('hello');
    await saidBy(alice, 'Ottilie', 'The API refused this request.');
    world.api.next('Sit down.');
    await goOn(alice);
    await saidBy(alice, 'Ottilie', 'Sit down.');
    expect(read()?.slice(2)).toEqual(['user: Alice: hello']);
  });

  test('branches into a thread of its own', async () => {
    const { thread } = await startRoleplay(room());
    const alice = home.alice.in(thread);
    await saidBy(alice, 'Ottilie', 'pet');
    const reply = await play(alice, 'hello', 'One.');
    await play(alice, 'left', 'You went left.');
    const branch = await finished(await alice.menu('Branch from here', reply));
    const id = /<#(\d+)>/.exec(branch.content)?.[1] ?? '';
    const other = home.alice.in({ id });
    await saidBy(other, 'Ottilie', 'One.');
    await play(other, 'right', 'You went right.');
    expect(read()?.slice(2)).toEqual(['user: Alice: hello', 'assistant: One.', 'user: Alice: right']);
    await play(alice, 'on', 'On.');
    expect(read()?.slice(2)).toContain('user: Alice: left');
  });

  test('wakes up whole when its thread was archived and the bot began anew', async () => {
    const channel = home.newChannel();
    const { thread } = await startRoleplay(home.alice.in(channel));
    const alice = home.alice.in(thread);
    await saidBy(alice, 'Ottilie', 'pet');
    await play(alice, 'hello', 'One.');
    world.clock.skip(8 * 24 * 60 * 60_000);
    await world.restart();
    await play(alice, 'still there?', 'Where else.');
    expect(read()?.slice(2)).toEqual(['user: Alice: hello', 'assistant: One.', 'user: Alice: still there?']);
  });

  test('stays in a private thread, which only its starter sees', async () => {
    const here = room();
    const { line, thread } = await startRoleplay(here, { private: true });
    expect(line.ephemeral).toBe(true);
    await saidBy(home.alice.in(thread), 'Ottilie', 'pet');
    expect(() => home.bob.in(thread).messages()).toThrow('hidden');
    expect(home.bob.in({ id: here.channelId }).messages()).toEqual([]);
  });
});

describe('a direct message', () => {
  test('becomes the scene itself, until it ends', async () => {
    const dm = home.alice.in(await home.alice.openDm());
    const card = await use(dm, 'roleplay start', { persona: BEZEL });
    expect(card.content).toContain('**Bezel** plays here.');
    await dm.waitFor((messages) => messages.find(({ content }) => content.startsWith('**Bezel**\n')));
    world.api.next('A clue!');
    await dm.post('((psst))');
    await dm.post('What is this?');
    await dm.waitFor((messages) => messages.find(({ content }) => content === '**Bezel**\nA clue!'));
    expect(lastPrompt(world.api)?.at(-1)).toBe('user: Alice: What is this?');
    const again = await use(dm, 'roleplay start', { persona: OTTILIE });
    expect(again.content).toBe('A roleplay is going on here already. `/roleplay end` ends it, then start another.');

    const question = await use(dm, 'roleplay end');
    await dm.click(question, 'End it');
    await dm.waitFor((messages) => messages.find(({ content }) => content.includes('ended the roleplay')));
    world.api.next('An assistant again.');
    const reply = await say(dm, 'hello');
    expect(reply.content).toContain('An assistant again.');
  });
});
