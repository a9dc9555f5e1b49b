import { describe, expect, test } from '@jest/globals';
import { NO_LORE } from '../../../src/prompt/plan/no-lore.ts';
import type { AuthorsNote } from '../../../src/prompt/plan.ts';
import { readPreset } from '../../../src/prompt/preset.ts';
import { injectionsFor, persona, slotsFor } from './scene.ts';

const MAIN = "main prompt | system: Write Wren's next reply in a fictional chat between Wren and Robin.";
const note: AuthorsNote = { text: 'Note for {{char}}.', interval: 1, position: 'in-chat', depth: 2, role: 'system' };
const robin = { name: 'Robin', description: '{{user}} draws maps.', depth: 2, role: 'system' } as const;

describe('what stands among the messages', () => {
  test('is one message for each depth, order and role: assistant, user, system', () => {
    const preset = readPreset({
      prompts: [
        { identifier: 'a', content: ' Preset. ', injection_position: 1, injection_depth: 2 },
        { identifier: 'b', content: 'Later.', injection_position: 1, injection_depth: 2, injection_order: '101' },
        {
          identifier: 'c',
          content: 'First.',
          injection_position: 1,
          injection_depth: 2,
          injection_order: 9,
          role: 'user',
        },
        { identifier: 'd', content: '  ', injection_position: 1, injection_depth: 7 },
      ],
      prompt_order: [
        { character_id: 100001, order: ['a', 'b', 'c', 'd'].map((identifier) => ({ identifier, enabled: true })) },
      ],
    });
    const atDepth = [
      { depth: 2, role: 'system' as const, content: 'Lore.' },
      { depth: 2, role: 'user' as const, content: 'Lore of the user.' },
      { depth: 2, role: 'assistant' as const, content: 'Lore of the assistant.' },
      { depth: 4, role: 'system' as const, content: 'Deeper lore.' },
    ];
    const depthPrompt = { prompt: ' {{char}} hears the horn. ', depth: 2, role: 'system' as const };
    const request = {
      persona: persona({ depthPrompt }),
      user: { ...robin, position: 4 as const },
      note,
      lore: { ...NO_LORE, atDepth },
      preset,
    };
    expect(injectionsFor(request)).toEqual([
      '4 system: Deeper lore.',
      '2 user: First.',
      '2 assistant: Lore of the assistant.',
      '2 user: Lore of the user.',
      '2 system: Preset. \nNote for Wren.\nWren hears the horn.\nRobin draws maps.\nLore.',
      '2 system: Later.',
    ]);
  });

  test('is nothing where texts are empty', () => {
    const depthPrompt = { prompt: ' ', depth: 2, role: 'system' as const };
    expect(injectionsFor({ persona: persona({ depthPrompt }), note: { ...note, text: '' } })).toEqual([]);
  });

  test('may be any prompt of the preset, the card’s description too', () => {
    const preset = readPreset({
      prompts: [{ identifier: 'charDescription', injection_position: 1, injection_depth: 3, role: 'user' }],
    });
    const request = { persona: persona({ description: 'Keeper.' }), preset };
    expect(injectionsFor(request)).toEqual(['3 user: Keeper.']);
    expect(slotsFor(request)).toEqual([MAIN, '(history)']);
  });
});

describe("the author's note", () => {
  test.each([
    [1, 0, true],
    [1, 5, true],
    [0, 5, false],
    [3, 0, false],
    [3, 2, false],
    [3, 3, true],
    [3, 6, true],
    [3, 7, false],
  ])('with an interval of %d after %d messages of the user: %p', (interval, userMessageCount, isDue) => {
    const injected = injectionsFor({ note: { ...note, interval }, userMessageCount });
    expect(injected).toEqual(isDue ? ['2 system: Note for Wren.'] : []);
  });

  test.each([
    ['before-main', ["author's note | user: Note for Wren.", MAIN]],
    ['after-main', [MAIN, "author's note | user: Note for Wren."]],
    ['in-chat', [MAIN]],
  ] as const)('%s', (position, slots) => {
    expect(slotsFor({ note: { ...note, position, role: 'user' } })).toEqual([...slots, '(history)']);
  });

  test('goes with a main prompt that stands in the chat, and is lost without one', () => {
    const preset = readPreset({
      prompts: [{ identifier: 'main', content: 'Main.', injection_position: 1, injection_depth: 1 }],
    });
    const request = { preset, note: { ...note, position: 'before-main' as const } };
    expect(injectionsFor(request)).toEqual(['1 system: Note for Wren.\nMain.']);
    expect(slotsFor(request)).toEqual(['(history)']);
    expect(slotsFor({ ...request, preset: { ...preset, order: [] } })).toEqual([]);
  });

  test.each([
    ['with a note', 'Note.', 'Top.\nNote.\nBottom.'],
    ['with an empty note', '', 'Top.\n\nBottom.'],
  ])('lore stands above and below it, %s', (_, text, content) => {
    const lore = { ...NO_LORE, noteTop: 'Top.', noteBottom: 'Bottom.' };
    expect(injectionsFor({ note: { ...note, text }, lore })).toEqual([`2 system: ${content}`]);
    expect(injectionsFor({ note: { ...note, text, interval: 0 }, lore })).toEqual([]);
  });

  test('lore needs no note of the conversation', () => {
    expect(injectionsFor({ lore: { ...NO_LORE, noteTop: 'Top.' } })).toEqual(['4 system: Top.']);
  });

  test.each([
    [2, 'Robin draws maps.\nNote for Wren.'],
    [3, 'Note for Wren.\nRobin draws maps.'],
    [9, 'Note for Wren.'],
  ] as const)('a persona of position %d', (position, content) => {
    expect(injectionsFor({ user: { ...robin, position }, note })).toEqual([`2 system: ${content}`]);
    expect(injectionsFor({ user: { ...robin, position }, note: { ...note, interval: 0 } })).toEqual([]);
  });
});

test('what a member tells of themselves is told as it is at its depth', () => {
  const description = '{{{char}}} <user>';
  const user = { name: 'Robin', description, isLiteral: true, position: 4, depth: 2, role: 'user' } as const;
  expect(injectionsFor({ user })).toEqual([`2 user: ${description}`]);
});
