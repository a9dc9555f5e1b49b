import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Here } from '../../src/simulator/discord/index.ts';
import { type Simulators, type SimulatorsOptions, startSimulators } from '../support/bot.ts';
import { type BotProcess, runBot } from '../support/bot-process.ts';
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
  wordsOf,
  writeSettings,
} from './persona-scene.ts';
import {
  ask,
  buttonsOf,
  createHome,
  finished,
  growing,
  type Home,
  isFinished,
  lastPrompt,
  replyTo,
  use,
  waitForApi,
} from './scene.ts';

const MINUTE_MS = 60_000;
/** Writes one word and then nothing more. */
const STUCK = { reply: ['Once ', 'upon a time.'], hang: { afterTokens: 1 } } as const;
const SILENT = { hang: 'before-first-token' } as const;
const INTERRUPTED = 'Interrupted by a restart of the bot. Press Retry for a new reply.';

// Each life is a process of its own.
jest.setTimeout(20_000);

let folder: string;
let world: Simulators;
let home: Home;
let bot: BotProcess;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dramatis-'));
});
afterEach(async () => {
  bot.kill('SIGKILL');
  await bot.ended;
  await world.close();
  await rm(folder, { recursive: true });
});

/** The first life of a bot that keeps its store in a file. */
async function begin(options: SimulatorsOptions = {}): Promise<void> {
  world = await startSimulators(options);
  home = createHome(world.discord);
  await live();
}

const storeUrl = () => `sqlite://${join(folder, 'store.sqlite')}`;

async function live(): Promise<void> {
  const env = { ...world.env, STORE_URL: storeUrl() };
  bot = runBot('start', { env, folder });
  await bot.logged('ready');
}

async function crash(): Promise<void> {
  bot.kill('SIGKILL');
  await bot.ended;
}

test('replies that a crash broke off say so where they stand, and their questions are remembered', async () => {
  await begin();
  const { api, discord } = world;
  const mention = `<@${discord.botUserId}>`;
  const [asked, mentioned, waiting, unanswered] = [1, 2, 3, 4].map(() => home.alice.in(home.newChannel())) as [
    Here,
    Here,
    Here,
    Here,
  ];
  api.next(STUCK);
  const publicly = await asked.slash('ask', { prompt: 'tell me a story' });
  await growing(publicly, 'Once');
  api.next(STUCK);
  const privately = await asked.slash('ask', { prompt: 'tell me a secret', private: true });
  await growing(privately, 'Once');
  api.next(STUCK);
  const question = await mentioned.post(`${mention} tell me a tale`);
  await replyTo(mentioned, question.id, ({ content }) => content === 'Once');
  api.next(SILENT, SILENT);
  const silent = await waiting.slash('ask', { prompt: 'are you there?' });
  const unheard = await unanswered.post(`${mention} hello?`);
  await waitForApi(api, () => api.log.filter(({ path }) => path.endsWith('completions')).length === 5);
  // The marks of these two are stored before their requests leave.
  await crash();
  await live();

  const ends = await Promise.all([
    finished(publicly),
    finished(privately),
    replyTo(mentioned, question.id),
    finished(silent),
    replyTo(unanswered, unheard.id),
  ]);
  expect(ends.map(({ content }) => content)).toEqual([
    `> tell me a story\nOnce\n\n-# ${INTERRUPTED}`,
    `> tell me a secret\nOnce\n\n-# ${INTERRUPTED}`,
    `Once\n\n-# ${INTERRUPTED}`,
    `> are you there?\n${INTERRUPTED}`,
    INTERRUPTED,
  ]);
  expect(ends.map(buttonsOf)).toEqual(ends.map(() => ['Retry']));
  expect(ends.map(({ mentions }) => mentions.userIds)).toEqual(ends.map(() => []));

  api.next('And then?', 'Shh.', 'The end.', 'I am here.', 'I am here.');
  await ask(asked, 'go on');
  expect(lastPrompt(api)).toEqual(['user: Alice: tell me a story', 'assistant: Once', 'user: Alice: go on']);
  await ask(asked, 'go on', { private: true });
  expect(lastPrompt(api)).toEqual(['user: Alice: tell me a secret', 'assistant: Once', 'user: Alice: go on']);
  await ask(mentioned, 'go on');
  expect(lastPrompt(api)).toEqual(['user: Alice: tell me a tale', 'assistant: Once', 'user: Alice: go on']);
  await waiting.click(ends[3], 'Retry');
  await waiting.waitFor((messages) => messages.find(({ content }) => content === '> are you there?\nI am here.'));
  expect(lastPrompt(api)).toEqual(['user: Alice: are you there?']);
  await ask(unanswered, 'and now?');
  expect(lastPrompt(api)).toEqual(['user: Alice: hello?\n\nAlice: and now?']);
});

