import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Permission } from '../../src/simulator/discord/index.ts';
import { defaultModels, errors, type PlainAnswer } from '../../src/simulator/infermatic/index.ts';
import { type BotWorld, type BotWorldOptions, MODEL, startBot } from '../support/bot.ts';
import { ask, buttonsOf, completions, createHome, finished, type Home, use, waitForApi } from './scene.ts';

const MIQU = 'Midnight-Miqu-70B-v1.5';
const WIZARD = 'WizardLM-2-8x22B';
const REFRESH_MS = 10 * 60_000;
const NO_LIST = 'The list of models could not be loaded yet. Please try again in a minute.';

let folder: string;
let world: BotWorld;
let home: Home;

async function begin(options: BotWorldOptions = {}): Promise<void> {
  world = await startBot({
    ...options,
    env: { STORE_URL: `sqlite://${join(folder, 'store.sqlite')}`, ...options.env },
  });
  home = createHome(world.discord);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dramatis-'));
});
afterEach(async () => {
  expect(world.log.filter(({ level }) => level === 'error')).toEqual([]);
  await world.close();
  await rm(folder, { recursive: true });
});

const room = () => home.alice.in(home.newChannel());
const lastModel = () => (completions(world.api).at(-1)?.body as { model: string } | undefined)?.model;
const without = (...ids: string[]) => defaultModels.filter(({ id }) => !ids.includes(id));
const listAnswer = (body: unknown): PlainAnswer => ({ status: 200, body });
const listed = (...entries: object[]) => listAnswer({ object: 'list', data: entries });

function newAdmins() {
  const role = home.guild.createRole({ name: 'Admins', permissions: Permission.ManageGuild });
  return ['Ida', 'Ada'].map((name) => {
    const admin = world.discord.createPerson({ name });
    home.guild.join(admin, { roles: [role] });
    return admin;
  }) as [Home['alice'], Home['alice']];
}

/** The bot looks at the list again, and has read it. */
async function relist(): Promise<void> {
  const looks = () => world.api.log.filter(({ path, finishedAt }) => path.endsWith('/models') && finishedAt).length;
  const before = looks();
  const logged = world.log.length;
  world.clock.skip(REFRESH_MS);
  await waitForApi(world.api, () => looks() > before);
  while (!world.log.slice(logged).some(({ message }) => message === 'models listed')) await use(room(), 'help');
}

