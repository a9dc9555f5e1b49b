import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { errors } from '../../src/simulator/infermatic/index.ts';
import { type BotWorld, type Simulators, startBot, startSimulators } from '../support/bot.ts';
import { type BotProcess, runBot } from '../support/bot-process.ts';
import { ask, buttonsOf, createHome, finished, growing, say, use } from './scene.ts';

const SLOW = { reply: ['Once ', 'upon ', 'a time.'], speed: { firstTokenMs: 0, tokensPerSecond: 0.1 } };
const GRACE_MS = 20_000;

// A process has to start and to log in.
jest.setTimeout(20_000);

let folder: string;
let simulators: Simulators | undefined;
let world: BotWorld | undefined;
let bot: BotProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dramatis-'));
});
afterEach(async () => {
  bot?.kill('SIGKILL');
  await bot?.ended;
  await world?.close();
  await simulators?.close();
  [bot, world, simulators] = [undefined, undefined, undefined];
  await rm(folder, { recursive: true });
});

/** Runs the command in its own process and waits for its end. */
async function run(command: string, env: Record<string, string>) {
  bot = runBot(command, { env, folder });
  return bot.ended;
}

describe('a start that cannot succeed prints its reason, without a stack, and ends with code 1', () => {
  test('every variable that is missing', async () => {
    const { code, stdout, stderr } = await run('start', {});
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.split('\n').map((line) => line.slice(0, 36).trim())).toEqual([
      'The configuration has 2 problems:',
      '- DISCORD_TOKEN is missing: the to',
      'Example: DISCORD_TOKEN=MTIzNDU2N',
      '- INFERMATIC_API_KEY is missing: a',
      'Example: INFERMATIC_API_KEY=sk-0',
      'Set them in the file .env (see .env.',
      '',
    ]);
  });

  test('every variable that is malformed, and no secret', async () => {
    const { code, stdout, stderr } = await run('start', {
      DISCORD_TOKEN: 'secret-but-no-token',
      INFERMATIC_API_KEY: 'sk secret',
      INFERMATIC_BASE_URL: 'http://api.example.com/v1',
      REQUESTS_PER_MINUTE: 'many',
      STORE_URL: 'mysql://root:secret@localhost',
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.match(/^ {2}- \w+ is not valid/gm)).toEqual([
      '  - DISCORD_TOKEN is not valid',
      '  - INFERMATIC_API_KEY is not valid',
      '  - INFERMATIC_BASE_URL is not valid',
      '  - REQUESTS_PER_MINUTE is not valid',
      '  - STORE_URL is not valid',
    ]);
    expect(stderr).not.toMatch(/secret|^\s+at /m);
  });

  const refusals: [string, (env: Record<string, string>) => Record<string, string>, string][] = [
    [
      'a token that Discord does not know',
      ({ DISCORD_TOKEN = '' }) => ({
        DISCORD_TOKEN: DISCORD_TOKEN.replace(/.$/, (last) => (last === 'x' ? 'y' : 'x')),
      }),
      'Discord does not accept DISCORD_TOKEN. Make a new one in the developer portal: your application > Bot > Reset Token.',
    ],
    [
      'a key that the API does not know',
      () => ({ INFERMATIC_API_KEY: 'sk-some-other-key' }),
      'The API does not accept INFERMATIC_API_KEY. Copy it again from infermatic.ai: after login, left bar, below "Join Discord".',
    ],
    [
      'a Discord that is not there',
      () => ({ DISCORD_API_URL: 'http://127.0.0.1:9/api' }),
      'Discord could not be reached (connect ECONNREFUSED 127.0.0.1:9). Check the network connection and DISCORD_API_URL.',
    ],
    [
      'a store that cannot be opened',
      () => ({ STORE_URL: `sqlite://${folder}` }),
      'The store FOLDER is a folder. Set STORE_URL to a file in it, such as sqlite://FOLDER/dramatis.sqlite.',
    ],
  ];

  test.each(refusals)('%s', async (_, change, reason) => {
    simulators = await startSimulators();
    const { code, stderr } = await run('start', { ...simulators.env, ...change(simulators.env) });
    expect(stderr.replaceAll(folder, 'FOLDER')).toBe(`${reason}\n`);
    expect(code).toBe(1);
  });

  test('a command that does not exist', async () => {
    const { code, stderr } = await run('dance', {});
    expect(stderr).toMatch(/^Usage: /);
    expect(code).toBe(1);
  });
});

