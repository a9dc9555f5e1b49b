import { describe, expect, test } from '@jest/globals';
import { type JsonObject, personaOf, readCard } from '../../../src/personas/cards/card.ts';
import type { Persona } from '../../../src/personas/persona.ts';
import { v2, v3 } from './files.ts';

const BARE: Persona = {
  name: 'Mara',
  description: '',
  personality: '',
  scenario: '',
  firstMessage: '',
  alternateGreetings: [],
  groupOnlyGreetings: [],
  exampleDialogue: '',
  systemPrompt: '',
  postHistoryInstructions: '',
  talkativeness: 0.5,
  creatorNotes: '',
  creator: '',
  characterVersion: '',
  tags: [],
};

const V1 = {
  name: 'Mara',
  description: 'A smith.',
  personality: 'calm',
  scenario: 'At the forge.',
  first_mes: 'Hello.',
  mes_example: '<START>',
};
const V1_TEXTS = {
  description: 'A smith.',
  personality: 'calm',
  scenario: 'At the forge.',
  firstMessage: 'Hello.',
  exampleDialogue: '<START>',
};

const read = (json: unknown) => {
  const card = readCard(json);
  return { format: card.format, persona: personaOf(card) };
};
const agnai = (persona: unknown, more: JsonObject = {}) => ({
  kind: 'character',
  name: 'Mara',
  persona,
  greeting: 'Hello.',
  scenario: 'At the forge.',
  sampleChat: 'You: Hi\\nMara: Hm.',
  ...more,
});

describe('a card of each version', () => {
  test.each<[string, unknown, string, Partial<Persona>]>([
    ['V1', V1, 'v1', V1_TEXTS],
    [
      'V1 with what SillyTavern put beside it',
      { ...V1, creatorcomment: 'By me.', tags: 'forge, , iron ', talkativeness: '0.8' },
      'v1',
      { ...V1_TEXTS, creatorNotes: 'By me.', tags: ['forge', 'iron'], talkativeness: 0.8 },
    ],
    ['V2', v2({ description: 'A smith.' }), 'v2', { description: 'A smith.' }],
    [
      'V2, whose data wins over the root',
      v2({ description: 'new' }, { ...V1, description: 'old' }),
      'v2',
      {
        ...V1_TEXTS,
        description: 'new',
      },
    ],
    [
      "Chub's V2 without data",
      { spec: 'chara_card_v2', ...V1, system_prompt: 'Speak.', alternate_greetings: ['Hm.'] },
      'v2',
      { ...V1_TEXTS, systemPrompt: 'Speak.', alternateGreetings: ['Hm.'] },
    ],
    ['V2 that does not say so', { data: { name: 'Mara', scenario: 'x' } }, 'v2', { scenario: 'x' }],
    [
      'V3',
      v3({ nickname: ' Smith ', group_only_greetings: ['All!'] }),
      'v3',
      { nickname: 'Smith', groupOnlyGreetings: ['All!'] },
    ],
    ['V3 of a version to come', v3({}, { spec_version: '4.2' }), 'v3', {}],
    [
      'Pygmalion',
      {
        char_name: 'Mara',
        char_persona: 'A calm smith.',
        char_greeting: 'Hello.',
        world_scenario: 'At the forge.',
        example_dialogue: 'You: Hi\nMara: Hm. You: nobody',
        personality: 'calm',
      },
      'pygmalion',
      {
        description: 'A calm smith.',
        firstMessage: 'Hello.',
        scenario: 'At the forge.',
        exampleDialogue: '{{user}}: Hi\nMara: Hm. You: nobody',
      },
    ],
    ['Pygmalion, with V1 for what is absent', { ...V1, char_name: 'Mara' }, 'pygmalion', V1_TEXTS],
  ])('%s', (_name, json, format, texts) => {
    expect(read(json)).toEqual({ format, persona: { ...BARE, ...texts } });
  });

  test.each([
    [{ kind: 'text', attributes: { text: ['A smith.'] } }, 'A smith.'],
    [
      { kind: 'wpp', attributes: { age: ['40'], likes: ['iron', 'tea'] } },
      '[character("Mara") {\nage("40")\nlikes("iron" + "tea")\n}]',
    ],
    [
      { kind: 'sbf', attributes: { age: ['40'], likes: ['iron', 'tea'] } },
      '[ character: "Mara"; age: "40"; likes: "iron", "tea" ]',
    ],
    [{ kind: 'boostyle', attributes: { age: ['40'], likes: ['iron', 'tea'] } }, 'Mara + 40 + iron + tea'],
    [
      { kind: 'attributes', attributes: { age: ['40'], likes: ['iron', 'tea'] } },
      'Name: Mara\nage: 40\nlikes: iron, tea',
    ],
  ])('Agnai, with a persona of the kind $kind', (persona, description) => {
    expect(read(agnai(persona))).toEqual({
      format: 'agnai',
      persona: {
        ...BARE,
        description,
        firstMessage: 'Hello.',
        scenario: 'At the forge.',
        exampleDialogue: '{{user}}: Hi\nMara: Hm.',
      },
    });
  });

  test('Agnai, with everything', () => {
    const entry = { name: 'Iron', entry: 'Iron is dear.', keywords: ['iron'], priority: 3, weight: 7, enabled: true };
    const { persona } = read(
      agnai(
        { kind: 'text', attributes: { text: ['A smith.'] } },
        {
          description: 'By me.',
          alternateGreetings: ['Hm.'],
          systemPrompt: 'Speak.',
          postHistoryInstructions: 'Be calm.',
          insert: { depth: 2, prompt: 'She is tired.' },
          tags: ['forge'],
          creator: 'me',
          characterVersion: '1',
          characterBook: { kind: 'memory', name: 'Lore', entries: [entry] },
        },
      ),
    );
    expect(persona).toMatchObject({
      creatorNotes: 'By me.',
      alternateGreetings: ['Hm.'],
      systemPrompt: 'Speak.',
      postHistoryInstructions: 'Be calm.',
      depthPrompt: { prompt: 'She is tired.', depth: 2, role: 'system' },
      tags: ['forge'],
      creator: 'me',
      characterVersion: '1',
      lorebook: { name: 'Lore', entries: [{ keys: ['iron'], content: 'Iron is dear.', order: 7, isEnabled: true }] },
    });
  });

  test('Amica, of which nothing but the character is kept', () => {
    const config = { name: 'Amica', system_prompt: 'Be kind.', openai_apikey: 'sk-1', vrm_url: 'a.vrm' };
    const prefixed = Object.fromEntries(Object.entries(config).map(([key, value]) => [`chatvrm_${key}`, value]));
    for (const json of [config, prefixed]) {
      const card = readCard(json);
      expect(personaOf(card)).toEqual({ ...BARE, name: 'Amica', systemPrompt: 'Be kind.' });
      expect(card.raw).toMatchObject({ data: { extensions: { amica: { vrm_url: 'a.vrm' } } } });
      expect(JSON.stringify(card)).not.toContain('sk-1');
    }
  });
});

