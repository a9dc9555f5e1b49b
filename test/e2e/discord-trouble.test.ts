import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type Here, Permission, type ShownMessage } from '../../src/simulator/discord/index.ts';
import { type BotWorld, startBot } from '../support/bot.ts';
import {
  ask,
  completions,
  createHome,
  expectUnharmed,
  type Home,
  isFinished,
  prompts,
  replyTo,
  say,
  use,
  waitForApi,
} from './scene.ts';

/** Writes a word every ten seconds. */
const SLOW = { reply: ['Once ', 'upon ', 'a time.'], speed: { firstTokenMs: 0, tokensPerSecond: 0.1 } };

let world: BotWorld;
let home: Home;
let bot: string;

beforeAll(async () => {
  world = await startBot();
  home = createHome(world.discord);
  bot = `<@${world.discord.botUserId}>`;
});
afterAll(() => world.close());
afterEach(() => {
  world.api.clearLog();
  world.discord.clearLog();
  world.discord.faults.clear();
});

const alone = () => home.alice.in(home.newChannel());

const callsTo = (route: string) => world.discord.log.filter((entry) => `${entry.method} ${entry.route}` === route);

test('a channel in which the bot may not write costs a few requests and nothing else', async () => {
  const everyone = { id: world.discord.botUserId, type: 1 } as const;
  const channel = home.guild.createTextChannel({
    name: 'read-only',
    overwrites: [{ ...everyone, deny: Permission.SendMessages }],
  });
  const here = home.alice.in(channel);
  world.api.next(SLOW);
  await here.post(`${bot} hello`);
  await waitForApi(world.api, () => completions(world.api).find(({ aborted }) => aborted));
  await expectUnharmed(world.api, alone());
  expect(callsTo('POST /channels/:id/messages').length).toBeLessThanOrEqual(2);
  expect(callsTo('POST /channels/:id/typing').length).toBeLessThanOrEqual(1);

  channel.setOverwrites([]);
  world.api.next('Hello.');
  expect((await say(here, `${bot} hello again`)).content).toBe('Hello.');
});

const removals: [string, (here: Here, reply: ShownMessage) => Promise<void> | void][] = [
  ['its reply is deleted', (here, reply) => home.mia.in({ id: here.channelId }).delete(reply)],
  ['its channel is deleted', (here) => channels.get(here.channelId)?.delete()],
];
const channels = new Map<string, { delete(): void }>();
const roomToLose = () => {
  const channel = home.newChannel();
  channels.set(channel.id, channel);
  return home.alice.in(channel);
};

test.each(removals)('a question is given up when %s while it is written', async (_, remove) => {
  for (const isCommand of [true, false]) {
    const here = roomToLose();
    world.api.clearLog();
    world.api.next(SLOW);
    const prompt = 'tell me a story';
    if (isCommand) await here.slash('ask', { prompt });
    else await here.post(`${bot} ${prompt}`);
    const reply = await here.waitFor((messages) => messages.find(({ content }) => content.includes('Once')));
    await remove(here, reply);
    world.clock.skip(10_000);
    await waitForApi(world.api, () => completions(world.api).find(({ aborted }) => aborted));
  }
  await expectUnharmed(world.api, alone());
});

test('an interaction that Discord does not know any more is not answered, and its request is given up', async () => {
  const here = alone();
  world.discord.faults.add({
    method: 'POST',
    path: /callback$/,
    times: 1,
    effect: { status: 404, body: { code: 10_062, message: 'Unknown interaction' } },
  });
  world.api.next(SLOW);
  const isOver = () =>
    world.log.some(
      ({ message, facts }) =>
        message === 'turn ended' && 'conversationId' in facts && facts.conversationId === here.channelId,
    );
  const interaction = await here.slash('ask', { prompt: 'hello' });
  world.clock.skip(3_000);
  await expect(interaction.acknowledged).rejects.toThrow('did not respond');
  while (!isOver()) await use(alone(), 'help');
  // It may not even have left.
  expect(completions(world.api).filter(({ aborted }) => !aborted)).toEqual([]);
  world.api.clearNext();
  expect(interaction.messages()).toEqual([]);
  await expectUnharmed(world.api, here, ['user: Alice: hello']);
});

test('a failure of the first edit is repaired', async () => {
  const here = alone();
  world.discord.faults.add({ method: 'PATCH', path: /@original$/, times: 1, effect: { status: 500 } });
  world.api.next('Here.');
  expect((await ask(here, 'where?')).content).toBe('> where?\nHere.');
});

test.each(['command', 'mention'])('a connection that breaks at the last edit is repaired: %s', async (way) => {
  const here = alone();
  world.api.next(SLOW);
  const question = way === 'mention' ? await here.post(`${bot} a story?`) : undefined;
  if (!question) await here.slash('ask', { prompt: 'a story?' });
  await here.waitFor((messages) => messages.find(({ content }) => content.endsWith('Once')));
  world.discord.faults.add({ method: 'PATCH', path: /messages/, times: 1, effect: 'drop' });
  world.clock.skip(20_000);
  const reply = await here.waitFor((messages) =>
    messages.find((one) => isFinished(one) && one.content.endsWith('time.')),
  );
  expect(reply.content.endsWith('Once upon a time.')).toBe(true);
  expect(world.discord.log.filter(({ status }) => status === 0).length).toBe(1);
  expect(here.messages().filter(({ author }) => author.bot).length).toBe(1);
});

test('a reply goes on while the gateway is away, and questions asked meanwhile are answered', async () => {
  const here = alone();
  world.api.next(SLOW, 'Second.');
  const question = await here.post(`${bot} a story?`);
  await replyTo(here, question.id, ({ content }) => content === 'Once');
  world.discord.gateway.dropConnections();
  const second = await here.post(`${bot} and another`);
  world.clock.skip(20_000);
  expect((await replyTo(here, question.id)).content).toBe('Once upon a time.');
  expect((await replyTo(here, second.id)).content).toBe('Second.');
  expect(prompts(world.api).length).toBe(2);
});
