import { describe, expect, test } from '@jest/globals';
import { imageSize } from 'image-size';
import llama3 from 'llama3-tokenizer-js';
import { builtInPersonas, loadBuiltIn, readBuiltInPortrait } from '../../../src/personas/built-in/index.ts';
import { exportCard, personaOf, readCard } from '../../../src/personas/cards/card.ts';
import { greetingsOf, type Persona } from '../../../src/personas/persona.ts';

const DEFINITIONS_MAX_TOKENS = 900;
const CONSTANT_LORE_MAX_TOKENS = 150;
const PORTRAIT_MAX_BYTES = 12 * 1024;
const MESSAGE_MAX_LENGTH = 2_000;

const ids = builtInPersonas.map(({ id }) => id);
const tokens = (text: string) => llama3.encode(text, { bos: false, eos: false }).length;

async function load(id: string) {
  const card = readCard(await loadBuiltIn(id));
  return { card, persona: personaOf(card) };
}

function textsOf(persona: Persona): string[] {
  const { description, personality, scenario, exampleDialogue, systemPrompt, postHistoryInstructions } = persona;
  const definitions = [description, personality, scenario, exampleDialogue, systemPrompt, postHistoryInstructions];
  return [...definitions, persona.depthPrompt?.prompt ?? ''];
}

test('there are an assistant, a storyteller and two characters', () => {
  expect(ids).toEqual(['assistant', 'storyteller', 'lighthouse-keeper', 'clockwork-detective']);
});

test.each(['', 'quill', 'Assistant', '../index', 'constructor'])('nobody has the id %j', async (id) => {
  expect([await loadBuiltIn(id), await readBuiltInPortrait(id)]).toEqual([undefined, undefined]);
});

describe.each(builtInPersonas)('$name', ({ id, ...summary }) => {
  test('is a V3 card that says what the list says', async () => {
    const { card, persona } = await load(id);
    expect(card.format).toBe('v3');
    expect({
      name: persona.name,
      ...(persona.nickname === undefined ? {} : { spoken: persona.nickname }),
      about: persona.creatorNotes,
      tags: persona.tags,
      greetings: greetingsOf(persona).length,
      hasLorebook: persona.lorebook !== undefined,
    }).toEqual(summary);
    expect(summary.about.length).toBeLessThanOrEqual(200);
  });

  test('can be played at once, alone and in a group', async () => {
    const { persona } = await load(id);
    expect(greetingsOf(persona).length).toBeGreaterThanOrEqual(2);
    expect(persona.groupOnlyGreetings.length).toBeGreaterThanOrEqual(1);
    expect(persona.depthPrompt?.prompt).toMatch(/^\[.+\]$/s);
    expect(persona.exampleDialogue.split('<START>').length - 1).toBeGreaterThanOrEqual(2);
    for (const block of persona.exampleDialogue.split('<START>').slice(1))
      expect(block).toMatch(/^\n\{\{user\}\}: .+\n\{\{char\}\}: ./s);
    for (const greeting of [...greetingsOf(persona), ...persona.groupOnlyGreetings])
      expect(greeting.length).toBeLessThanOrEqual(MESSAGE_MAX_LENGTH);
  });

  test('takes few tokens', async () => {
    const { persona } = await load(id);
    expect(tokens(textsOf(persona).join('\n'))).toBeLessThanOrEqual(DEFINITIONS_MAX_TOKENS);
    const constant = (persona.lorebook?.entries ?? []).filter(
      ({ isConstant, content }) => isConstant && !content.startsWith('@@'),
    );
    expect(tokens(constant.map(({ content }) => content).join('\n'))).toBeLessThanOrEqual(CONSTANT_LORE_MAX_TOKENS);
  });

  test('uses no macros but those of every frontend', async () => {
    const { persona } = await load(id);
    const entries = persona.lorebook?.entries.map(({ content }) => content) ?? [];
    const all = [...textsOf(persona), ...greetingsOf(persona), ...persona.groupOnlyGreetings, ...entries].join('\n');
    const macros = new Set(Array.from(all.matchAll(/\{\{(.*?)\}\}/g), (match) => match[1]));
    expect(['user', 'char', 'original', 'roll:d20']).toEqual(expect.arrayContaining([...macros]));
    expect(all).not.toMatch(/[’‘\t]|\{\{user\}\} (?:feels|thinks|decides)/);
  });

  test('keeps everything when it is exported and read again', async () => {
    const { card, persona } = await load(id);
    expect(personaOf(readCard(exportCard(card, 'v3', { now: 0 })))).toEqual(persona);
  });

  test('has a small portrait of its own', async () => {
    const portrait = await readBuiltInPortrait(id);
    expect(portrait?.length).toBeLessThanOrEqual(PORTRAIT_MAX_BYTES);
    expect(imageSize(portrait ?? new Uint8Array())).toMatchObject({ type: 'png', width: 256, height: 256 });
  });
});

describe.each(['storyteller', 'lighthouse-keeper', 'clockwork-detective'])('the lorebook of %s', (id) => {
  test('has 5 to 10 entries that can all become active', async () => {
    const entries = (await load(id)).persona.lorebook?.entries ?? [];
    expect(entries.length).toBeGreaterThanOrEqual(5);
    expect(entries.length).toBeLessThanOrEqual(10);
    expect(entries.filter(({ isEnabled, content }) => !isEnabled || content.trim() === '')).toEqual([]);
    for (const entry of entries) {
      expect(entry.isConstant).toBe(entry.keys.length === 0);
      expect(entry.isSelective && entry.secondaryKeys.length === 0).toBe(false);
    }
  });

  test('names greetings that exist', async () => {
    const { persona } = await load(id);
    const contents = persona.lorebook?.entries.map(({ content }) => content) ?? [];
    const named = contents.flatMap((content) => /@@is_greeting (\d+)/.exec(content)?.slice(1).map(Number) ?? []);
    for (const greeting of named) expect(greetingsOf(persona)[greeting]).toEqual(expect.any(String));
    expect(named.length).toBe({ 'lighthouse-keeper': 1, 'clockwork-detective': 2 }[id] ?? 0);
  });
});

test.each(['lighthouse-keeper', 'clockwork-detective'])(
  'the lorebook of %s shows constant, keyed, selective, sticky and decorated entries',
  async (id) => {
    const entries = (await load(id)).persona.lorebook?.entries ?? [];
    const some = {
      constant: entries.some(({ isConstant }) => isConstant),
      keyed: entries.some(({ keys }) => keys.length > 1),
      selective: entries.some(({ isSelective, secondaryKeys }) => isSelective && secondaryKeys.length > 1),
      sticky: entries.some(({ sticky }) => sticky > 0),
      decorated: entries.some(({ content }) => content.startsWith('@@')),
    };
    expect(some).toEqual({ constant: true, keyed: true, selective: true, sticky: true, decorated: true });
  },
);
