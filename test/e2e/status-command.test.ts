import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Permission } from '../../src/simulator/discord/index.ts';
import { type BotWorld, MODEL, startBot } from '../support/bot.ts';
import { ask, createHome, growing, type Home, use } from './scene.ts';

const SLOW = { reply: ['Once ', 'upon ', 'a time.'], speed: { firstTokenMs: 0, tokensPerSecond: 0.1 } };

let world: BotWorld;
let home: Home;

beforeAll(async () => {
  world = await startBot({
    api: { keys: { 'sk-simulated': { requestsPerMinute: 24 } } },
    env: { REQUESTS_PER_MINUTE: '12', MAX_CONCURRENT_REQUESTS: '1' },
  });
  home = createHome(world.discord);
});
afterAll(async () => {
  expect(world.log.filter(({ level }) => level === 'error')).toEqual([]);
  await world.close();
});

test('/status tells anyone, alone, who answers and how busy the bot is', async () => {
  const here = home.alice.in(home.newChannel());
  const idle = await use(here, 'status');
  expect(idle).toMatchObject({ ephemeral: true });
  expect(idle.content).toContain(`\`${MODEL}\` answers in this channel, the default of whoever runs this bot.`);
  expect(idle.content).not.toContain('first word');
  world.api.next('Hello.', SLOW);
  await ask(here, 'hello');
  const slow = await here.slash('ask', { prompt: 'tell me a story' });
  await growing(slow, 'Once');
  const busy = (await use(here, 'status')).content;
  expect(busy).toMatch(/Its first word comes after about [\d.]+ s\./);
  expect(busy).toContain(
    '▰▱▱▱▱▱▱▱▱▱▱▱ 2 of 24 requests in the last minute\n-# The API says that it allows 24 per minute.',
  );
  expect(busy).toContain('**Line**: 1 being answered, nobody waits. A question asked now starts in');
  expect(busy).toMatch(/\*\*Models\*\*: 1 answering, \d+ not asked within the last hour/);
  await here.click(slow.messages()[0] ?? '', 'Stop');
});

test('/status tells more to those who manage the server', async () => {
  const role = home.guild.createRole({ name: 'Admins', permissions: Permission.ManageGuild });
  const ada = world.discord.createPerson({ name: 'Ada' });
  home.guild.join(ada, { roles: [role] });
  const here = ada.in(home.newChannel());
  const { content } = await use(here, 'status');
  expect(content).toContain('API key of this server: none');
  expect(content).toContain('List of models: as the API tells it');
  expect((await use(home.alice.in(home.newChannel()), 'status')).content).not.toContain('API key of this server');
});

test('/status works in direct messages', async () => {
  const { content } = await use(home.alice.in(await home.alice.openDm()), 'status');
  expect(content).toContain(`\`${MODEL}\` answers in this conversation`);
});