describe('a model that the API serves no more', () => {
  beforeEach(() => begin());

  test('chosen for a channel: the next one answers and says so once, until it is back', async () => {
    const here = room();
    await use(here, 'models use', { model: MIQU });
    await ask(here, 'hello');
    expect(lastModel()).toBe(MIQU);

    world.api.setModels(without(MIQU));
    await relist();
    world.api.next('One.', 'Two.', 'Three.');
    expect((await ask(here, 'first')).content).toBe(
      `> first\nOne.\n\n-# \`${MIQU}\` is not served any more: \`${MODEL}\` answers instead. It answers again when it is back; \`/models use\` chooses another one.`,
    );
    expect((await ask(here, 'second')).content).toBe('> second\nTwo.');
    expect(lastModel()).toBe(MODEL);

    world.api.setModels(defaultModels);
    await relist();
    expect((await ask(here, 'third')).content).toBe('> third\nThree.');
    expect(lastModel()).toBe(MIQU);
  });

  test('chosen for the server and for a thread: each falls back to the next level', async () => {
    const [ida] = newAdmins();
    const channel = home.newChannel();
    await use(ida.in(channel), 'models default', { model: WIZARD });
    const thread = home.alice.in(await home.alice.in(channel).startThread({ name: 'talk' }));
    await use(thread, 'models use', { model: MIQU });
    world.api.setModels(without(MIQU));
    await relist();
    expect((await ask(thread, 'hello')).content).toContain(
      `\`${MIQU}\` is not served any more: \`${WIZARD}\` answers instead.`,
    );
    world.api.setModels(without(MIQU, WIZARD));
    await relist();
    await ask(thread, 'hello');
    expect(lastModel()).toBe(MODEL);
  });

  test('under another quantisation is the same model', async () => {
    const here = room();
    await use(here, 'models use', { model: MIQU });
    const renamed = `${MIQU}-FP8-Dynamic`;
    world.api.setModels(defaultModels.map((model) => (model.id === MIQU ? { ...model, id: renamed } : model)));
    await relist();
    expect((await ask(here, 'hello')).content).not.toContain('not served');
    expect(lastModel()).toBe(renamed);
  });

  test('asked for by name is told with the nearest; a Retry of its question is answered by the usual one', async () => {
    const here = room();
    world.api.next({ reply: ['Once', ' upon'], endAfter: 1 });
    const cut = await ask(here, 'a story', { model: MIQU });
    world.api.setModels(without(MIQU));
    await relist();
    expect((await ask(here, 'hello', { model: MIQU })).content).toMatch(
      /^There is no model called “Midnight-Miqu-70B-v1\.5”\. Nearest: `[^`]+`, `[^`]+`, `[^`]+`\.$/,
    );
    world.api.next('The end.');
    await here.click(cut, 'Retry');
    await here.waitFor((messages) =>
      messages.find(
        ({ content }) =>
          content === `> a story\nThe end.\n\n-# \`${MIQU}\` is not served any more: \`${MODEL}\` answers instead.`,
      ),
    );
  });

  test('gone before the bot has noticed: the next one answers the same question, and says so', async () => {
    const here = room();
    await use(here, 'models use', { model: MIQU });
    world.api.setModels(without(MIQU));
    world.api.next('One.', 'Two.');
    expect((await ask(here, 'first')).content).toBe(
      `> first\nOne.\n\n-# \`${MIQU}\` is not served any more: \`${MODEL}\` answers instead.`,
    );
    expect((await use(here, 'models list')).content).toContain(`\`${MODEL}\` answers in this channel`);
    expect((await ask(here, 'second')).content).toBe('> second\nTwo.');
    expect(completions(world.api).map(({ status }) => status)).toEqual([400, 200, 200]);
  });

  test('gone, and nobody else can be asked: told, with Retry', async () => {
    const here = room();
    world.api.setModels(without(MODEL));
    world.api.failModels(errors.serviceUnavailable());
    const told = await ask(here, 'hello');
    expect([told.content, buttonsOf(told)]).toEqual([
      '> hello\nThe API no longer serves this model. Choose another one: `/models list` shows them.',
      ['Retry'],
    ]);
  });

  test('that comes back and goes again is told again', async () => {
    const here = room();
    await use(here, 'models use', { model: MIQU });
    for (let round = 0; round < 2; round++) {
      world.api.setModels(without(MIQU));
      await relist();
      expect((await ask(here, 'hello')).content).toContain('is not served any more');
      world.api.setModels(defaultModels);
      await relist();
      await ask(here, 'hello');
      expect(lastModel()).toBe(MIQU);
    }
  });

  test('two admins who change the default at once leave one of both in force, and both are told', async () => {
    const [ida, ada] = newAdmins();
    const channel = home.newChannel();
    const told = await Promise.all([
      use(ida.in(channel), 'models default', { model: MIQU }),
      use(ada.in(channel), 'models default', { model: WIZARD }),
    ]);
    expect(told.map(({ content }) => /made `([^`]+)`/.exec(content)?.[1])).toEqual([MIQU, WIZARD]);
    const [first, second] = told.map(({ content }) => content);
    const isAfter = (content = '', model = '') => content.includes(`Before: \`${model}\``);
    expect([isAfter(first, WIZARD), isAfter(second, MIQU)].filter(Boolean)).toHaveLength(1);
    await ask(home.alice.in(channel), 'hello');
    expect(lastModel()).toBe(isAfter(second, MIQU) ? WIZARD : MIQU);
  });
});

test('a bot that starts while the API is down answers with its last list, as soon as the API is back', async () => {
  await begin();
  const here = room();
  await use(here, 'models use', { model: MIQU });
  const down = errors.serviceUnavailable();
  world.api.failModels(down);
  world.api.fail(down);
  await world.restart();
  const interaction = await here.slash('ask', { prompt: 'hello' });
  for (const wait of [
    { fromMs: 500, toMs: 1_000 },
    { fromMs: 1_000, toMs: 2_000 },
  ])
    await world.clock.skipWait(wait);
  const failed = await finished(interaction);
  expect(failed.content).toContain('The model is not available right now.');
  world.api.failModels(undefined);
  world.api.fail(undefined);
  world.api.next('Here I am.');
  await here.click(failed, 'Retry');
  await here.waitFor((messages) => messages.find(({ content }) => content === '> hello\nHere I am.'));
  expect(lastModel()).toBe(MIQU);
});