describe('the fields of a card', () => {
  test.each<[string, JsonObject, Partial<Persona>]>([
    ['no texts', { description: null, scenario: 7, personality: {}, first_mes: ['x'] }, { scenario: '7' }],
    ['lists that are not', { alternate_greetings: 'Hm.', group_only_greetings: null }, { alternateGreetings: ['Hm.'] }],
    [
      'lists of other things',
      { alternate_greetings: ['a', null, {}, 7, 'b'] },
      { alternateGreetings: ['a', '7', 'b'] },
    ],
    ['tags in one text', { tags: 'a, b,,c' }, { tags: ['a', 'b', 'c'] }],
    ['notes that nobody wrote', { creator_notes: "Creator's notes go here." }, {}],
    ['talkativeness as a text', { extensions: { talkativeness: '0.25' } }, { talkativeness: 0.25 }],
    ['too much talkativeness', { extensions: { talkativeness: 7 } }, { talkativeness: 1 }],
    ['talkativeness that is no number', { extensions: { talkativeness: 'often' } }, {}],
    ['extensions that are none', { extensions: 'x', character_book: 'y' }, {}],
    [
      "a character's note",
      { extensions: { depth_prompt: { prompt: 'Tired.', depth: '2', role: 'user' } } },
      {
        depthPrompt: { prompt: 'Tired.', depth: 2, role: 'user' },
      },
    ],
    [
      "a character's note without a place",
      { extensions: { depth_prompt: { prompt: 'Tired.', role: 'x' } } },
      {
        depthPrompt: { prompt: 'Tired.', depth: 4, role: 'system' },
      },
    ],
    ["an empty character's note", { extensions: { depth_prompt: { prompt: ' ', depth: 4 } } }, {}],
    ['a name of several lines', { name: ' Mara\n\u202Ethe\u0000 Smith ' }, { name: 'Mara the  Smith' }],
    ['a blank nickname', { nickname: ' \n' }, {}],
  ])('%s', (_name, data, texts) => {
    expect(personaOf(readCard(v2(data)))).toEqual({ ...BARE, ...texts });
  });

  test('a book with entries of other shapes', () => {
    const entries = {
      0: { keys: ['iron'], content: 'Dear.', insertion_order: 1, position: 'before_char_defs' },
      1: { uid: 4, keys: 'tea', content: 'Hot.', enabled: false },
    };
    const { lorebook } = personaOf(readCard(v2({ character_book: { entries } })));
    expect(lorebook?.entries.map(({ keys, content, isEnabled }) => ({ keys, content, isEnabled }))).toEqual([
      { keys: ['iron'], content: 'Dear.', isEnabled: true },
      { keys: ['tea'], content: 'Hot.', isEnabled: false },
    ]);
  });

  test('a name without end is cut', () => {
    expect(personaOf(readCard(v2({ name: 'x'.repeat(1000) }))).name).toEqual(`${'x'.repeat(255)}…`);
  });
});

