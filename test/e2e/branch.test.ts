import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type BotWorld, startBot } from '../support/bot.ts';
import { OTTILIE, OTTILIE_REF, speaks, spoken, talk, toldPrivately, withSettings, wordsOf } from './persona-scene.ts';
import { completions, createHome, type Home, lastPrompt } from './scene.ts';

/** Writes a word every ten seconds. */
const SLOW = { reply: ['Once ', 'upon ', 'a time.'], speed: { firstTokenMs: 0, tokensPerSecond: 0.1 } };

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
  world.discord.faults.clear();
  world.api.clearLog();
  expect(world.log.filter(({ level }) => level === 'error')).toEqual([]);
});

/** A turn, and the branch that begins with it. */
async function branched() {
  const here = home.alice.in(home.newChannel());
  const reply = await talk(world, here, ['first?', 'One.']);
  const told = await toldPrivately(await here.menu('Branch from here', reply));
  const there = home.alice.in({ id: /<#(\d+)>/.exec(told.content)?.[1] ?? '' });
  return { here, reply, there, copy: await spoken(there, OTTILIE, 'One.') };
}

const turnsEnded = () => world.log.filter(({ message }) => message === 'turn ended').length;
const said = (here: Awaited<ReturnType<typeof branched>>['here']) =>
  here
    .messages()
    .filter(({ author }) => author.name === OTTILIE)
    .map(wordsOf);

test('Undo brings back the words of its own conversation, whatever was deleted in the other', async () => {
  const { here, reply, there, copy } = await branched();
  const edited = await there.click(copy, 'Edit');
  await edited.acknowledged;
  await there.submitModal(edited, { text: 'A secret.' });
  await spoken(there, OTTILIE, 'A secret.');
  const undoHere = await toldPrivately(await here.click(reply, 'Delete'));
  const undoThere = await toldPrivately(await there.click(copy, 'Delete'));
  await there.waitFor((messages) => messages.every(({ id }) => id !== copy.id));
  await here.waitFor((messages) => messages.every(({ id }) => id !== reply.id));
  await here.click(undoHere, 'Undo');
  await spoken(here, OTTILIE, 'One.');
  expect([said(here), said(there)]).toEqual([['One.'], []]);
  await there.click(undoThere, 'Undo');
  await spoken(there, OTTILIE, 'A secret.');
  expect([said(here), said(there)]).toEqual([['One.'], ['A secret.']]);
});

test('deleting in one conversation does not stop what is written in the other', async () => {
  const { here, reply, there, copy } = await branched();
  const before = turnsEnded();
  world.api.next(SLOW);
  await there.click(copy, 'Regenerate');
  await there.waitFor((messages) => messages.find(({ content }) => content.endsWith('Once')));
  const told = await toldPrivately(await here.click(reply, 'Delete'));
  await here.waitFor((messages) => messages.every(({ id }) => id !== reply.id));
  await here.click(told, 'Undo');
  await spoken(here, OTTILIE, 'One.');
  world.clock.skip(20_000);
  await spoken(there, OTTILIE, 'a time.');
  while (turnsEnded() === before) await new Promise(setImmediate);
  expect(completions(world.api).at(-1)?.aborted).toBe(false);
});

test('a branch that cannot be shown leaves a closed thread, and nothing of the story in it', async () => {
  const here = home.alice.in(home.newChannel());
  const reply = await talk(world, here, ['first?', 'One.']);
  const body = { code: 50_035, message: 'Invalid Form Body' };
  const path = /^\/webhooks\/\d+\/[^/]+$/;
  const mend = world.discord.faults.add({ method: 'POST', path, effect: { status: 400, body } });
  const told = await toldPrivately(await here.menu('Branch from here', reply));
  mend();
  expect(told.content).toContain('Something went wrong');
  const closed = world.discord.log.filter(
    ({ route, body }) => route === '/channels/:id' && isDeepStrictEqual(body, { archived: true }),
  );
  expect(closed).toHaveLength(1);
  const there = home.alice.in({ id: closed[0]?.path.split('/').at(-1) ?? '' });
  world.log.length = 0;
  await talk(world, there, ['and now?', 'Two.']);
  expect(lastPrompt(world.api)).toEqual(['user: Alice: and now?']);
});
