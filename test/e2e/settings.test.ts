import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Permission } from '../../src/simulator/discord/index.ts';
import { type BotWorld, startBot } from '../support/bot.ts';
import { fill, openPanel, press, rowsOf, save, toldBy } from '../support/panel.ts';
import { ask, completions, createHome } from './scene.ts';

const SAMPLING = 'Temperature, Top P …';
const MORE = 'Penalties, stop, length';
const OWN_KEY = 'sk-this-servers-own-wxyz';
const SECRET_KEY = Buffer.alloc(32, 7).toString('base64');

let folder: string;
let world: BotWorld;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dramatis-'));
  world = await startBot({
    env: { STORE_URL: `sqlite://${join(folder, 'store.sqlite')}`, SECRET_KEY },
    api: { keys: { 'sk-simulated': { requestsPerMinute: 100_000 }, [OWN_KEY]: { requestsPerMinute: 100_000 } } },
  });
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});
afterEach(() => {
  world.api.clearLog();
  expect(world.log.filter(({ level }) => level === 'error')).toEqual([]);
});

/** A server of its own, with Ida, who may manage it. */
function newServer() {
  const { guild, alice, bob, newChannel } = createHome(world.discord);
  const admins = guild.createRole({ name: 'Admins', permissions: Permission.ManageGuild });
  const ida = world.discord.createPerson({ name: 'Ida' });
  guild.join(ida, { roles: [admins] });
  return { guild, alice, bob, ida, newChannel };
}

const lastBody = () => completions(world.api).at(-1)?.body;

test('/settings is offered to those who may manage the server, and in servers only', async () => {
  const { alice, ida, newChannel } = newServer();
  const channel = newChannel();
  const offered = (here: { commands(): { name: string }[] }) => here.commands().map(({ name }) => name);
  expect(offered(ida.in(channel))).toContain('settings');
  expect(offered(alice.in(channel))).not.toContain('settings');
  expect(offered(ida.in(await ida.openDm()))).not.toContain('settings');
});

describe('settings of answers', () => {
  test('reach the model from where they are set: thread, channel, server, recommendation', async () => {
    const { alice, ida, newChannel } = newServer();
    const channel = newChannel();
    const here = ida.in(channel);
    const panel = await openPanel(here, 'Answers');
    await save(here, panel, [SAMPLING, { temperature: '0.3', topP: '0.9' }]);
    await save(here, panel, [MORE, { presencePenalty: '0.5', stop: '\\nUser:', maxReplyTokens: '500' }]);
    const server = await press(here, panel, 'Whole server');
    await save(here, server, [SAMPLING, { temperature: '0.4', topK: '10' }]);

    await ask(alice.in(channel), 'hello');
    expect(lastBody()).toMatchObject({
      temperature: 0.3,
      top_p: 0.9,
      top_k: 10,
      repetition_penalty: 1.2,
      presence_penalty: 0.5,
      stop: ['\nUser:'],
      max_tokens: 500,
    });
    const thread = await here.startThread({ name: 'aside' });
    await save(ida.in(thread), await openPanel(ida.in(thread), 'Answers'), [SAMPLING, { temperature: '1' }]);
    await ask(alice.in(thread), 'hello');
    expect(lastBody()).toMatchObject({ temperature: 1, top_p: 0.9, top_k: 10 });
    await ask(alice.in(newChannel()), 'hello');
    expect(lastBody()).toMatchObject({ temperature: 0.4, top_k: 10, repetition_penalty: 1.2, max_tokens: 2_000 });
    expect(lastBody()).not.toHaveProperty('top_p');
    const other = newServer();
    await ask(other.alice.in(other.newChannel()), 'hello');
    expect(lastBody()).toMatchObject({ temperature: 0.7, top_k: 40, repetition_penalty: 1.2 });
  });

  test('are still there after a restart, and a panel from before it still works', async () => {
    const { alice, ida, newChannel } = newServer();
    const channel = newChannel();
    const here = ida.in(channel);
    const panel = await save(here, await openPanel(here, 'Answers'), [SAMPLING, { temperature: '0.3' }]);
    const reset = await press(here, panel, 'Reset');
    await world.restart();
    await press(here, reset, 'Undo reset');
    await ask(alice.in(channel), 'hello');
    expect(lastBody()).toMatchObject({ temperature: 0.3 });
  });
});

test('limits hold for members as soon as they are set, and no longer than that', async () => {
  const { alice, bob, ida, newChannel } = newServer();
  const channel = newChannel();
  const here = ida.in(channel);
  const panel = await openPanel(here, 'Limits');
  await save(here, panel, ['Change limits', { personPerHour: '1' }]);
  expect((await ask(alice.in(channel), 'one')).content).not.toContain('allows each person');
  expect((await ask(alice.in(channel), 'two')).content).toContain(
    'You have asked 1 question within the last hour, as many as this server allows each person.',
  );
  expect((await ask(bob.in(channel), 'three')).content).not.toContain('allows each person');
  await save(here, panel, ['Change limits', { personPerHour: '' }]);
  expect((await ask(alice.in(channel), 'four')).content).not.toContain('allows each person');
  expect(completions(world.api).length).toBe(3);
});

describe('the server’s own key', () => {
  const keysUsed = () => completions(world.api).map(({ key }) => key);

  test('is used in this server alone, from now until it is removed, also after a restart', async () => {
    const { alice, ida, newChannel } = newServer();
    const channel = newChannel();
    const here = ida.in(channel);
    const entered = await save(here, await openPanel(here, 'API key'), ['Enter key', { key: ` ${OWN_KEY} ` }]);
    expect(entered.content).toMatch(/^\*\*The key works and is kept\.\*\* With it the API serves \d+ models\.\n/);
    expect(entered.content).toMatch(/\nNow: a key ending in …wxyz, entered by \*\*Ida\*\* <t:\d+:R>\.$/);

    await ask(alice.in(channel), 'hello');
    const other = newServer();
    await ask(other.alice.in(other.newChannel()), 'hello');
    await world.restart();
    await ask(alice.in(channel), 'again');
    expect(keysUsed()).toEqual([OWN_KEY, 'sk-simulated', OWN_KEY]);

    const question = await press(here, entered, 'Remove');
    expect(rowsOf(question)[0]).toBe('Remove key | Keep it');
    await press(here, question, 'Remove key');
    await ask(alice.in(channel), 'and now?');
    expect(keysUsed().at(-1)).toBe('sk-simulated');
  });

  test('that the API does not accept is not kept; no key is ever told, logged or stored in the clear', async () => {
    const { ida, newChannel } = newServer();
    const here = ida.in(newChannel());
    const panel = await save(here, await openPanel(here, 'API key'), ['Enter key', { key: OWN_KEY }]);
    const wrong = 'sk-nobodys-key-at-all';
    const told = await toldBy(await fill(here, panel, ['Replace key', { key: wrong }]));
    expect(told).toMatch(/^The API does not accept this key, so it was not kept\./);
    expect((await openPanel(here, 'API key')).content).toContain('a key ending in …wxyz');

    await world.stop();
    const stored = (await readFile(join(folder, 'store.sqlite'))).toString('latin1');
    const everywhere = JSON.stringify([world.log, world.discord.log, here.messages()]) + stored;
    expect({ own: everywhere.includes(OWN_KEY), wrong: everywhere.includes(wrong) }).toEqual({
      own: false,
      wrong: false,
    });
    await world.restart();
  });
});
