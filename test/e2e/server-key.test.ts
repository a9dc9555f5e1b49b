import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Here, Permission, type ShownMessage } from '../../src/simulator/discord/index.ts';
import { errors, type InfermaticSimulatorOptions } from '../../src/simulator/infermatic/index.ts';
import { type BotWorld, startBot } from '../support/bot.ts';
import { openPanel, save } from '../support/panel.ts';
import { ask, buttonsOf, completions, createHome, finished, isFinished, say, use, waitForApi } from './scene.ts';

const OPERATOR_KEY = 'sk-simulated';
const OWN_KEY = 'sk-this-servers-own-wxyz';
const SECRET_KEY = Buffer.alloc(32, 7).toString('base64');
const NO_KEY =
  'This server has no API key yet, and the bot has none of its own. Someone with the permission Manage Server can enter one: `/settings` → API key.';
const REFUSED =
  'The API did not accept this server’s key. Someone with the permission Manage Server should look at `/settings` → API key; if the key is right, the API may be having trouble: try again in a few minutes.';
/** Before a refused key is tried once more. */
const DAY_MS = 24 * 60 * 60_000;
const SLOW_RETRY = { fromMs: 5_000, toMs: 5_000 };
const NOTICE_WAIT = { fromMs: 2_000, toMs: 2_000 };
const WINDOW_MS = 60_400;

let folder: string;
let world: BotWorld;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dramatis-'));
});
afterEach(async () => {
  expect(world.log.filter(({ level }) => level === 'error')).toEqual([]);
  const closing = world.close();
  world.clock.skip(20_000);
  await closing;
  await rm(folder, { recursive: true });
});

async function begin(env: Record<string, string> = {}, keys: InfermaticSimulatorOptions['keys'] = {}): Promise<void> {
  world = await startBot({
    env: { SECRET_KEY, ...env },
    api: { keys: { [OPERATOR_KEY]: { requestsPerMinute: 100 }, [OWN_KEY]: { requestsPerMinute: 100 }, ...keys } },
  });
}

/** A server of its own, with Ida, who may manage it. */
function newServer() {
  const { guild, alice, bob, newChannel } = createHome(world.discord);
  const admins = guild.createRole({ name: 'Admins', permissions: Permission.ManageGuild });
  const ida = world.discord.createPerson({ name: 'Ida' });
  guild.join(ida, { roles: [admins] });
  return { guild, alice, bob, ida, newChannel, room: () => alice.in(newChannel()) };
}
type Server = ReturnType<typeof newServer>;

async function enterKey({ ida, newChannel }: Server, key = OWN_KEY): Promise<void> {
  const here = ida.in(newChannel());
  await save(here, await openPanel(here, 'API key'), ['Enter key', { key }]);
}

async function serverWithKey(key = OWN_KEY): Promise<Server> {
  const server = newServer();
  await enterKey(server, key);
  return server;
}

const keysUsed = () => completions(world.api).map(({ key }) => key);
const toldToIda = async ({ ida }: Server) => {
  const dm = ida.in(await ida.openDm());
  return dm.messages().map(({ content }) => content);
};

/** Asks with a key that the API refuses. */
async function askRefused(here: Here): Promise<ShownMessage> {
  const tried = completions(world.api).length;
  const interaction = await here.slash('ask', { prompt: 'hello' });
  await waitForApi(world.api, () => completions(world.api).filter(({ finishedAt }) => finishedAt).length === tried + 1);
  await world.clock.skipWait(SLOW_RETRY);
  return finished(interaction);
}

