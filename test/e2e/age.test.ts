import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type ChannelHandle, type Here, Permission } from '../../src/simulator/discord/index.ts';
import { type BotWorld, startBot } from '../support/bot.ts';
import { answerOf, rowsOf } from '../support/panel.ts';
import { completions, isFinished } from './scene.ts';

const REFUSED = '**Velvet** is for adults and speaks only in age-restricted channels.';

let folder: string;
let world: BotWorld;
let ada: ReturnType<BotWorld['discord']['createPerson']>;
let guild: ReturnType<BotWorld['discord']['createGuild']>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dramatis-'));
  world = await startBot({ env: { STORE_URL: `sqlite://${join(folder, 'store.sqlite')}` } });
  guild = world.discord.createGuild({ name: 'Home' });
  const admins = guild.createRole({ name: 'Admins', permissions: Permission.ManageGuild });
  ada = world.discord.createPerson({ name: 'Ada' });
  guild.join(ada, { roles: [admins] });
  await importVelvet(ada.in(newChannel()));
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});
afterEach(() => {
  world.api.clearLog();
  expect(world.log.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
});

function newChannel({ nsfw = false } = {}): ChannelHandle {
  return guild.createTextChannel({ name: 'room', nsfw });
}

/** Its tag says that it is for adults. */
async function importVelvet(here: Here): Promise<void> {
  const card = {
    spec: 'chara_card_v2',
    spec_version: '2.0',
    data: { name: 'Velvet', description: 'A singer.', first_mes: 'Good evening.', tags: ['nsfw'] },
  };
  const file = { name: 'velvet.json', type: 'application/json', data: JSON.stringify(card) };
  await answerOf(await here.slash('persona import', {}, { files: { file } }));
}

async function told(here: Here, command: string): Promise<string> {
  return (await answerOf(await here.slash(command, { persona: 'Velvet' }))).content;
}

/** Mentions the bot; gives who says what. */
async function mention(here: Here, reply: string): Promise<string> {
  world.api.next(reply);
  const { id } = await here.post(`<@${world.discord.botUserId}> hello`);
  const { author, content } = await here.waitFor((messages) =>
    messages.find(
      (message) => message.author.bot && !message.ephemeral && isFinished(message) && BigInt(message.id) > BigInt(id),
    ),
  );
  return `${author.name}: ${content.replace(/^-# .*\n/, '')}`;
}

async function threadIn(channel: ChannelHandle): Promise<Here> {
  return ada.in(await ada.in(channel).startThread({ name: 'aside' }));
}

test('is refused in a channel for everybody and in its threads', async () => {
  const channel = newChannel();
  for (const here of [ada.in(channel), await threadIn(channel)]) {
    expect(await told(here, 'persona use')).toContain(REFUSED);
    expect(await mention(here, 'Hello.')).toBe('Dramatis: Hello.');
  }
  expect(await told(ada.in(channel), 'roleplay start')).toContain(REFUSED);
});

test('speaks in an age-restricted channel and its threads', async () => {
  const channel = newChannel({ nsfw: true });
  const here = ada.in(channel);
  expect(await told(here, 'persona use')).toContain('**Ada** chose **Velvet**');
  expect(await mention(here, 'One.')).toBe('Velvet: One.');
  expect(await mention(await threadIn(channel), 'Two.')).toBe('Velvet: Two.');
});

test('falls silent when the channel loses its mark, with its threads and its roleplay, and speaks when it is back', async () => {
  const channel = newChannel({ nsfw: true });
  const here = ada.in(channel);
  const thread = await threadIn(channel);
  await told(here, 'persona use');
  const line = await told(here, 'roleplay start');
  const story = ada.in({ id: /<#(\d+)>/.exec(line)?.[1] ?? '' });
  await story.waitFor((messages) => messages.find(({ content }) => content.includes('Good evening.')));
  const reply = await mention(here, 'One.');
  expect(reply).toBe('Velvet: One.');
  world.api.clearLog();

  channel.setAgeRestricted(false);
  for (const place of [here, thread, story]) {
    const { id } = await place.post(`<@${world.discord.botUserId}> hello`);
    const { author, content } = await place.waitFor((messages) =>
      messages.find((message) => message.author.bot && BigInt(message.id) > BigInt(id) && message.content !== ''),
    );
    expect([author.name, content]).toEqual(['Dramatis', expect.stringContaining(REFUSED)]);
  }
  const spoken = here.messages().findLast(({ author }) => author.name === 'Velvet');
  if (!spoken) throw new Error('Velvet said nothing');
  const press = await here.click(spoken, 'Regenerate');
  const refusal = await press.waitFor((messages) => messages.find(({ ephemeral, loading }) => ephemeral && !loading));
  expect(refusal.content).toContain(REFUSED);
  expect(completions(world.api)).toEqual([]);

  channel.setAgeRestricted(true);
  expect(await mention(here, 'Back.')).toBe('Velvet: Back.');
});

test('is never the default of the server, not even by a button that a changed client presses', async () => {
  const here = ada.in(newChannel({ nsfw: true }));
  expect(rowsOf(await answerOf(await here.slash('persona use', { persona: 'Velvet' })))).toEqual(['Undo']);
  const shown = await answerOf(await here.slash('persona show', { persona: 'Velvet' }));
  const buttons = shown.components.flatMap(({ components }) => components as { label?: string; disabled?: boolean }[]);
  const offered = buttons.find(({ label }) => label === 'Server default');
  expect(offered).toMatchObject({ disabled: true });

  const response = await fetch(`${world.discord.apiUrl}/v10/channels/${here.channelId}/messages`, {
    method: 'POST',
    headers: { authorization: `Bot ${world.discord.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ content: 'old', components: [{ type: 1, components: [{ ...offered, disabled: false }] }] }),
  });
  const press = await here.click((await response.json()) as { id: string }, 'Server default');
  const refusal = await press.waitFor((messages) => messages.find(({ ephemeral, loading }) => ephemeral && !loading));
  expect(refusal.content).toContain('for adults and cannot be the server’s default');
  expect(await mention(ada.in(newChannel({ nsfw: true })), 'Hello.')).toBe('Dramatis: Hello.');
});

test('of a member’s own is refused in direct messages', async () => {
  const bob = world.discord.createPerson({ name: 'Bob' });
  guild.join(bob);
  await importVelvet(bob.in(newChannel()));
  const here = bob.in(await bob.openDm());
  expect(await told(here, 'persona use')).toBe(
    '**Velvet** is for adults and speaks only in age-restricted channels of a server, not in direct messages.',
  );
  expect(await mention(here, 'Hello.')).toBe('Dramatis: Hello.');
});
