import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Permission, type ShownMessage } from '../../src/simulator/discord/index.ts';
import { type BotWorld, startBot } from '../support/bot.ts';
import {
  looksOf,
  mentioning,
  OTTILIE,
  OTTILIE_REF,
  PLAY_BUTTONS,
  speaks,
  spoken,
  swipeButtons,
  talk,
  toldPrivately,
  withSettings,
  wordsOf,
} from './persona-scene.ts';
import { buttonsOf, completions, createHome, type Home, lastPrompt, say, use, waitForApi } from './scene.ts';

const UNKNOWN = 'This message is not part of a conversation that I know.';

let folder: string;
let world: BotWorld;
let home: Home;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dramatis-'));
  const storeUrl = `sqlite://${join(folder, 'store.sqlite')}`;
  world = await startBot({ env: { STORE_URL: storeUrl } });
  home = createHome(world.discord);
  await withSettings(world, storeUrl, [[{ guildId: home.guild.id }, { persona: speaks(OTTILIE_REF) }]]);
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

/** Three turns: One, Two and Three. */
async function threeTurns() {
  const channel = home.newChannel();
  const here = home.alice.in(channel);
  const replies = [
    await talk(world, here, ['first?', 'One.']),
    await talk(world, here, ['second?', 'Two.']),
    await talk(world, here, ['third?', 'Three.']),
  ] as const;
  const questions = here.messages().filter(({ author }) => author.name === 'Alice');
  return { channel, here, replies, questions };
}

/** What the model knows of a conversation. */
async function rememberedIn(here: ReturnType<typeof newPlace>): Promise<string[] | undefined> {
  await talk(world, here, ['and now?', 'Indeed.']);
  return knownNow();
}