describe('the budget of a server’s own key', () => {
  test('is its own: neither waits for the other', async () => {
    await begin(
      { REQUESTS_PER_MINUTE: '1' },
      { [OPERATOR_KEY]: { requestsPerMinute: 1 }, [OWN_KEY]: { requestsPerMinute: 2 } },
    );
    const [own, other] = [await serverWithKey(), newServer()];
    await ask(other.room(), 'one');
    const waiting = await other.room().slash('ask', { prompt: 'two' });
    await world.clock.skipWait(NOTICE_WAIT);
    await ask(own.room(), 'one');
    await ask(own.room(), 'two');
    const inLine = await own.room().slash('ask', { prompt: 'three' });
    await world.clock.skipWait(NOTICE_WAIT);
    const notice = await inLine.waitFor(([message]) => message?.content.includes('begin') && message.content);
    expect(notice).toMatch(/^> three\n-# You are next: /);
    expect(keysUsed()).toEqual([OPERATOR_KEY, OWN_KEY, OWN_KEY]);
    expect((await use(own.room(), 'status')).content).toContain('2 of 2 requests in the last minute');
    world.clock.skip(WINDOW_MS);
    await Promise.all([finished(waiting), finished(inLine)]);
    expect(completions(world.api).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  });

  test('is one for all servers that entered the same key, the operator’s included', async () => {
    await begin({ REQUESTS_PER_MINUTE: '2' }, { [OPERATOR_KEY]: { requestsPerMinute: 2 } });
    const [own, other] = [await serverWithKey(OPERATOR_KEY), newServer()];
    await ask(other.room(), 'one');
    await ask(own.room(), 'one');
    const inLine = await own.room().slash('ask', { prompt: 'two' });
    await world.clock.skipWait(NOTICE_WAIT);
    await inLine.waitFor(([message]) => message?.content.includes('You are next'));
    expect(completions(world.api)).toHaveLength(2);
  });

  test('stays what was used of it after the key was entered again', async () => {
    await begin({}, { [OWN_KEY]: { requestsPerMinute: 1 } });
    const server = await serverWithKey();
    await ask(server.room(), 'one');
    const here = server.ida.in(server.newChannel());
    await save(here, await openPanel(here, 'API key'), ['Replace key', { key: OWN_KEY }]);
    const inLine = await server.room().slash('ask', { prompt: 'two' });
    await world.clock.skipWait(NOTICE_WAIT);
    await inLine.waitFor(([message]) => message?.content.includes('You are next'));
    expect(completions(world.api).map(({ status }) => status)).toEqual([200]);
  });
});

describe('a bot without a key of its own', () => {
  const start = () => begin({ INFERMATIC_API_KEY: '' });

  test('starts, and tells servers without a key what to do', async () => {
    await start();
    const server = newServer();
    const here = server.room();
    const mention = `<@${world.discord.botUserId}>`;
    expect((await ask(here, 'hello')).content).toBe(NO_KEY);
    expect((await say(here, `${mention} hello`)).content).toBe(NO_KEY);
    expect((await use(here, 'models list')).content).toBe(NO_KEY);
    expect((await use(here, 'models use', { model: 'x' })).content).toBe(NO_KEY);
    expect(await here.autocomplete('ask', 'model', 'm', { prompt: 'hello' })).toEqual([]);
    expect((await use(here, 'status')).content).toBe(NO_KEY);
    expect(world.api.log).toEqual([]);
  });

  test('says in direct messages that it answers in servers only', async () => {
    await start();
    const { alice } = newServer();
    const dm = alice.in(await alice.openDm());
    expect((await say(dm, 'hello')).content).toBe(
      'The bot has no API key of its own, so it answers only in servers that brought theirs.',
    );
  });

  test('answers in a server as soon as its key is entered, also after a restart without the list of models', async () => {
    await begin({ INFERMATIC_API_KEY: '', STORE_URL: `sqlite://${join(folder, 'store.sqlite')}` });
    const server = newServer();
    const here = server.room();
    await ask(here, 'hello');
    await enterKey(server);
    world.api.next('Here I am.');
    expect((await ask(here, 'hello')).content).toBe('> hello\nHere I am.');
    expect((await here.autocomplete('ask', 'model', 'mytho', { prompt: 'x' }))[0]?.value).toBe('MythoMax-L2-13b');
    world.api.failModels(errors.serviceUnavailable());
    await world.restart();
    world.api.next('Here I am again.');
    expect((await ask(here, 'hello')).content).toBe('> hello\nHere I am again.');
    expect((await ask(newServer().room(), 'hello')).content).toBe(NO_KEY);
  });
});

describe('a key that the API refuses', () => {
  test('is tried once more, slowly; the members are told, and once the admin who entered it', async () => {
    await begin();
    const server = await serverWithKey();
    const here = server.room();
    world.api.removeKey(OWN_KEY);
    const told = await askRefused(here);
    expect([told.content, buttonsOf(told)]).toEqual([`> hello\n${REFUSED}`, ['Retry']]);
    expect(completions(world.api).map(({ status, key }) => [status, key])).toEqual([
      [401, OWN_KEY],
      [401, OWN_KEY],
    ]);
    const dm = server.ida.in(await server.ida.openDm());
    const { content } = await dm.waitFor((messages) => messages.find(isFinished));
    expect(content).toBe(
      `The API refuses the key ending in …wxyz, which you entered for the server https://discord.com/channels/${server.guild.id}. ` +
        'Its questions cannot be answered until the key works again. The key was kept, because an outage of the API looks just the same; ' +
        'if it lasts, enter a new one there with `/settings` → API key.',
    );
    await askRefused(server.room());
    const panel = await openPanel(server.ida.in(server.newChannel()), 'API key');
    expect(panel.content).toContain('a key ending in …wxyz');
    expect(await toldToIda(server)).toHaveLength(1);
  });

  test('works again when the API takes it again; if that ends, the admin is told again, a day later', async () => {
    await begin();
    const server = await serverWithKey();
    const here = server.room();
    world.api.removeKey(OWN_KEY);
    const told = await askRefused(here);
    world.api.addKey(OWN_KEY, { requestsPerMinute: 100 });
    world.api.next('Here I am.');
    await here.click(told, 'Retry');
    await here.waitFor((messages) => messages.find(({ content }) => content === '> hello\nHere I am.'));
    const panel = await openPanel(server.ida.in(server.newChannel()), 'API key');
    expect(panel.content).not.toContain('refuse');
    world.api.removeKey(OWN_KEY);
    await askRefused(here);
    expect(await toldToIda(server)).toHaveLength(1);
    world.api.addKey(OWN_KEY, { requestsPerMinute: 100 });
    await ask(here, 'hello');
    world.clock.skip(DAY_MS);
    world.api.removeKey(OWN_KEY);
    await askRefused(here);
    const dm = server.ida.in(await server.ida.openDm());
    await dm.waitFor((messages) => messages.length === 2);
  });

  test('for a moment only is no matter for anybody', async () => {
    await begin();
    const server = await serverWithKey();
    world.api.removeKey(OWN_KEY);
    const interaction = await server.room().slash('ask', { prompt: 'hello' });
    await waitForApi(world.api, () => completions(world.api).some(({ finishedAt }) => finishedAt));
    world.api.addKey(OWN_KEY, { requestsPerMinute: 100 });
    world.api.next('Here I am.');
    await world.clock.skipWait(SLOW_RETRY);
    expect((await finished(interaction)).content).toBe('> hello\nHere I am.');
    expect(await toldToIda(server)).toEqual([]);
  });

  test('and an admin whose direct messages are closed: the panel says it', async () => {
    await begin();
    const server = await serverWithKey();
    server.ida.setAcceptsDms(false);
    world.api.removeKey(OWN_KEY);
    await askRefused(server.room());
    const panel = await openPanel(server.ida.in(server.newChannel()), 'API key');
    expect(panel.content).toMatch(/refuse/);
    expect(world.log.filter(({ message }) => message.startsWith('an admin could not be told'))).toHaveLength(1);
  });

  test('when it is the operator’s, concerns no admin', async () => {
    await begin();
    const server = newServer();
    world.api.removeKey(OPERATOR_KEY);
    const told = await askRefused(server.room());
    expect(told.content).toContain('The API did not accept the key of this bot.');
    expect(await toldToIda(server)).toEqual([]);
  });
});