const LOREBOOK = 'This is a lorebook, not a character card. Import it with `/lorebook import`.';
const CHAT = 'This is a chat, not a character card. Import it with `/history import`.';
const PRESET =
  'This is a preset of settings, not a character card. Choose a character card: a PNG, JSON or CHARX file.';
const UNKNOWN = 'This file is not a character card. Choose a character card: a PNG, JSON or CHARX file.';
const NAMELESS =
  'This character card has no name, or none that can be seen. Give the character a name, and export the card again.';

test.each<[string, unknown, string | RegExp]>([
  ['a world of SillyTavern', { name: 'Isle', description: 'x', entries: { 0: {} } }, LOREBOOK],
  ['a memory book of Agnai', { kind: 'memory', name: 'Isle', description: '', entries: [] }, LOREBOOK],
  ['a lorebook of V3', { spec: 'lorebook_v3', data: { name: 'Isle', entries: [] } }, LOREBOOK],
  ['a lorebook of NovelAI', { lorebookVersion: 5, entries: [] }, LOREBOOK],
  ['a lorebook of RisuAI', { type: 'risu', ver: 1, data: [] }, LOREBOOK],
  ['a chat of Agnai', { name: 'x', greeting: '', sampleChat: '', scenario: '', messages: [] }, CHAT],
  ['a chat of text-generation-webui', { data_visible: [], data: [] }, CHAT],
  ['a list of messages', [{ name: 'x', mes: 'y' }], CHAT],
  ["TavernAI's old chats", ['Mara: Hello.'], CHAT],
  ['a preset', { temperature: 1, top_p: 1, prompts: [] }, PRESET],
  ['a preset of Agnai', { name: 'x', temp: 1, topP: 1 }, PRESET],
  ['a system prompt', { name: 'x', content: 'y' }, PRESET],
  ['a backup of user personas', { personas: {}, persona_descriptions: {} }, /backup of SillyTavern's user personas/],
  ['a group', { name: 'x', members: [], activation_strategy: 0 }, /one by one/],
  [
    'a character of text-generation-webui',
    { name: 'x', greeting: 'y', context: 'z' },
    /Save the character as a character card/,
  ],
  ["Amica's configuration without a character", { chatbot_backend: 'x' }, /Amica without a name/],
  ['no object', 'x', UNKNOWN],
  ['nothing', {}, UNKNOWN],
  ['a card without a name', { spec: 'chara_card_v2', data: { description: 'x' } }, NAMELESS],
  ['a card with a name that cannot be seen', v3({ name: '\u0000 \u202E' }), NAMELESS],
  ['a card with a name of invisible characters', v3({ name: '\u200b\u2060' }), NAMELESS],
])('%s is no card, and is told so', (_name, json, message) => {
  expect(() => readCard(json)).toThrow(expect.objectContaining({ name: 'UserError', kind: 'input' }));
  expect(() => readCard(json)).toThrow(message);
});