/** What the model has read last, without the note of the persona's card that stands at a depth. */
function knownNow(): string[] | undefined {
  return lastPrompt(world.api)?.map((line) => line.replace(/(\n\n)?\[Ottilie's voice:.*\](\n\n)?/, ''));
}

describe('Regenerate', () => {
  test('on a reply adds a version to it', async () => {
    const { here, replies } = await threeTurns();
    world.api.next('Another two.');
    const told = await toldPrivately(await here.menu('Regenerate', replies[1]));
    expect(told.content).toBe('Another version is on its way.');
    const other = await spoken(here, OTTILIE, 'Another two.');
    expect({ id: other.id, ...looksOf(other) }).toEqual({
      id: replies[1].id,
      words: 'Another two.',
      buttons: swipeButtons('2/2'),
    });
    expect(knownNow()).toEqual(['user: Alice: first?', 'assistant: One.', 'user: Alice: second?']);
  });

  test('on the member’s message adds the version where the reply is', async () => {
    const { here, replies, questions } = await threeTurns();
    world.api.next('Another one.');
    await toldPrivately(await here.menu('Regenerate', questions[0] ?? ''));
    const other = await spoken(here, OTTILIE, 'Another one.');
    expect({ id: other.id, buttons: buttonsOf(other) }).toEqual({ id: replies[0].id, buttons: swipeButtons('2/2') });
  });

  test('on a member’s message without a reply makes one, and shows what it answers', async () => {
    const here = newPlace();
    const reply = await talk(world, here, ['first?', 'One.']);
    const [question] = here.messages() as [ShownMessage];
    world.api.next('Two.');
    await toldPrivately(await here.click(reply, 'Delete'));
    const told = await toldPrivately(await here.menu('Regenerate', question));
    expect(told.content).toBe('A reply is on its way.');
    const made = await spoken(here, OTTILIE, 'Two.');
    expect(made.content).toContain(`/${question.id})\nTwo.`);
    expect(buttonsOf(made)).toEqual(PLAY_BUTTONS);
  });

  test('on a message that is nobody’s turn says so', async () => {
    const here = newPlace();
    const message = await here.post('just talking');
    expect((await toldPrivately(await here.menu('Regenerate', message))).content).toBe(UNKNOWN);
  });

  test('on another member’s reply is refused', async () => {
    const { channel, replies } = await threeTurns();
    const told = await toldPrivately(await home.bob.in(channel).menu('Regenerate', replies[2]));
    expect(told.content).toBe('Only the person who asked, or a moderator, can regenerate this reply.');
  });

  test('on a reply of the assistant adds a version to it as well', async () => {
    const guild = world.discord.createGuild({ name: 'Plain' });
    guild.join(home.alice);
    const here = home.alice.in(guild.createTextChannel({ name: 'room' }));
    world.api.next('One.', 'Two.');
    const reply = await say(here, mentioning(world, 'first?'));
    await use(here, 'history show');
    await toldPrivately(await here.menu('Regenerate', reply));
    const other = await spoken(here, 'Dramatis', 'Two.');
    expect({ id: other.id, buttons: buttonsOf(other) }).toEqual({ id: reply.id, buttons: ['◀', '2/2', '▶'] });
  });
});

describe('Edit reply', () => {
  test('opens the words of the reply, and remembers the new ones', async () => {
    const { here, replies } = await threeTurns();
    const opened = await here.menu('Edit reply', replies[1]);
    await opened.acknowledged;
    await here.submitModal(opened, { text: 'Two and a half.' });
    const edited = await spoken(here, OTTILIE, 'Two and a half.');
    expect(edited.id).toBe(replies[1].id);
    expect((await rememberedIn(here))?.[3]).toBe('assistant: Two and a half.');
  });

  test('on what a member wrote says who can edit it', async () => {
    const { here, questions } = await threeTurns();
    const told = await toldPrivately(await here.menu('Edit reply', questions[0] ?? ''));
    expect(told.content).toBe('This is what a member wrote: its author edits it in Discord, and the history follows.');
  });
});

describe('Delete from here', () => {
  test('on a reply forgets it and all that follows, and Undo brings it back', async () => {
    const { here, replies } = await threeTurns();
    const told = await toldPrivately(await here.menu('Delete from here', replies[1]));
    expect(looksOf(told)).toEqual({
      words:
        'Forgotten from here on: 2 turns. What members wrote stays on Discord; the next replies do not know of it.',
      buttons: ['Undo'],
    });
    const standing = () =>
      here
        .messages()
        .filter(({ author }) => author.name === OTTILIE)
        .map(wordsOf);
    await here.waitFor(() => standing().length === 1);
    expect(standing()).toEqual(['One.']);
    await here.click(told, 'Undo');
    await spoken(here, OTTILIE, 'Three.');
    expect(standing()).toEqual(['One.', 'Two.', 'Three.']);
    expect(await rememberedIn(here)).toEqual([
      'user: Alice: first?',
      'assistant: One.',
      'user: Alice: second?',
      'assistant: Two.',
      'user: Alice: third?',
      'assistant: Three.',
      'user: Alice: and now?',
    ]);
  });

  test('on a member’s message forgets that as well', async () => {
    const { here, questions } = await threeTurns();
    await toldPrivately(await here.menu('Delete from here', questions[1] ?? ''));
    expect(await rememberedIn(here)).toEqual(['user: Alice: first?', 'assistant: One.', 'user: Alice: and now?']);
  });

  test('cannot be undone once something else was said', async () => {
    const { here, questions } = await threeTurns();
    const told = await toldPrivately(await here.menu('Delete from here', questions[1] ?? ''));
    await talk(world, here, ['what else?', 'This.']);
    const pressed = await here.click(told, 'Undo');
    expect((await toldPrivately(pressed)).content).toBe(
      'Something was said since, so this cannot come back. Delete that first, and press Undo again.',
    );
  });

  test('is refused where a turn of another member would go', async () => {
    const { channel, here, replies } = await threeTurns();
    world.api.next('For Bob.');
    await home.bob.in(channel).post(mentioning(world, 'and me?'));
    await spoken(here, OTTILIE, 'For Bob.');
    const told = await toldPrivately(await here.menu('Delete from here', replies[2]));
    expect(told.content).toBe('Only the person who asked, or a moderator, can delete this reply.');
    const byMia = await toldPrivately(await home.mia.in(channel).menu('Delete from here', replies[2]));
    expect(byMia.content).toContain('Forgotten from here on: 2 turns.');
  });
});

describe('Branch from here', () => {
  test('opens a thread that goes on with the history up to there, and leaves the channel as it is', async () => {
    const { here, replies } = await threeTurns();
    const told = await toldPrivately(await here.menu('Branch from here', replies[1]));
    expect(told.content).toMatch(
      /^The story goes on from here in <#\d+>, with 4 messages\. This one stays as it is\.$/,
    );
    const thread = { id: /<#(\d+)>/.exec(told.content)?.[1] ?? '' };
    const inside = home.alice.in(thread);
    const copied = await spoken(inside, OTTILIE, 'Two.');
    expect(looksOf(copied)).toEqual({ words: 'Two.', buttons: PLAY_BUTTONS });

    world.api.next('Elsewhere.');
    await inside.post('and then?');
    await spoken(inside, OTTILIE, 'Elsewhere.');
    expect(knownNow()).toEqual([
      'user: Alice: first?',
      'assistant: One.',
      'user: Alice: second?',
      'assistant: Two.',
      'user: Alice: and then?',
    ]);
    expect((await rememberedIn(here))?.slice(-3)).toEqual([
      'user: Alice: third?',
      'assistant: Three.',
      'user: Alice: and now?',
    ]);
  });

  test('keeps the versions of the last reply', async () => {
    const { here, replies } = await threeTurns();
    world.api.next('Another three.');
    await here.click(replies[2], 'Regenerate');
    await spoken(here, OTTILIE, 'Another three.');
    const told = await toldPrivately(await here.menu('Branch from here', replies[2]));
    const inside = home.alice.in({ id: /<#(\d+)>/.exec(told.content)?.[1] ?? '' });
    const copied = await spoken(inside, OTTILIE, 'Another three.');
    expect(buttonsOf(copied)).toEqual(swipeButtons('2/2'));
    await inside.click(copied, '◀');
    await spoken(inside, OTTILIE, 'Three.');
    expect(wordsOf(here.messages().find(({ id }) => id === replies[2].id) ?? copied)).toBe('Another three.');
  });

  test('says which permission is missing', async () => {
    const { channel, here, replies } = await threeTurns();
    channel.setOverwrites([{ id: world.discord.botUserId, type: 1, deny: Permission.CreatePublicThreads }]);
    const told = await toldPrivately(await here.menu('Branch from here', replies[0]));
    expect(told.content).toContain('Create Public Threads');
  });
});

describe('what members do to their own messages', () => {
  test('edits are what the next reply reads', async () => {
    const { here, questions } = await threeTurns();
    await here.edit(questions[1] ?? '', mentioning(world, 'second, rather?'));
    expect((await rememberedIn(here))?.[2]).toBe('user: Alice: second, rather?');
  });

  test('deleted words are forgotten, and the reply to them stays', async () => {
    const { here, questions } = await threeTurns();
    await here.delete(questions[0] ?? '');
    expect((await rememberedIn(here))?.slice(0, 3)).toEqual([
      "user: Let's get started.",
      'assistant: One.',
      'user: Alice: second?',
    ]);
  });

  test('a reply that a moderator deletes is forgotten', async () => {
    const { channel, here, replies } = await threeTurns();
    await home.mia.in(channel).delete(replies[1]);
    expect((await rememberedIn(here))?.slice(0, 3)).toEqual([
      'user: Alice: first?',
      'assistant: One.',
      'user: Alice: second?\n\nAlice: third?',
    ]);
  });

  test('a message that is deleted while it is answered ends the reply', async () => {
    const here = newPlace();
    world.api.next({ reply: ['Once ', 'upon a time.'], hang: { afterTokens: 1 } });
    const question = await here.post(mentioning(world, 'tell me a story'));
    await here.waitFor((messages) => messages.find(({ content }) => content.endsWith('Once')));
    await here.delete(question);
    await waitForApi(world.api, () => completions(world.api).some(({ aborted }) => aborted));
    await spoken(here, OTTILIE, 'Stopped.');
  });
});
