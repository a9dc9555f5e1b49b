import { expect, test } from '@jest/globals';
import { REST, Routes } from 'discord.js';
import { command, request, startSimulator } from './support.ts';

async function start() {
  const place = await startSimulator();
  const { discord, guild } = place;
  const rest = new REST({ api: discord.apiUrl }).setToken(discord.token);
  const global = Routes.applicationCommands(discord.applicationId);
  const local = Routes.applicationGuildCommands(discord.applicationId, guild.id);
  const names = async (route: `/${string}`) => ((await rest.get(route)) as { name: string }[]).map(({ name }) => name);
  return { ...place, rest, global, local, names };
}

test('a bulk overwrite replaces the commands and keeps the ids of those that stay', async () => {
  const { rest, global, local, names } = await start();
  const [ask] = (await rest.put(global, { body: [command('ask'), command('old')] })) as { id: string }[];
  const after = (await rest.put(global, { body: [command('new'), command('ask')] })) as { id: string; name: string }[];
  expect(after.find(({ name }) => name === 'ask')?.id).toBe(ask?.id);
  expect(await names(global)).toEqual(['new', 'ask']);
  expect(await names(local)).toEqual([]);
});

test('single commands of a server are made, changed, overwritten and deleted', async () => {
  const { discord, rest, guild, local, names } = await start();
  const made = (await rest.post(local, { body: command('ask') })) as { id: string };
  expect(made).toMatchObject({ guild_id: guild.id, type: 1, nsfw: false, default_member_permissions: null });
  expect((await request(discord, 'POST', local, command('ask', { nsfw: true }))).status).toBe(200);
  await rest.patch(`${local}/${made.id}`, { body: { description: 'changed' } });
  expect(await rest.get(`${local}/${made.id}`)).toMatchObject({ description: 'changed', nsfw: true });
  await rest.delete(`${local}/${made.id}`);
  expect(await names(local)).toEqual([]);
  await expect(rest.get(`${local}/${made.id}`)).rejects.toMatchObject({ code: 10063, status: 404 });
});

test('commands that Discord would not take are refused whole', async () => {
  const { rest, global, names } = await start();
  await rest.put(global, { body: [command('ask')] });
  await expect(rest.put(global, { body: [command('one'), command('Upper')] })).rejects.toMatchObject({ code: 50035 });
  await expect(rest.put(global, { body: [command('one'), command('one')] })).rejects.toMatchObject({ code: 50035 });
  expect(await names(global)).toEqual(['ask']);
});

test('the application tells its flags by the switches of the portal', async () => {
  const { discord } = await start();
  const flags = async () => ((await request(discord, 'GET', '/applications/@me')).body as { flags: number }).flags;
  expect(await flags()).toBe((1 << 18) | (1 << 19));
  discord.settings.messageContentIntent = false;
  expect(await flags()).toBe(0);
  expect(discord.violations).toEqual([]);
});
