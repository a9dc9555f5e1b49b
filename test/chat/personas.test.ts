import { beforeEach, describe, expect, test } from '@jest/globals';
import { createBuiltInPersonas } from '../../src/chat/built-in-personas.ts';
import { belongsHere, createPersonas } from '../../src/chat/personas.ts';
import type { Place } from '../../src/chat/place.ts';
import { createStage, draftOf, HOME } from './stage.ts';

const HERE: Place = { channelId: '10', guildId: '7' };
const BOOK = { entries: [{ keys: ['sea'], content: 'It is dry.', extensions: {}, enabled: true, insertion_order: 1 }] };

let stage: Awaited<ReturnType<typeof createStage>>;
beforeEach(async () => {
  stage = await createStage();
});

describe('a persona', () => {
  test('is loaded with the name that it is called by', async () => {
    const ref = await stage.addPersona('Mirabelle Stone', { edits: { nickname: 'Mira', description: 'A sailor.' } });
    expect(await stage.personas.load(ref)).toMatchObject({
      ref,
      name: 'Mira',
      isAdult: false,
      persona: { name: 'Mirabelle Stone', description: 'A sailor.' },
      expressions: {},
    });
  });

  test('speaks by its new card at once', async () => {
    const ref = await stage.addPersona('Mira');
    await stage.personas.load(ref);
    await stage.personas.save(HOME, draftOf('Mirabelle', { ref }));
    expect((await stage.personas.load(ref))?.name).toBe('Mirabelle');
  });

  test('speaks by its new card also if it was changed while the old one was read', async () => {
    const ref = await stage.addPersona('Mira');
    const gate = Promise.withResolvers<void>();
    const personas = createPersonas({
      store: {
        ...stage.personaStore,
        async get(wanted) {
          const found = await stage.personaStore.get(wanted);
          await gate.promise;
          return found;
        },
      },
      builtIn: createBuiltInPersonas(),
    });
    const loading = personas.load(ref);
    await personas.save(HOME, draftOf('Mirabelle', { ref }));
    gate.resolve();
    await loading;
    expect((await personas.load(ref))?.name).toBe('Mirabelle');
  });

  test('is kept in memory, as many of them as 8 MiB of cards are', async () => {
    const reads: string[] = [];
    const heavy = draftOf('Heavy', { edits: { description: 'x'.repeat(5 * 1024 * 1024) } }).card;
    const get = async (ref: string) => {
      reads.push(ref.slice(-5));
      const light = await stage.personaStore.get(light1);
      return light && { ...light, ...(ref.includes('heavy') ? { card: heavy } : {}) };
    };
    const light1 = await stage.addPersona('Light');
    const personas = createPersonas({ store: { ...stage.personaStore, get }, builtIn: createBuiltInPersonas() });
    const load = (id: string) => personas.load(`guild:7:aaaaaa-${id}`);
    for (const id of ['light', 'plain', 'heavy', 'light', 'heavy']) await load(id);
    expect(reads).toEqual(['light', 'plain', 'heavy']);
    await personas.load('guild:7:aheavy-other');
    for (const id of ['heavy', 'light']) await load(id);
    expect(reads.slice(3)).toEqual(['other', 'heavy', 'light']);
  });

  test('that was deleted is not there, until it is restored', async () => {
    const ref = await stage.addPersona('Mira');
    await stage.personas.load(ref);
    await stage.personas.remove(ref);
    expect(await stage.personas.load(ref)).toBe(undefined);
    await stage.personas.restore(ref);
    expect((await stage.personas.load(ref))?.name).toBe('Mira');
  });

  test('leaves its lorebook away where that is switched off', async () => {
    const { card } = draftOf('Mira');
    const data = { ...(card.raw['data'] as object), character_book: BOOK };
    const raw = { ...card.raw, data };
    const draft = { ...draftOf('Mira'), card: { ...card, raw } };
    const { ref } = await stage.personas.save(HOME, draft);
    expect((await stage.personas.load(ref))?.persona.lorebook?.entries.length).toBe(1);
    await stage.personas.save(HOME, { ...draft, ref, lorebookOff: true });
    expect((await stage.personas.load(ref))?.persona.lorebook).toBe(undefined);
  });

  test('that comes with the bot has a card and a picture', async () => {
    const ref = 'built-in:lighthouse-keeper';
    const loaded = await stage.personas.load(ref);
    expect(loaded).toMatchObject({ name: 'Ottilie', isAdult: false, portrait: { mediaType: 'image/png' } });
    const picture = await stage.personas.picture(ref);
    expect(picture?.sha256).toBe(loaded?.portrait?.sha256);
    expect(await stage.personas.load('built-in:nobody')).toBe(undefined);
    expect(await stage.personas.picture('built-in:nobody')).toBe(undefined);
  });
});

describe('those that a person can choose', () => {
  test('are the server’s, their own, and those of the bot', async () => {
    await stage.addPersona('Server’s');
    await stage.addPersona('Own', { owner: 'user:1' });
    await stage.addPersona('Elsewhere', { owner: 'guild:8' });
    await stage.addPersona('Another’s', { owner: 'user:2' });
    const names = async (place: Place) => (await stage.personas.visible(place, '1')).map(({ name }) => name);
    const builtIn = ['Quill', 'The Storyteller', 'Ottilie Marsh', 'Inspector Bezel'];
    expect(await names(HERE)).toEqual(['Server’s', 'Own', ...builtIn]);
    expect(await names({ channelId: '12' })).toEqual(['Own', ...builtIn]);
  });

  test.each([
    ['by its name, in any case', ' ottilie MARSH ', 'Ottilie Marsh'],
    ['by a part that no other has', 'bezel', 'Inspector Bezel'],
    ['by its ref', 'built-in:storyteller', 'The Storyteller'],
    ['by its whole name, though it is a part of another', 'Quill', 'Quill'],
  ])('are found %s', async (_, typed, name) => {
    await stage.addPersona('Quillon');
    expect((await stage.personas.find(HERE, '1', typed)).name).toBe(name);
  });

  test.each(['', 'il', 'Nobody', 'x'.repeat(5_000)])('are named where %p is none of them', async (typed) => {
    await expect(stage.personas.find(HERE, '1', typed)).rejects.toMatchObject({
      kind: 'missing',
      message: expect.stringMatching(/^There is no persona “.{0,100}” here\. Nearest: “.+”\. `\/persona list` shows/),
    });
  });
});

test.each([
  ['built-in:assistant', true, true],
  ['guild:7:abcdefghijkl', true, false],
  ['guild:8:abcdefghijkl', false, false],
  ['user:1:abcdefghijkl', true, true],
  ['user:2:abcdefghijkl', false, false],
] as const)('%s may be used in its server: %p, in a direct message: %p', (ref, inServer, inPrivate) => {
  expect([belongsHere(ref, HERE, '1'), belongsHere(ref, { channelId: '12' }, '1')]).toEqual([inServer, inPrivate]);
});
