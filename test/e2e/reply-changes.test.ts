import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Permission, type ShownMessage } from '../../src/simulator/discord/index.ts';
import { type BotWorld, startBot } from '../support/bot.ts';
import {
  OTTILIE,
  OTTILIE_REF,
  pressed,
  speaks,
  spoken,
  talk,
  toldPrivately,
  withSettings,
  wordsOf,
} from './persona-scene.ts';
import { createHome, type Home } from './scene.ts';

/** Writes a word every ten seconds. */
const SLOW = { reply: ['Once ', 'upon ', 'a time.'], speed: { firstTokenMs: 0, tokensPerSecond: 0.1 } };
const REFUSED = { status: 500, body: { code: 0, message: 'Internal Server Error' } };

let folder: string;
let storeUrl: string;
let world: BotWorld;
let home: Home;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dramatis-'));
  storeUrl = `sqlite://${join(folder, 'store.sqlite')}`;
  world = await startBot({ env: { STORE_URL: storeUrl } });
  home = createHome(world.discord);
  await withSettings(world, storeUrl, [[{ guildId: home.guild.id }, { persona: speaks(OTTILIE_REF) }]]);
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});
afterEach(() => {
  world.discord.faults.clear();
  world.api.clearLog();
  expect(world.log.filter(({ level }) => level === 'error')).toEqual([]);
});

const newPlace = () => home.alice.in(home.newChannel());
type Here = ReturnType<typeof newPlace>;

/** The words of the persona's messages as they stand there. */
const standing = (here: Here) =>
  here
    .messages()
    .filter(({ author }) => author.name === OTTILIE)
    .map(wordsOf);

const turnsEnded = () => world.log.filter(({ message }) => message === 'turn ended').length;
const gone = (here: Here, { id }: ShownMessage) => here.waitFor((messages) => messages.every((one) => one.id !== id));

describe('an edit', () => {
  /** The form of the newest words, not yet sent. */
  async function editing() {
    const here = newPlace();
    const reply = await talk(world, here, ['first?', 'One.']);
    const form = await here.click(reply, 'Edit');
    await form.acknowledged;
    return { here, reply, send: async () => toldPrivately(await here.submitModal(form, { text: 'Edited.' })) };
  }

  test('of a version that is not shown any more changes nothing, and gives the words back', async () => {
    const { here, reply, send } = await editing();
    world.api.next('Two.');
    await pressed(here, reply, ['Regenerate', 'Two.']);
    expect((await send()).content).toBe(
      'The reply has other words by now, so nothing was changed. Press Edit again when it stands there. You wrote:\nEdited.',
    );
    await pressed(here, reply, ['◀', 'One.']);
    await pressed(here, reply, ['▶', 'Two.']);
  });

  test('while another version is being written changes nothing', async () => {
    const { here, reply, send } = await editing();
    const before = turnsEnded();
    world.api.next(SLOW);
    await here.click(reply, 'Regenerate');
    await here.waitFor((messages) => messages.find(({ content }) => content.endsWith('Once')));
    expect((await send()).content).toContain('A new version is on its way, so nothing was changed.');
    world.clock.skip(20_000);
    await spoken(here, OTTILIE, 'a time.');
    while (turnsEnded() === before) await new Promise(setImmediate);
    await pressed(here, reply, ['◀', 'One.']);
  });
});

describe('Undo of Delete', () => {
  test('outlives a restart, and pressed twice brings the reply back once', async () => {
    const here = newPlace();
    const reply = await talk(world, here, ['first?', 'One.']);
    const told = await toldPrivately(await here.click(reply, 'Delete'));
    await gone(here, reply);
    await world.restart();
    const presses = await Promise.all([here.click(told, 'Undo'), here.click(told, 'Undo')]);
    await spoken(here, OTTILIE, 'One.');
    await here.waitFor((messages) => messages.find(({ content }) => content.startsWith('This reply is back already')));
    await Promise.all(presses.map(({ acknowledged }) => acknowledged));
    expect(standing(here)).toEqual(['One.']);
  });

  test('is there although a message cannot be taken down', async () => {
    const here = newPlace();
    const reply = await talk(world, here, ['first?', 'One.']);
    const mend = world.discord.faults.add({ method: 'DELETE', path: /messages/, effect: REFUSED });
    const told = await toldPrivately(await here.click(reply, 'Delete'));
    expect(told.content).toBe('Deleted: the next replies do not know of it.');
    while (!world.log.some(({ message }) => message === 'a message of a reply could not be deleted'))
      await new Promise(setImmediate);
    mend();
    await here.click(told, 'Undo');
    await here.waitFor((messages) => messages.find(({ content }) => content === 'It is back.'));
  });
});

describe('Delete from here', () => {
  test('goes on with the next message where one cannot be taken down', async () => {
    const here = newPlace();
    const replies = [
      await talk(world, here, ['first?', 'One.']),
      await talk(world, here, ['second?', 'Two.']),
    ] as const;
    const path = new RegExp(`messages/${replies[0].id}`);
    world.discord.faults.add({ method: 'DELETE', path, effect: REFUSED });
    const told = await toldPrivately(await here.menu('Delete from here', replies[0]));
    expect(told.content).toContain('Forgotten from here on: 2 turns.');
    await gone(here, replies[1]);
    expect(standing(here)).toEqual(['One.']);
  });

  test('is undone by those only who may still do so, and shows again only what it took away', async () => {
    const channel = home.newChannel();
    const here = home.alice.in(channel);
    await talk(world, here, ['first?', 'One.']);
    const reply = await talk(world, here, ['second?', 'Two.']);
    const mia = home.mia.in(channel);
    const told = await toldPrivately(await mia.menu('Delete from here', reply));
    await gone(here, reply);
    const deny = { id: home.mia.id, type: 1 as const, deny: Permission.ManageMessages };
    channel.setOverwrites([deny]);
    const refused = await (await mia.click(told, 'Undo')).waitFor((messages) =>
      messages.find(({ content }) => content.startsWith('Only the person')),
    );
    expect(refused.content).toBe('Only the person who asked, or a moderator, can bring back this reply.');
    channel.setOverwrites([]);
    await mia.click(told, 'Undo');
    await spoken(here, OTTILIE, 'Two.');
    expect(standing(here)).toEqual(['One.', 'Two.']);
  });
});
