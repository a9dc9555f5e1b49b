import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Here, Permission, type ShownMessage } from '../../src/simulator/discord/index.ts';
import { defaultModels, type SimulatedModel } from '../../src/simulator/infermatic/index.ts';
import { type BotWorld, MODEL, startBot } from '../support/bot.ts';
import { ask, buttonsOf, completions, createHome, finished, type Home, use } from './scene.ts';

const MIQU = 'Midnight-Miqu-70B-v1.5';
const WIZARD = 'WizardLM-2-8x22B';

let world: BotWorld;
let home: Home;
type Person = Home['alice'];

beforeAll(async () => {
  world = await startBot();
  home = createHome(world.discord);
});
afterAll(() => world.close());
afterEach(() => {
  world.api.setModels(defaultModels);
  world.api.clearLog();
  expect(world.log.filter(({ level }) => level === 'error')).toEqual([]);
});

function newAdmin({ guild }: Home, name: string): Person {
  const role = guild.createRole({ name: 'Admins', permissions: Permission.ManageGuild | Permission.ManageMessages });
  const admin = world.discord.createPerson({ name });
  guild.join(admin, { roles: [role] });
  return admin;
}

/** A server of its own, so that its default and its list concern no other test. */
function newServer() {
  const server = createHome(world.discord);
  return { ...server, admin: newAdmin(server, 'Ida') };
}

const labelsOf = (message: ShownMessage) => buttonsOf(message).filter(Boolean);
const shows = (here: Here, text: string) =>
  here.waitFor((messages) => messages.find(({ content }) => content.includes(text)));
const lastModel = () => (completions(world.api).at(-1)?.body as { model: string } | undefined)?.model;

async function answersIn(here: Here): Promise<string | undefined> {
  world.api.next('Hello.');
  await ask(here, 'who are you?');
  return lastModel();
}

describe('/models list', () => {
  test('names every chat model on pages that can be turned, to the person alone', async () => {
    const here = home.alice.in(home.newChannel());
    const first = await use(here, 'models list');
    expect(first).toMatchObject({ ephemeral: true });
    expect(first.content.split('\n')[0]).toBe(
      `\`${MODEL}\` answers in this channel: the default of whoever runs this bot.`,
    );
    const pages = [first.content];
    let page = first;
    while (!page.components.some(({ components }) => (components as { disabled?: boolean }[])[1]?.disabled)) {
      const { revisions } = page;
      await here.click(page, 'Next ▶');
      page = await here.waitFor((messages) =>
        messages.find(({ id, ...now }) => id === page.id && now.revisions > revisions),
      );
      pages.push(page.content);
    }
    const named = pages.join('\n').match(/^`[^`]+`$/gm) ?? [];
    const chat = defaultModels.filter(({ id, kind }) => (kind ?? 'chat') === 'chat' && !id.includes('prometheus'));
    expect(named).toEqual(chat.map(({ id }) => `\`${id}\``));
    await here.click(page, '◀ Previous');
    await here.waitFor((messages) => messages.find(({ content }) => content === pages.at(-2)));
  });

  test('says after a restart without the API that it is the last list, and the choices still stand', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'models-'));
    const own = await startBot({ env: { STORE_URL: `sqlite://${join(folder, 'store.sqlite')}` } });
    try {
      const { alice, newChannel } = createHome(own.discord);
      const here = alice.in(newChannel());
      const before = await use(here, 'models use', { model: MIQU });
      own.api.failModels({ status: 503, body: 'no' });
      await own.restart();
      const { content } = await use(here, 'models list');
      expect(content).toMatch(
        /^`Midnight-Miqu-70B-v1\.5` answers in this channel: chosen for this channel by \*\*Alice\*\*/,
      );
      expect(content).toContain('-# The API does not say at present what it serves: this is its last list.');
      await here.click(before, 'Undo');
      await shows(here, `**Alice** undid this: \`${MODEL}\` answers`);
    } finally {
      await own.close();
      await rm(folder, { recursive: true });
    }
  });

  test('is a sentence while there is no list', async () => {
    const own = await startBot({ prepare: ({ api }) => api.failModels({ status: 503, body: 'no' }) });
    try {
      const { alice, newChannel } = createHome(own.discord);
      const here = alice.in(newChannel());
      const sentence = 'The list of models could not be loaded yet. Please try again in a minute.';
      expect((await use(here, 'models list')).content).toBe(sentence);
      expect((await use(here, 'models use', { model: MIQU })).content).toBe(sentence);
      expect(await here.autocomplete('models use', 'model', 'm')).toEqual([]);
    } finally {
      await own.close();
    }
  });
});