test('a crash in another try, before its first word, leaves the earlier reply and its words as they were', async () => {
  await begin();
  const { api, discord } = world;
  const here = home.alice.in(home.newChannel());
  api.next({ reply: ['Once', ' upon'], endAfter: 1 });
  const question = await here.post(`<@${discord.botUserId}> tell me a tale`);
  const cut = await replyTo(here, question.id, (message) => buttonsOf(message).includes('Retry'));
  api.clearLog();
  api.next(SILENT);
  await here.click(cut, 'Retry');
  await waitForApi(api, () => api.log.find(({ path }) => path.endsWith('completions')));
  await crash();
  await live();
  const reply = await replyTo(here, question.id, ({ content }) => content.includes(INTERRUPTED));
  expect({ content: reply.content, buttons: buttonsOf(reply) }).toEqual({
    content: `Once\n\n-# ${INTERRUPTED}`,
    buttons: ['Retry'],
  });
  api.next('The end.');
  await ask(here, 'go on');
  expect(lastPrompt(api)).toEqual(['user: Alice: tell me a tale', 'assistant: Once', 'user: Alice: go on']);
});

test('a long private reply is marked in its last message, and no part of it is written twice', async () => {
  await begin();
  const here = home.alice.in(home.newChannel());
  const lines = Array.from({ length: 60 }, (_, line) => `This is line ${line} of a long secret.\n`);
  world.api.next({ reply: [...lines, 'unheard'], hang: { afterTokens: lines.length } });
  const interaction = await here.slash('ask', { prompt: 'tell me a secret', private: true });
  await growing(interaction, 'line 59');
  // By then the bot has stored where its second message is.
  for (let round = 0; round < 2; round++) await use(here, 'history show', { private: true });
  await crash();
  await live();
  await interaction.waitFor((messages) => messages.find(({ content }) => content.includes(INTERRUPTED)));
  const messages = interaction.messages();
  expect(messages.map(buttonsOf)).toEqual([[], ['Retry']]);
  expect(messages.flatMap(({ content }) => content.match(/line \d+/g) ?? [])).toEqual(
    lines.map((_, line) => `line ${line}`),
  );
});

test('a reply that was stored but not shown to its end is shown finished', async () => {
  await begin();
  const here = home.alice.in(home.newChannel());
  world.api.next({ reply: ['Once ', 'upon a time.'], speed: { firstTokenMs: 0, tokensPerSecond: 0.1 } }, 'Yes.');
  const interaction = await here.slash('ask', { prompt: 'tell me a story' });
  await growing(interaction, 'Once');
  const edits = world.discord.log.find(({ method }) => method === 'PATCH')?.path ?? '';
  world.discord.faults.add({ method: 'PATCH', path: new RegExp(`^${edits}$`), effect: 'hang' });
  world.clock.skip(10_000);
  while (!(await use(here, 'history show')).content.includes('Once upon a time.'));
  await crash();
  world.discord.faults.clear();
  await live();
  const reply = await finished(interaction);
  expect(reply).toMatchObject({ content: '> tell me a story\nOnce upon a time.', components: [] });
  await ask(here, 'really?');
  expect(lastPrompt(world.api)).toEqual([
    'user: Alice: tell me a story',
    'assistant: Once upon a time.',
    'user: Alice: really?',
  ]);
});

