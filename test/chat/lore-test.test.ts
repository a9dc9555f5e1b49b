import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createCasting } from '../../src/chat/casting.ts';
import { type LoreTestOptions, type LoreTestRequest, testLore } from '../../src/chat/lore-test.ts';
import { createLorebooks } from '../../src/chat/lorebooks.ts';
import type { LoadedPersona } from '../../src/chat/personas.ts';
import { createPlayers } from '../../src/chat/players.ts';
import { systemClock } from '../../src/core/clock.ts';
import { UserError } from '../../src/core/errors.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { describeModel } from '../../src/models/model.ts';
import type { Tokenizers } from '../../src/models/tokens.ts';
import { newCard, personaOf } from '../../src/personas/cards/card.ts';
import { bookOfCard } from '../../src/personas/lorebooks/read-lorebook.ts';
import { activateLore } from '../../src/prompt/lorebook.ts';
import { createHistory } from '../../src/storage/history.ts';
import { createLorebookStore } from '../../src/storage/lorebooks.ts';
import { createSceneStore } from '../../src/storage/scenes.ts';
import { createSettings } from '../../src/storage/settings.ts';
import { openStore } from '../../src/storage/store.ts';
import { createUserStore } from '../../src/storage/users.ts';
import { requestOf } from '../prompt/lorebook/support.ts';

const PLACE = { channelId: '20', guildId: '1' };
const ALICE = { id: '101', name: 'Alice' };
const BY = { id: '1', name: 'Ida' };

let scene: Awaited<ReturnType<typeof startScene>>;
beforeEach(async () => {
  scene = await startScene();
});
afterEach(() => scene.close());

function personaNamed(name: string, facts: object = {}): LoadedPersona {
  const persona = { ...personaOf(newCard({ name })), ...facts };
  return { ref: `guild:1:${name.padEnd(12, '_')}`, name, persona, isAdult: false, expressions: {} };
}

/** A token is a word. */
const tokenizers: Tokenizers = {
  counterFor: () => ({
    storeAs: undefined,
    count: async (texts) => texts.map((text) => text.trim().split(/\s+/).length),
  }),
  load: async () => {},
  close: async () => {},
};

async function startScene() {
  const store = await openStore('memory://', { clock: systemClock });
  const shared = { store, clock: systemClock, logger: silentLogger };
  const [settings, scenes, history] = [createSettings(shared), createSceneStore(shared), createHistory(shared)];
  const lorebooks = createLorebooks({ store: createLorebookStore(shared), settings });
  const personas = new Map<string, LoadedPersona>();
  const options = {
    history,
    scenes,
    lorebooks,
    casting: createCasting({ personas: { load: async (ref) => personas.get(ref) }, scenes, settings }),
    players: createPlayers({ users: createUserStore(shared) }),
    choices: {
      of: async () => ({
        model: { ...describeModel({ id: 'Sao10K-L3.3-70B-Euryale-v2.3' }), contextLength: 400 },
        origin: 'operator',
        sampling: { maxReplyTokens: 100 },
        samplingOrigins: {},
        caps: {},
      }),
    },
    tokenizers,
    clock: systemClock,
  } as LoreTestOptions;
  const attach = async (entries: object[], book: object = {}) => {
    const raw = {
      name: 'World',
      entries: Object.fromEntries(entries.map((entry, uid) => [uid, { uid, ...entry }])),
      ...book,
    };
    const draft = { name: 'World', format: 'sillytavern', raw, entries: entries.length, disabled: 0, by: BY };
    const { ref } = await lorebooks.save('guild:1', draft);
    await settings.update({ channelId: '20' }, (current) => ({
      ...current,
      lorebooks: [...(current.lorebooks ?? []), ref],
    }));
    return ref;
  };
  /** They play in the channel. */
  const cast = async (...members: LoadedPersona[]) => {
    for (const member of members) personas.set(member.ref, member);
    const refs = members.map(({ ref }) => ref);
    await scenes.update('20', () => ({ isRoleplay: true, personas: refs, speaking: 'natural', at: 0 }));
  };
  const say = async (id: string, text: string) => {
    const message = { id, role: 'user' as const, author: ALICE, content: text, discordMessageIds: [], at: 0 };
    await history.addMessage('20', message);
  };
  const run = (text: string, more: Partial<LoreTestRequest> = {}) =>
    testLore(options, { conversationId: '20', place: PLACE, person: ALICE, text, ...more });
  /** Whatever is measured takes 2 s. */
  const slowDown = () => {
    let now = 0;
    options.clock = { ...systemClock, monotonic: () => (now += 2_000) };
  };
  return { slowDown, settings, scenes, history, lorebooks, attach, cast, say, run, close: () => store.close() };
}