describe('/models info', () => {
  test('tells everything about one, and lets anyone choose it for the channel', async () => {
    const here = home.alice.in(home.newChannel());
    const info = await use(here, 'models info', { model: 'midnight miqu' });
    expect(info).toMatchObject({ ephemeral: true });
    expect(info.content).toContain('**Context length**: 16,000 tokens');
    expect(labelsOf(info)).toEqual(['Use here']);

    await here.click(info, 'Use here');
    const told = await shows(here, 'chose `Midnight-Miqu-70B-v1.5` for this channel');
    expect(told).toMatchObject({ ephemeral: false });
    expect(labelsOf(told)).toEqual(['Undo']);
    const shown = await here.waitFor((messages) =>
      messages.find(
        (message) => message.id === info.id && labelsOf(message).includes('Remove the choice of this channel'),
      ),
    );
    expect(await answersIn(here)).toBe(MIQU);

    await here.click(shown, 'Remove the choice of this channel');
    await shows(here, `removed the choice of this channel: \`${MODEL}\` answers`);
    expect(await answersIn(here)).toBe(MODEL);
  });

  test('lets admins set the context length, and make it the default', async () => {
    const { guild, admin, alice, newChannel } = newServer();
    const here = admin.in(newChannel());
    const info = await use(here, 'models info', { model: WIZARD });
    expect(labelsOf(info)).toEqual(['Use here', 'Make server default', 'Set context length']);

    await here.submitModal(await here.click(info, 'Set context length'), { tokens: '12,345' });
    const changed = await shows(here, '- **12,345: set by this server’s admins** (in force)');
    expect(changed.id).toBe(info.id);
    await here.submitModal(await here.click(changed, 'Set context length'), { tokens: 'lots' });
    await shows(here, 'A context length is a whole number of tokens');

    await here.click(changed, 'Make server default');
    await shows(here, `**Ida** made \`${WIZARD}\` the server’s default`);
    expect(await answersIn(alice.in(guild.createTextChannel({ name: 'other' })))).toBe(WIZARD);

    await here.submitModal(await here.click(changed, 'Set context length'), { tokens: '' });
    await here.waitFor((messages) =>
      messages.find(
        ({ id, content }) => id === info.id && content.includes('**16,000: Infermatic’s table** (in force)'),
      ),
    );
  });

  test('says of a model that is listed but not for chat that it cannot answer', async () => {
    const here = home.alice.in(home.newChannel());
    expect((await use(here, 'models info', { model: 'prometheus' })).content).toBe(
      '`prometheus-eval-prometheus-7b-v2.0` is not for chat, so it cannot answer here.',
    );
  });

  test('names the nearest for a name that nobody has', async () => {
    const here = home.alice.in(home.newChannel());
    expect((await use(here, 'models info', { model: 'Midnight-Mique' })).content).toMatch(
      /^There is no model called “Midnight-Mique”\. Nearest: `Midnight-Miqu-70B-v1\.5`, /,
    );
  });
});

