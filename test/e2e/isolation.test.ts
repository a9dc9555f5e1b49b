import { afterEach, expect, jest, test } from '@jest/globals';
import type { Here, ShownMessage } from '../../src/simulator/discord/index.ts';
import type { ReceivedCompletion } from '../../src/simulator/infermatic/index.ts';
import { type BotWorld, startBot } from '../support/bot.ts';
import { completions, createHome, finished, isFinished, replyTo } from './scene.ts';

const CHANNELS = 20;
const PEOPLE = 6;
const MAX_LATENCY_MS = 20;
const WORD = /word-\d+-/g;

// Discord lets a bot send 50 requests a second, and so does discord.js.
jest.setTimeout(30_000);

let world: BotWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** The same numbers from 0 to below 1 for the same seed (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const wordsIn = (text: string) => [...new Set(text.match(WORD) ?? [])];

/** A conversation of its own: a channel, direct messages, or what a person asks in private. */
interface Room {
  word: string;
  ask: (text: string) => Promise<unknown>;
  /** Everything that its people see of it. */
  shown: () => ShownMessage[];
}

test.each([1, 2])(
  'what is said in one conversation reaches no other, however answers overtake each other (seed %i)',
  async (seed) => {
    const random = seededRandom(seed);
    /** Says every word that the prompt holds, at a pace of its own. */
    const reply = ({ messages }: ReceivedCompletion) => ({
      reply: [
        'I know ',
        ...wordsIn(messages.map(({ content }) => content).join('\n')).map((word) => `${word} `),
        'only.',
      ],
      speed: { firstTokenMs: Math.floor(60 * random()), tokensPerSecond: 20 + 200 * random() },
    });
    world = await startBot({ api: { reply }, env: { MAX_CONCURRENT_REQUESTS: '60' } });
    const { discord, api } = world;
    discord.on(() => {
      discord.settings.latencyMs = Math.floor(MAX_LATENCY_MS * random());
    });
    const { guild, newChannel } = createHome(discord);
    const people = Array.from({ length: PEOPLE }, (_, index) => discord.createPerson({ name: `Person${index}` }));
    for (const person of people) guild.join(person);
    const someone = () => people[Math.floor(PEOPLE * random())] as (typeof people)[number];

    const slash = async (here: Here, text: string, isPrivate: boolean) =>
      finished(await here.slash('ask', { prompt: text, private: isPrivate }));
    const post = async (here: Here, text: string) => replyTo(here, (await here.post(text)).id);
    const rooms: Room[] = [];
    const addRoom = (room: Omit<Room, 'word'>) => rooms.push({ word: `word-${rooms.length}-`, ...room });

    for (let index = 0; index < CHANNELS; index++) {
      const channel = newChannel();
      addRoom({
        ask: (text) =>
          random() < 0.5
            ? slash(someone().in(channel), text, false)
            : post(someone().in(channel), `<@${discord.botUserId}> ${text}`),
        shown: () => channel.messages(),
      });
    }
    const lobby = newChannel();
    for (const person of people) {
      const directly = person.in(await person.openDm());
      addRoom({ ask: (text) => post(directly, text), shown: () => directly.messages() });
      const inLobby = person.in(lobby);
      addRoom({ ask: (text) => slash(inLobby, text, true), shown: () => inLobby.messages() });
    }

    await Promise.all(rooms.map(({ word, ask }) => ask(`remember ${word} please`)));
    await Promise.all(rooms.flatMap(({ ask }) => [ask('which word?'), ask('which word was it?')]));

    const seen = rooms.map(({ word, shown }) => ({
      word,
      words: wordsIn(
        shown()
          .map(({ content }) => content)
          .join(' '),
      ),
    }));
    expect(seen).toEqual(rooms.map(({ word }) => ({ word, words: [word] })));
    const replies = rooms.map(({ shown }) => shown().filter((message) => message.author.bot));
    expect(replies.map((shown) => shown.length)).toEqual(rooms.map(() => 3));
    for (const [index, room] of rooms.entries()) {
      for (const message of replies[index] ?? []) {
        expect(isFinished(message)).toBe(true);
        expect(message.content.endsWith(`I know ${room.word} only.`)).toBe(true);
      }
    }
    const sent = completions(api).map(({ body }) => wordsIn(JSON.stringify(body)));
    expect(sent.length).toBe(3 * rooms.length);
    expect(sent.filter((words) => words.length !== 1)).toEqual([]);
    expect(world.log.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
  },
);