/** `title: outcome because tokens`. */
async function outcomes(text: string): Promise<string[]> {
  const { lines } = await scene.run(text);
  return lines.map((line) => {
    const marks = [line.because, ...(line.isByRecursion ? ['by recursion'] : []), ...(line.place ? [line.place] : [])];
    return `${line.title}: ${line.outcome}, ${marks.join(', ')}, ${line.tokens}`;
  });
}

const entry = (comment: string, facts: object) => ({ comment, key: [], content: `${comment} it is.`, ...facts });

test('tells what a text calls, why, where it goes, and what it takes of the budget', async () => {
  await scene.cast(personaNamed('Wren'));
  await scene.attach([
    entry('Moon', { key: ['moon'], content: 'The moon is made of salt.', order: 9 }),
    entry('Salt', { key: ['salt'], order: 8 }),
    entry('Law', { constant: true, content: '@@position scenario\nAll obey.', order: 7 }),
    entry('Deep', { key: ['moon'], content: '@@depth 2\n@@role user\nDeep it is.', order: 6 }),
    entry('Off', { key: ['moon'], disable: true }),
    entry('Else', { key: ['sun'] }),
  ]);
  expect(await outcomes('Look at the moon.')).toEqual([
    'Moon: active, moon, 6',
    'Law: active, constant, scenario, 2',
    'Deep: active, moon, 3',
    'Salt: active, salt, by recursion, 3',
  ]);
  const result = await scene.run('Look at the moon.');
  expect(result).toMatchObject({ speaker: 'Wren', tokens: 14, budgetTokens: 100, slowKeys: [], untriedKeys: 0 });
  expect(result.books.map(({ name, entries }) => [name, entries.length])).toEqual([['World', 6]]);
  expect(result.lines[2]).toMatchObject({ position: 'at-depth', depth: 2, role: 'user', bookName: 'World' });
});

test('tells what was called and left out', async () => {
  await scene.cast(personaNamed('Wren'));
  await scene.attach([
    entry('Certain', { key: ['moon'], probability: 1, order: 9 }),
    entry('Never', { key: ['moon'], probability: 0, order: 8 }),
    entry('First', { key: ['moon'], group: 'sky', order: 7 }),
    entry('Second', { key: ['moon'], group: 'sky', order: 6 }),
    entry('Late', { key: ['moon'], delay: 5, order: 5 }),
    entry('Large', { key: ['moon'], content: 'word '.repeat(100), order: 4 }),
  ]);
  expect((await outcomes('moon')).toSorted()).toEqual([
    'Certain: active, moon, 3',
    'First: active, moon, 3',
    'Large: over-budget, moon, 100',
    'Late: delayed, moon, 0',
    'Never: improbable, moon, 0',
    'Second: lost-group, moon, 0',
  ]);
});