describe('of a persona', () => {
  const INTERRUPTED_PLAY = 'Interrupted by a restart of the bot. Press Regenerate for a new reply.';

  beforeEach(async () => {
    world = await startSimulators();
    home = createHome(world.discord);
    await writeSettings(storeUrl(), [[{ guildId: home.guild.id }, { persona: speaks(OTTILIE_REF) }]]);
    await live();
  });

  test('a reply that was broken off is mended under its own name, with its buttons', async () => {
    const here = home.alice.in(home.newChannel());
    world.api.next(STUCK);
    await here.post(`<@${world.discord.botUserId}> tell me a tale`);
    const broken = await here.waitFor((messages) => messages.find(({ content }) => content.endsWith('Once')));
    await use(here, 'history show');
    await crash();
    await live();
    const mended = await spoken(here, OTTILIE, INTERRUPTED_PLAY);
    expect({ id: mended.id, ...looksOf(mended) }).toEqual({
      id: broken.id,
      words: `Once\n\n-# ${INTERRUPTED_PLAY}`,
      buttons: PLAY_BUTTONS,
    });
    expect(mended.content).toMatch(/^-# ↪ \[Alice\]/);
    world.api.next('upon a time.');
    expect(wordsOf(await pressed(here, mended, ['Continue', 'time.']))).toBe('Once upon a time.');
    expect(lastPrompt(world.api)?.slice(0, 2)).toEqual(['user: Alice: tell me a tale', 'assistant: Once']);
  });

  test('a version that was broken off stands beside the earlier one', async () => {
    const here = home.alice.in(home.newChannel());
    const first = await talk(world, here, ['tell me a tale', 'No.']);
    world.api.next(STUCK);
    await here.click(first, 'Regenerate');
    await here.waitFor((messages) => messages.find(({ content }) => content.endsWith('Once')));
    await use(here, 'history show');
    await crash();
    await live();
    const mended = await spoken(here, OTTILIE, INTERRUPTED_PLAY);
    expect({ id: mended.id, ...looksOf(mended) }).toEqual({
      id: first.id,
      words: `Once\n\n-# ${INTERRUPTED_PLAY}`,
      buttons: swipeButtons('2/2'),
    });
    expect(looksOf(await pressed(here, mended, ['◀', 'No.']))).toEqual({ words: 'No.', buttons: swipeButtons('1/2') });
    await talk(world, here, ['why?', 'Because.']);
    expect(lastPrompt(world.api)?.slice(0, 2)).toEqual(['user: Alice: tell me a tale', 'assistant: No.']);
  });

  test('a version that was broken off before its first word leaves the earlier ones', async () => {
    const here = home.alice.in(home.newChannel());
    const first = await talk(world, here, ['tell me a tale', 'No.']);
    world.api.clearLog();
    world.api.next(SILENT);
    await here.click(first, 'Regenerate');
    await waitForApi(world.api, () => world.api.log.find(({ path }) => path.endsWith('completions')));
    await crash();
    await live();
    expect(looksOf(await spoken(here, OTTILIE, INTERRUPTED_PLAY))).toEqual({
      words: `No.\n\n-# ${INTERRUPTED_PLAY}`,
      buttons: PLAY_BUTTONS,
    });
  });
});

describe('a private reply that cannot be reached any more, because its interaction is over 15 minutes old', () => {
  const ways: [string, SimulatorsOptions, () => void][] = [
    ['by the bot’s clock', { discord: { clock: behind(16 * MINUTE_MS) } }, () => {}],
    ['by Discord’s clock alone', {}, () => world.clock.skip(16 * MINUTE_MS)],
  ];

  test.each(ways)('is told with the person’s next private question, once: %s', async (_, options, expire) => {
    await begin(options);
    const here = home.alice.in(home.newChannel());
    world.api.next(STUCK);
    await growing(await here.slash('ask', { prompt: 'tell me a secret', private: true }), 'Once');
    await crash();
    expire();
    await live();
    await bot.logged('replies of the last run were marked as interrupted');

    world.api.next('Hello.', 'Shh.', 'Nothing more.');
    const next = await here.slash('ask', { prompt: 'hello', private: true });
    const told = await next.waitFor(([answer, notice]) => answer && isFinished(answer) && notice);
    expect(told).toMatchObject({
      content: 'An earlier question of yours was interrupted by a restart of the bot:\n> tell me a secret',
      ephemeral: true,
    });
    await here.click(told, 'Retry');
    await here.waitFor((messages) => messages.find(({ content }) => content === '> tell me a secret\nShh.'));
    expect(lastPrompt(world.api)).toEqual(['user: Alice: tell me a secret']);

    const last = await here.slash('ask', { prompt: 'anything else?', private: true });
    await finished(last);
    await ask(here, 'the end');
    expect(last.messages().length).toBe(1);
  });
});

/** A simulator that lives in the past. */
function behind(ms: number) {
  return {
    now: () => Date.now() - ms,
    setTimeout(callback: () => void, delayMs: number) {
      const timer = setTimeout(callback, delayMs).unref();
      return () => clearTimeout(timer);
    },
  };
}