describe('/models use', () => {
  test('tells the channel, and can be undone by who did it or a moderator', async () => {
    const channel = home.newChannel();
    const here = home.alice.in(channel);
    const told = await use(here, 'models use', { model: MIQU });
    expect(told).toMatchObject({ ephemeral: false });
    expect(told.content).toContain(`Before: \`${MODEL}\`, the default of whoever runs this bot.`);

    await home.bob.in(channel).click(told, 'Undo');
    await shows(home.bob.in(channel), 'Only the person who changed the model, or a moderator, can undo it.');
    expect(await answersIn(here)).toBe(MIQU);

    await home.mia.in(channel).click(told, 'Undo');
    const undone = await shows(here, `**Mia** undid this: \`${MODEL}\` answers`);
    expect([undone.id, labelsOf(undone)]).toEqual([told.id, []]);
    expect(await answersIn(here)).toBe(MODEL);
  });

  test('that changes nothing or is refused is told to that person alone, as is /ask with such a model', async () => {
    const channel = home.newChannel();
    const [here, others] = [home.alice.in(channel), home.bob.in(channel)];
    await use(here, 'models use', { model: MIQU });
    const seenByAll = others.messages().map(({ content }) => content);
    const told = async (...command: Parameters<Here['slash']>) => {
      const interaction = await here.slash(...command);
      const answer = await interaction.waitFor(([first, second]) => !second && first?.ephemeral && first);
      return answer.content;
    };
    expect([
      await told('models use', { model: 'miqu' }),
      await told('models use', { model: 'anubis' }),
      await told('ask', { prompt: 'hello', model: 'nobody' }),
    ]).toEqual([
      expect.stringMatching(/^Nothing changed: `Midnight-Miqu-70B-v1\.5` answers, chosen for this channel by /),
      '“anubis” fits more than one model: `TheDrummer-Anubis-70B-v1.1-FP8-Dynamic`, `TheDrummer-Anubis-70B-v1-FP8-Dynamic`. Write a little more of the name.',
      expect.stringMatching(/^There is no model called “nobody”\. Nearest: /),
    ]);
    expect(others.messages().map(({ content }) => content)).toEqual(seenByAll);
    expect(completions(world.api)).toEqual([]);
  });

  test('of a button that changes nothing tells nobody', async () => {
    const channel = home.newChannel();
    const here = home.alice.in(channel);
    const info = await use(here, 'models info', { model: MIQU });
    await use(home.bob.in(channel), 'models use', { model: MIQU });
    const seenByAll = home.bob.in(channel).messages().length;
    await here.click(info, 'Use here');
    await here.waitFor((messages) => messages.find(({ id, content }) => id === info.id && /by \*\*Bob/.test(content)));
    expect(await answersIn(here)).toBe(MIQU);
    expect(home.bob.in(channel).messages()).toHaveLength(seenByAll + 1);
  });

  test('in a thread leaves the channel alone, and is told there', async () => {
    const channel = home.newChannel();
    const here = home.alice.in(channel);
    await use(here, 'models use', { model: WIZARD });
    const inThread = home.alice.in(await here.startThread({ name: 'talk' }));
    await use(inThread, 'models use', { model: MIQU });
    expect([await answersIn(here), await answersIn(inThread)]).toEqual([WIZARD, MIQU]);
    const list = await use(inThread, 'models list');
    expect(list.content).toMatch(/answers in this thread: chosen for this thread by \*\*Alice\*\* <t:\d+:R>\./);
  });

  test('works in direct messages, where /models default does not', async () => {
    const here = home.alice.in(await home.alice.openDm());
    await use(here, 'models use', { model: MIQU });
    expect(await answersIn(here)).toBe(MIQU);
    expect((await use(here, 'models default', { model: MIQU })).content).toBe(
      'A default is for servers. Here `/models use` chooses who answers.',
    );
    expect((await use(here, 'models allow')).content).toContain('are for servers');
    expect((await use(here, 'models use', { model: 'default' })).content).toContain(
      'removed the choice of this conversation',
    );
  });

  test('suggests the default first, and takes the suggestion', async () => {
    const here = home.alice.in(home.newChannel());
    await use(here, 'models use', { model: MIQU });
    const suggested = await here.autocomplete('models use', 'model', '');
    expect(suggested).toHaveLength(25);
    expect(suggested[0]?.value).toBe(`default (${MODEL})`);
    expect((await here.autocomplete('models use', 'model', 'wizzard'))[0]?.value).toBe(WIZARD);
    await use(here, 'models use', { model: `default (${MODEL})` });
    expect(await answersIn(here)).toBe(MODEL);
  });
});

