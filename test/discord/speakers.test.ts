import { beforeEach, describe, expect, test } from '@jest/globals';
import type { PersonaRef } from '../../src/core/refs.ts';
import { createSpeakers, nameLine } from '../../src/discord/speakers.ts';
import { createStage, draftOf } from '../chat/stage.ts';

const WHERE = { channelId: '10', guildId: '7' };
const ANN = { id: '1', name: 'Ann' };
const PICTURE = { mediaType: 'image/png', bytes: new Uint8Array([1, 2, 3]) };

let stage: Awaited<ReturnType<typeof createStage>>;
let mira: PersonaRef;
let otto: PersonaRef;
beforeEach(async () => {
  stage = await createStage();
  mira = await stage.addPersona('Mira');
  otto = await stage.addPersona('Otto');
});

const speakers = (random = 0.99) => createSpeakers({ ...stage, random: () => random });

describe('a question', () => {
  test('is answered by the assistant where nobody is chosen', async () => {
    expect(await speakers().answering({ where: WHERE, person: ANN, text: 'Hi' })).toEqual({
      speaking: undefined,
      author: ANN,
      note: '',
    });
  });

  test('is answered by the one who is chosen, to whom the member plays', async () => {
    await stage.choose({ guildId: '7' }, mira);
    await stage.users.update('1', () => ({ persona: { name: 'Captain', description: '', pronouns: '', at: 0 } }));
    const { speaking, author } = await speakers().answering({ where: WHERE, person: ANN, text: 'Hi' });
    expect([speaking?.speaker.name, speaking?.generation, author]).toEqual([
      'Mira',
      'normal',
      { id: '1', name: 'Captain' },
    ]);
  });

  test('is answered by the assistant, which says why, if the persona was deleted', async () => {
    await stage.choose({ guildId: '7' }, mira);
    await stage.personas.remove(mira);
    const { speaking, note } = await speakers().answering({ where: WHERE, person: ANN, text: 'Hi' });
    expect(speaking).toBe(undefined);
    expect(note).toMatch(/^-# The persona that spoke here was deleted.*\n$/);
  });

  test.each([
    ['the one that is named', 'Otto, are you there?', undefined, 'Otto'],
    ['the one that has tried before', 'Otto, are you there?', 'Mira', 'Mira'],
  ])('among several is answered by %s', async (_, text, triedAs, expected) => {
    await stage.play('10', [mira, otto]);
    const { speaking } = await speakers().answering({ where: WHERE, person: ANN, text, triedAs });
    expect([speaking?.speaker.name, speaking?.members.length]).toEqual([expected, 2]);
  });
});

describe('a message of a roleplay', () => {
  test.each([
    ['natural', 'Mira?', ['Mira']],
    ['list', 'Hi', ['Mira', 'Otto']],
    ['manual', 'Mira?', []],
  ] as const)('spoken %s: %p is answered by %p', async (speaking, text, expected) => {
    await stage.play('10', [mira, otto], { speaking });
    const said = await speakers().inScene({ where: WHERE, person: ANN, text });
    expect(said.speakers.map(({ speaker }) => speaker.name)).toEqual(expected);
  });
});

describe('a reply that is made again', () => {
  const again = async (ref: PersonaRef) => {
    const speaker = await stage.personas.load(ref);
    if (!speaker) throw new Error('no such persona');
    const { members } = await speakers().playing({ where: WHERE, speaker, generation: 'swipe' });
    return members.map(({ name }) => name);
  };

  test('is made among those who play now, or alone by one who does so no more', async () => {
    await stage.play('10', [mira, otto]);
    expect(await again(mira)).toEqual(['Mira', 'Otto']);
    await stage.play('10', [otto]);
    expect(await again(mira)).toEqual(['Mira']);
  });

  test('is not made by an adult where that is not allowed, whoever plays now', async () => {
    await expect(again(await stage.addPersona('Rake', { isAdult: true }))).rejects.toThrow('**Rake** is for adults');
  });
});

test('emotions are asked for where the server shows them', async () => {
  const { ref } = await stage.personas.save('guild:7', {
    ...draftOf('Faye'),
    expressions: { joy: PICTURE, anger: PICTURE },
  });
  const speaker = await stage.personas.load(ref);
  if (!speaker) throw new Error('no such persona');
  const emotions = async (where: object) =>
    (await speakers().speakingOf({ where: { channelId: '10', ...where }, speaker, members: [], generation: 'normal' }))
      .emotions;
  expect(await emotions({ guildId: '7' })).toEqual([]);
  await stage.set({ guildId: '7' }, { expressions: 'thumbnail' });
  expect((await emotions({ guildId: '7' }))?.toSorted()).toEqual(['anger', 'joy']);
  expect(await emotions({})).toEqual([]);
});

test('the name above a reply is no markdown', () => {
  expect(nameLine({ name: '*Mira*' })).toBe('**\\*Mira\\***\n');
  expect(nameLine(undefined)).toBe('');
});
