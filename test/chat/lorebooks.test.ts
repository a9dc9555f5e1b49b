import { beforeEach, describe, expect, test } from '@jest/globals';
import { bookBelongsHere, createLorebooks } from '../../src/chat/lorebooks.ts';
import type { LoadedPersona } from '../../src/chat/personas.ts';
import { createStage } from './stage.ts';

const THREAD = { channelId: '11', parentId: '10', guildId: '7' };

let stage: Awaited<ReturnType<typeof createStage>>;
beforeEach(async () => {
  stage = await createStage();
});

test('as many books are kept in memory as 8 MiB are', async () => {
  const reads: string[] = [];
  const book = await stage.addBook('T');
  const content = 'x'.repeat(5 * 1024 * 1024);
  const heavy = { entries: { 0: { uid: 0, key: ['sea'], content } } };
  const lorebooks = createLorebooks({
    settings: stage.settings,
    store: {
      ...stage.lorebookStore,
      async get(ref) {
        reads.push(ref.slice(-5));
        const light = await stage.lorebookStore.get(book);
        return light && { ...light, ...(ref.includes('heavy') ? { raw: heavy } : {}) };
      },
    },
  });
  for (const id of ['light', 'plain', 'heavy', 'light', 'heavy']) await lorebooks.load(`guild:7:aaaaaa-${id}`);
  expect(reads).toEqual(['light', 'plain', 'heavy']);
  await lorebooks.load('guild:7:aheavy-other');
  for (const id of ['heavy', 'light']) await lorebooks.load(`guild:7:aaaaaa-${id}`);
  expect(reads.slice(3)).toEqual(['other', 'heavy', 'light']);
});

describe('the lorebooks that hold in a place', () => {
  test('are those of the thread, its channel, the server and the speaker, each once', async () => {
    const [thread, channel, server] = [await stage.addBook('T'), await stage.addBook('C'), await stage.addBook('S')];
    await stage.set({ channelId: '11' }, { lorebooks: [thread, server] });
    await stage.set({ channelId: '10' }, { lorebooks: [channel, thread] });
    await stage.set({ guildId: '7' }, { lorebooks: [server] });
    const speaker = await stage.personas.load('built-in:lighthouse-keeper');
    const sources = await stage.lorebooks.sources(THREAD, speaker);
    expect(sources.map(({ id, kind }) => [id, kind])).toEqual([
      [thread, 'chat'],
      [server, 'chat'],
      [channel, 'chat'],
      ['built-in:lighthouse-keeper', 'character'],
    ]);
    expect(sources[0]?.book.entries[0]?.content).toBe('T lore');
  });

  test('are none where nothing is attached, nor those that were deleted', async () => {
    const book = await stage.addBook('T');
    await stage.set({ channelId: '11' }, { lorebooks: [book] });
    await stage.lorebooks.load(book);
    await stage.lorebooks.remove(book);
    const speaker = { ref: 'x', persona: {} } as unknown as LoadedPersona;
    expect(await stage.lorebooks.sources(THREAD, speaker)).toEqual([]);
    await stage.lorebooks.restore(book);
    expect((await stage.lorebooks.sources(THREAD, undefined)).map(({ id }) => id)).toEqual([book]);
  });

  test('are read anew when they were changed', async () => {
    const book = await stage.addBook('T');
    expect((await stage.lorebooks.load(book))?.entries[0]?.content).toBe('T lore');
    await stage.lorebooks.save('guild:7', {
      ref: book,
      name: 'T',
      format: 'sillytavern',
      raw: { entries: { 0: { uid: 0, key: ['sea'], content: 'New.' } } },
      entries: 1,
      disabled: 0,
      by: { id: '1', name: 'Ada' },
    });
    expect((await stage.lorebooks.load(book))?.entries[0]?.content).toBe('New.');
  });
});

test('a lorebook is found by its name in any case, or by its ref; else those that there are are named', async () => {
  await expect(stage.lorebooks.find(THREAD, '1', 'Sea')).rejects.toThrow('There is no lorebook here yet.');
  const sea = await stage.addBook('The Sea');
  const own = await stage.addBook('Ships', { owner: 'user:1' });
  await stage.addBook('Elsewhere', { owner: 'guild:8' });
  expect((await stage.lorebooks.find(THREAD, '1', ' the SEA')).ref).toBe(sea);
  expect((await stage.lorebooks.find(THREAD, '1', own)).name).toBe('Ships');
  await expect(stage.lorebooks.find(THREAD, '1', 'Elsewhere')).rejects.toThrow(
    'There is no lorebook “Elsewhere” here. There are: “The Sea”, “Ships”.',
  );
});

test.each([
  ['guild:7:abcdefghijkl', true],
  ['guild:8:abcdefghijkl', false],
  ['user:1:abcdefghijkl', true],
  ['user:2:abcdefghijkl', false],
] as const)('%s may be attached by its people only: %p', (ref, expected) => {
  expect(bookBelongsHere(ref, THREAD, '1')).toBe(expected);
});