describe('/models default', () => {
  test('is for those who manage the server, and can be undone', async () => {
    const { admin, mia, alice, newChannel } = newServer();
    const channel = newChannel();
    const refused = await use(mia.in(channel), 'models default', { model: MIQU });
    expect(refused.ephemeral).toBe(true);
    expect(refused.content).toBe('Choosing the server’s default model needs the permission Manage Server.');
    const told = await use(admin.in(channel), 'models default', { model: MIQU });
    expect(told.content).toContain('Before: none was set');
    expect(await answersIn(alice.in(channel))).toBe(MIQU);
    await alice.in(channel).click(told, 'Undo');
    await shows(alice.in(channel), 'needs the permission Manage Server');
    await admin.in(channel).click(told, 'Undo');
    await shows(alice.in(channel), 'undid this: the server has no default again.');
    expect(await answersIn(alice.in(channel))).toBe(MODEL);
  });
});

describe('/models allow', () => {
  const menuOf = ({ components: [row] }: ShownMessage) => {
    const [menu] = (row?.components ?? []) as { options: { value: string; default?: boolean }[] }[];
    return menu?.options ?? [];
  };

  test('says what members may pick, and holds for what they type and for what is suggested', async () => {
    const { admin, alice, newChannel } = newServer();
    const channel = newChannel();
    expect((await use(alice.in(channel), 'models allow')).content).toContain('needs the permission Manage Server');
    const here = admin.in(channel);
    const panel = await use(here, 'models allow');
    expect(menuOf(panel).every((option) => option.default)).toBe(true);
    await here.select(panel, 'models-allow:1', [MODEL, WIZARD]);
    const second = await here.waitFor((messages) =>
      messages.find(({ id, content }) => id === panel.id && content.includes('Those who manage')),
    );
    await here.click(second, 'Next ▶');
    const last = await shows(here, 'page 2 of 2');
    await here.select(last, 'models-allow:2', []);
    const done = await here.waitFor((messages) => messages.find(({ content }) => /\n2 of \d+\. /.test(content)));

    const member = alice.in(channel);
    expect((await use(member, 'models use', { model: MIQU })).content).toBe(
      `Members of this server may not pick \`${MIQU}\`. They may pick: \`${MODEL}\`, \`${WIZARD}\`.`,
    );
    expect((await member.autocomplete('models info', 'model', '')).map(({ value }) => value)).toEqual([WIZARD, MODEL]);
    expect(labelsOf(await use(member, 'models info', { model: MIQU }))).toEqual([]);

    await here.click(done, 'Allow all');
    await shows(here, 'and those that the API adds later');
    expect((await use(member, 'models use', { model: MIQU })).content).toContain(`chose \`${MIQU}\``);
  });

  test('drops a model that vanished while the panel was open', async () => {
    const { admin, newChannel } = newServer();
    const here = admin.in(newChannel());
    const panel = await use(here, 'models allow');
    await withModels(defaultModels.filter(({ id }) => id !== WIZARD));
    await here.select(panel, 'models-allow:1', [MODEL, WIZARD]);
    await shows(here, `\`${WIZARD}\` is not served any more, so it was left out.`);
  });

  test('a model that vanishes between suggestion and use is told with the nearest', async () => {
    const here = home.alice.in(home.newChannel());
    await withModels(defaultModels);
    expect((await here.autocomplete('models use', 'model', 'wizard'))[0]?.value).toBe(WIZARD);
    const info = await use(here, 'models info', { model: WIZARD });
    await withModels(defaultModels.filter(({ id }) => id !== WIZARD));
    expect((await use(here, 'models use', { model: WIZARD })).content).toMatch(
      /^There is no model called “WizardLM-2-8x22B”\. Nearest: `[^`]+`, `[^`]+`, `[^`]+`\.$/,
    );
    await here.click(info, 'Use here');
    await shows(here, 'This model is not served any more. `/models list` shows those that are.');
  });

  /** What the API lists, as the bot knows it after its next look. */
  async function withModels(models: readonly SimulatedModel[]): Promise<void> {
    world.api.setModels(models);
    const looks = () => world.api.log.filter(({ path }) => path.endsWith('/models')).length;
    const before = looks();
    world.clock.skip(10 * 60_000);
    await new Promise<void>((resolve, reject) => {
      const stop = world.api.on(() => {
        if (looks() === before) return;
        stop();
        resolve();
      });
      setTimeout(() => reject(new Error('the bot did not look again')), 5_000).unref();
    });
    await finished(await home.alice.in(home.newChannel()).slash('models list'));
  }
});