test('follows the state of the conversation, and changes nothing of it', async () => {
  await scene.cast(personaNamed('Wren'));
  const ref = await scene.attach([
    entry('Sticky', { key: ['moon'], sticky: 3, content: '{{setvar::seen::yes}}Sticky it is.', order: 9 }),
    entry('Rests', { key: ['moon'], cooldown: 3, order: 8 }),
    entry('Second', { key: ['rain'], delay: 2, order: 7 }),
  ]);
  await scene.say('u1', 'It will rain on the moon.');
  const book = await scene.lorebooks.load(ref);
  if (!book) throw new Error('no book');
  const { timed } = await activateLore(requestOf([{ id: ref, kind: 'chat', book }], { chat: ['moon'] }));
  await scene.scenes.update('20', (current) => current && { ...current, timed });
  const before = [await scene.scenes.read('20'), await scene.history.summary('20')];
  expect(await outcomes('Nothing.')).toEqual([
    'Sticky: active, sticky, 3',
    'Second: active, rain, 3',
    'Rests: cooling-down, moon, 0',
  ]);
  expect([await scene.scenes.read('20'), await scene.history.summary('20')]).toEqual(before);
});

test('speaks as the member and the persona that is named, with its own lorebook', async () => {
  const lorebook = bookOfCard({ name: 'Bram’s', entries: [{ keys: ['sword'], comment: 'Sword', content: 'Sharp.' }] });
  await scene.cast(personaNamed('Ann'), personaNamed('Bram', { lorebook }));
  await scene.attach([entry('You', { key: ['{{user}} and {{char}}'] })]);
  const result = await scene.run('Bram, lift your sword! Said Alice and Bram.');
  expect(result.speaker).toBe('Bram');
  expect(result.lines.map(({ title, bookName }) => `${bookName}: ${title}`).toSorted()).toEqual([
    'Bram’s: Sword',
    'World: You',
  ]);
  expect((await scene.run('Ann, the sword!')).speaker).toBe('Ann');
});

describe('without a persona', () => {
  test('says so, and still tells what would be called', async () => {
    await scene.attach([entry('Moon', { key: ['moon'] })]);
    const result = await scene.run('moon');
    expect(result.speaker).toBe(undefined);
    expect(result.lines.map(({ title }) => title)).toEqual(['Moon']);
  });
});

test('looks at one lorebook alone, attached or not', async () => {
  await scene.attach([entry('Moon', { key: ['moon'] })]);
  const raw = { entries: { 0: { uid: 0, ...entry('Alone', { key: ['moon'] }) } } };
  const { ref } = await scene.lorebooks.save('user:101', {
    name: 'Own',
    format: 'sillytavern',
    raw,
    entries: 1,
    disabled: 0,
    by: BY,
  });
  expect((await scene.run('moon', { only: ref })).lines.map(({ title }) => title)).toEqual(['Alone']);
  await scene.lorebooks.remove(ref);
  await expect(scene.run('moon', { only: ref })).rejects.toThrow(
    new UserError('missing', 'This lorebook was deleted. `/lorebook list` shows those that are there.'),
  );
});

test('names the regular expressions that take too long, and tests the others', async () => {
  await scene.attach([
    entry('Bomb', { key: ['/(a+)+$/'] }),
    entry('Fine', { key: ['/mo{2}n/i'] }),
    entry('Broken', { key: ['/(/'] }),
  ]);
  const result = await scene.run(`MOON ${'a'.repeat(60)}!`);
  expect(result.lines.map(({ title, because }) => `${title} ${because}`)).toEqual(['Fine /mo{2}n/i']);
  expect(result.slowKeys).toEqual(['/(a+)+$/']);
});

test('gives up on a book of bombs', async () => {
  const bombs = Array.from({ length: 40 }, (_, index) => entry(`Bomb ${index}`, { key: [`/(a+)+b{${index}}$/`] }));
  await scene.attach([...bombs, entry('Plain', { key: ['moon'] })]);
  scene.slowDown();
  const result = await scene.run(`moon ${'a'.repeat(60)}!`);
  expect(result.lines.map(({ title }) => title)).toEqual(['Plain']);
  expect([result.slowKeys.length, result.untriedKeys]).toEqual([2, 38]);
});