describe('a list that is no good', () => {
  const bad: [string, PlainAnswer][] = [
    ['empty', listed()],
    ['a page of HTML', errors.badGatewayHtml()],
    ['a page of HTML with status 200', { ...errors.badGatewayHtml(), status: 200 }],
    ['no JSON', { status: 200, body: '{"data":[', contentType: 'application/json' }],
    ['another form', listAnswer({ models: ['a'] })],
    ['nothing but models that do not chat', listed({ id: 'TTS-hexgrad-Kokoro-82M' })],
    [
      'nothing but ids that are none',
      listed({ id: '' }, { id: 7 }, { id: '`'.repeat(5) }, { id: 'x'.repeat(5_000) }, {}),
    ],
  ];

  test.each(bad)('%s: at start the bot says so; later it keeps the last one', async (_, answer) => {
    await begin({ prepare: ({ api }) => api.failModels(answer), env: { STORE_URL: 'memory://', DEFAULT_MODEL: '' } });
    const here = room();
    expect((await ask(here, 'hello')).content).toBe(NO_LIST);
    expect(await here.autocomplete('ask', 'model', 'm', { prompt: 'hello' })).toEqual([]);
    world.api.failModels(undefined);
    await relist();
    world.api.failModels(answer);
    const looks = () => world.api.log.filter(({ path, finishedAt }) => path.endsWith('/models') && finishedAt).length;
    const before = looks();
    world.clock.skip(REFRESH_MS);
    await waitForApi(world.api, () => looks() > before);
    for (let round = 0; round < 2; round++) await use(here, 'help');
    world.api.next('Here I am.');
    expect((await ask(here, 'hello', { model: MIQU })).content).toBe('> hello\nHere I am.');
  });

  test('of 100,000 models: the bot starts, suggests and answers', async () => {
    const many = Array.from({ length: 100_000 }, (_, index) => ({ id: `Some-Finetune-${index}B-v1.${index % 10}` }));
    await begin({ prepare: ({ api }) => api.failModels(listed({ id: MODEL }, ...many)) });
    const here = room();
    for (const typed of ['', 's', 'finetune', 'finetone 77', 'zzz'])
      expect((await here.autocomplete('ask', 'model', typed, { prompt: 'x' })).length).toBeGreaterThan(0);
    await ask(here, 'hello');
    expect(lastModel()).toBe(MODEL);
    expect(world.log.filter(({ message }) => message.includes('left out'))).toHaveLength(1);
  });

  test('of absurd, duplicate and odd entries: what can be used is used', async () => {
    const odd = listed(
      { id: MODEL, context_length: 0 },
      { id: MODEL, context_length: 1_000 },
      { id: MIQU, context_length: -5 },
      { id: WIZARD, context_length: 10 ** 12 },
      { id: 'Noromaid-13b-v0.2', context_length: 'many' },
      { id: '@everyone', context_length: 8_000 },
      { id: '**bold** [link](https://example.com)' },
      { id: ' \u202e' },
      { id: 'a\nb' },
      null as unknown as object,
    );
    await begin({ prepare: ({ api }) => api.failModels(odd) });
    const here = room();
    const list = await use(here, 'models list');
    expect(list.content.match(/^`.+`$/gm)).toEqual(
      [MODEL, MIQU, WIZARD, 'Noromaid-13b-v0.2', '@everyone', '**bold** [link](https://example.com)'].map(
        (id) => `\`${id}\``,
      ),
    );
    expect(list.mentions).toEqual({ userIds: [], roleIds: [], everyone: false });
    for (const [model, context] of [
      [MODEL, '4,096'],
      [MIQU, '16,000'],
      [WIZARD, '16,000'],
    ]) {
      const info = await use(here, 'models info', { model });
      expect(info.content).toContain(`**Context length**: ${context} tokens`);
    }
    world.api.next('Hello.');
    expect((await ask(here, 'hello')).content).toBe('> hello\nHello.');
  });
});
