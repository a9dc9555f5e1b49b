import { afterEach, expect, test } from '@jest/globals';
import { createRooms } from '../../src/playground/rooms.ts';
import { type DiscordSimulator, startDiscordSimulator } from '../../src/simulator/discord/index.ts';

let discord: DiscordSimulator | undefined;
afterEach(() => discord?.close());

async function start() {
  const simulator = await startDiscordSimulator();
  discord = simulator;
  const guild = simulator.createGuild({ name: 'Playground' });
  const general = guild.createTextChannel({ name: 'general' });
  const cellar = guild.createTextChannel({ name: 'after-dark', nsfw: true });
  const members = ['Alice', 'Bob'].map((name) => simulator.createPerson({ name }));
  for (const member of members) guild.join(member);
  return { rooms: createRooms({ discord: simulator, channels: [general, cellar], members }), general, cellar };
}

test('a thread is a place to go to by its name, until it is deleted', async () => {
  const { rooms, general } = await start();
  await expect(rooms.goTo('tavern')).rejects.toThrow('There is no “tavern” here, only dm, general and after-dark.');
  const thread = await rooms.here.startThread({ name: 'The tavern' });
  await rooms.goTo('the tav');
  await rooms.here.post('Hail!');
  expect([rooms.channelId, rooms.nameOf(thread.id), rooms.channels().map(({ name }) => name)]).toEqual([
    thread.id,
    'The tavern',
    ['general', 'after-dark', 'The tavern'],
  ]);
  await expect(rooms.goTo('cellar')).rejects.toThrow(
    'There is no “cellar” here, only dm, general, after-dark and The tavern.',
  );
  thread.delete();
  expect([rooms.channelId, rooms.nameOf(rooms.channelId)]).toEqual([general.id, '#general']);
});

test('whoever speaks next stays in a channel and in a thread of it', async () => {
  const { rooms, cellar } = await start();
  await rooms.goTo('#after');
  expect(rooms.speakAs('bob')).toBe('You are Bob in #after-dark.');
  const thread = await rooms.here.startThread({ name: 'The crypt' });
  await rooms.goTo('The crypt');
  expect(rooms.speakAs('Alice')).toBe('You are Alice in The crypt.');
  expect(rooms.mentionOf(thread.id)).toBe('“The crypt” (`:in The crypt`)');
  thread.delete();
  expect([rooms.channelId, rooms.isInChannel]).toEqual([cellar.id, true]);
});

test('whoever cannot see the place goes to #general, and is told so', async () => {
  const { rooms, general } = await start();
  await rooms.here.startThread({ name: 'A secret', private: true });
  await rooms.goTo('a sec');
  expect(rooms.isInChannel).toBe(false);
  expect(rooms.speakAs('bob')).toBe('You are Bob in #general. Bob cannot see A secret.');
  expect([rooms.member.name, rooms.channelId]).toEqual(['Bob', general.id]);
  await expect(rooms.goTo('a secret')).rejects.toThrow('There is no “a secret” here, only dm, general and after-dark.');
  expect(rooms.channels().map(({ name }) => name)).toEqual(['general', 'after-dark']);
  await rooms.goTo('dm');
  expect(rooms.nameOf(rooms.channelId)).toBe('direct messages');
  expect(rooms.speakAs('Alice')).toBe('You are Alice in #general. Alice cannot see the direct messages of others.');
});

test('of threads that begin alike the one of exactly that name is meant, else the newest', async () => {
  const { rooms } = await start();
  for (const name of ['Tavern', 'Tavern (branch)']) await rooms.here.startThread({ name });
  await rooms.goTo('tavern');
  expect(rooms.nameOf(rooms.channelId)).toBe('Tavern');
  await rooms.goTo('tav');
  expect(rooms.nameOf(rooms.channelId)).toBe('Tavern (branch)');
});