test('register publishes the commands once, and says what it did', async () => {
  simulators = await startSimulators();
  const first = await run('register', simulators.env);
  const second = await run('register', simulators.env);
  expect(first).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+ commands of Dramatis are published\. Discord shows them within a minute\.\n$/),
  });
  expect(second).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+ commands of Dramatis were published already; nothing changed\.\n$/),
  });
  expect(simulators.discord.log.filter(({ method }) => method === 'PUT').length).toBe(1);
});

test('without the message content intent it answers commands, mentions and direct messages, and logs one line', async () => {
  world = await startBot({ discord: { messageContentIntent: false } });
  const { alice, newChannel } = createHome(world.discord);
  world.api.next('One.', 'Two.', 'Three.');
  const here = alice.in(newChannel());
  const bot = `<@${world.discord.botUserId}>`;
  expect((await ask(here, 'first')).content).toBe('> first\nOne.');
  const second = await say(here, `${bot} second`);
  expect(second.content).toBe('Two.');
  await here.post('a remark that the bot cannot read', { replyTo: second, pingReply: false });
  expect((await say(alice.in(await alice.openDm()), 'third')).content).toBe('Three.');
  expect(here.messages().filter(({ author }) => author.bot).length).toBe(2);
  expect(world.log.filter(({ message }) => message.includes('intent'))).toEqual([
    {
      level: 'info',
      facts: {},
      message: 'the message content intent is not granted: questions arrive by command, mention and direct message',
    },
  ]);
});

test('without the API it starts, says so to whoever asks, and answers as soon as the API is back', async () => {
  world = await startBot({
    env: { DEFAULT_MODEL: '' },
    prepare: ({ api }) => api.failModels(errors.badGatewayHtml()),
  });
  const { api, clock } = world;
  const { alice, newChannel } = createHome(world.discord);
  const here = alice.in(newChannel());
  const sentence = 'The list of models could not be loaded yet. Please try again in a minute.';
  expect((await ask(here, 'hello')).content).toBe(sentence);
  expect((await use(here, 'models list')).content).toBe(sentence);

  api.failModels(undefined);
  await clock.skipWait({ fromMs: 10_000, toMs: 60_000 });
  api.next('Here I am.');
  let listed = sentence;
  while (listed === sentence) listed = (await use(here, 'models list')).content;
  expect(listed).toContain('Meta-Llama-3-70B-Instruct');
  expect((await ask(here, 'hello', { model: 'MythoMax-L2-13b' })).content).toBe('> hello\nHere I am.');
});

describe('a stop', () => {
  test('takes no new work, lets a reply finish, and ends with code 0', async () => {
    simulators = await startSimulators();
    const { discord, api, env, clock } = simulators;
    const { alice, newChannel } = createHome(discord);
    bot = runBot('start', { env, folder });
    await bot.logged('ready');
    const [here, there] = [alice.in(newChannel()), alice.in(newChannel())];
    api.next(SLOW);
    const interaction = await here.slash('ask', { prompt: 'tell me a story' });
    await growing(interaction, 'Once');

    bot.kill('SIGTERM');
    await bot.logged('stopping: no new questions, running replies may finish');
    const sentence = 'The bot is restarting. Please try again in a minute.';
    expect((await ask(there, 'hello')).content).toBe(sentence);
    expect((await say(there, `<@${discord.botUserId}> hello`)).content).toBe(sentence);
    clock.skip(20_000);
    expect((await finished(interaction)).content).toBe('> tell me a story\nOnce upon a time.');
    expect(await bot.ended).toMatchObject({ code: 0, stderr: '' });
    expect(discord.gateway.connectionCount).toBe(0);
  });

  test('marks a reply that takes longer than the grace as interrupted, and the next life can retry it', async () => {
    world = await startBot({ env: { STORE_URL: `sqlite://${join(folder, 'store.sqlite')}` } });
    const { discord, api, clock } = world;
    const { alice, newChannel } = createHome(discord);
    const here = alice.in(newChannel());
    api.next({ reply: ['Once ', 'upon'], hang: { afterTokens: 1 } }, 'The end.');
    const interaction = await here.slash('ask', { prompt: 'tell me a story' });
    await growing(interaction, 'Once');
    const restarted = world.restart();
    await clock.skipWait({ fromMs: GRACE_MS, toMs: GRACE_MS });
    const reply = await finished(interaction);
    expect(reply.content).toBe(
      '> tell me a story\nOnce\n\n-# Interrupted by a restart of the bot. Press Retry for a new reply.',
    );
    expect(buttonsOf(reply)).toEqual(['Retry']);
    await restarted;
    await here.click(reply, 'Retry');
    await here.waitFor((messages) => messages.find(({ content }) => content === '> tell me a story\nThe end.'));
  });
});
