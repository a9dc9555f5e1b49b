import { describe, expect, test } from '@jest/globals';
import { NO_LORE } from '../../../src/prompt/plan/no-lore.ts';
import { DEFAULT_PRESET, readPreset } from '../../../src/prompt/preset.ts';
import { persona, slotsFor } from './scene.ts';

const MAIN = "main prompt | system: Write Wren's next reply in a fictional chat between Wren and Robin.";

const wren = persona({
  description: '  {{char}} keeps the lighthouse.\r\n',
  personality: 'patient',
  scenario: '{{user}} arrives.',
  exampleDialogue: '<START>\n{{user}}: Any visitors?\n{{char}}: You.',
});
const lore = { ...NO_LORE, before: 'Lore before.', after: 'Lore after.' };

/** The default preset with another order, in which `-` puts a prompt out. */
function ordered(...identifiers: string[]) {
  const order = identifiers.map((identifier) => ({
    identifier: identifier.replace('-', ''),
    isEnabled: !identifier.startsWith('-'),
  }));
  return { ...DEFAULT_PRESET, order };
}

describe('what stands around the history', () => {
  test('all that a card, a member and lore say, in the default order', () => {
    const user = { name: 'Robin', description: '{{user}} draws maps.', position: 0, depth: 2, role: 'system' } as const;
    expect(slotsFor({ persona: wren, lore, user })).toEqual([
      MAIN,
      'lore | system: Lore before.',
      "member's persona | system: Robin draws maps.",
      'description | system: Wren keeps the lighthouse.',
      'personality | system: patient',
      'scenario | system: Robin arrives.',
      'lore | system: Lore after.',
      'heading: [Example Chat] / example_user: Any visitors? / example_assistant: You.',
      '(history)',
    ]);
  });

  test('empty texts take no slot', () => {
    expect(slotsFor({})).toEqual([MAIN, '(history)']);
  });

  test('formats wrap what there is', () => {
    const preset = {
      ...DEFAULT_PRESET,
      texts: {
        ...DEFAULT_PRESET.texts,
        worldInfoFormat: '[World of {{char}}: {0}]',
        personalityFormat: "[{{char}}'s personality: {{personality}}]",
        scenarioFormat: '',
      },
    };
    expect(
      slotsFor({ persona: persona({ personality: 'patient', scenario: 'Robin arrives.' }), lore, preset }),
    ).toEqual([
      MAIN,
      'lore | system: [World of Wren: Lore before.]',
      "personality | system: [Wren's personality: patient]",
      'scenario | system: Robin arrives.',
      'lore | system: [World of Wren: Lore after.]',
      '(history)',
    ]);
    expect(slotsFor({ preset })).toEqual([MAIN, '(history)']);
  });

  test('a text in lore that looks like a format is only a text', () => {
    expect(slotsFor({ lore: { ...NO_LORE, before: '$& {0} {{user}}' } })).toEqual([
      MAIN,
      'lore | system: $& {0} {{user}}',
      '(history)',
    ]);
  });

  test('markers that the order lacks come last, and those that are off do not come', () => {
    const preset = ordered('jailbreak', 'main', 'chatHistory', '-charDescription', 'dialogueExamples');
    expect(slotsFor({ persona: wren, lore, preset })).toEqual([
      MAIN,
      '(history)',
      'heading: [Example Chat] / example_user: Any visitors? / example_assistant: You.',
      'lore | system: Lore before.',
      'lore | system: Lore after.',
      'personality | system: patient',
      'scenario | system: Robin arrives.',
    ]);
  });

  test('without the prompt for it there are no examples and no history', () => {
    expect(slotsFor({ persona: wren, preset: ordered('main', '-dialogueExamples') })).toEqual([
      MAIN,
      'description | system: Wren keeps the lighthouse.',
      'personality | system: patient',
      'scenario | system: Robin arrives.',
    ]);
  });

  test('prompts of the preset stand where its order has them, in their roles, for their kinds of generation', () => {
    const preset = readPreset({
      prompts: [
        { identifier: 'a', name: 'A', role: 'user', content: 'For {{char}}.' },
        { identifier: 'b', name: '', role: 'assistant', content: 'Only swipes.', injection_trigger: ['swipe'] },
        { identifier: 'c', content: 'Last.' },
      ],
      prompt_order: [
        { character_id: 100000, order: [] },
        { character_id: 100001, order: ['a', 'chatHistory', 'b', 'c', 'c', 'nowhere'].map(enabled) },
      ],
    });
    expect(slotsFor({ preset })).toEqual([
      'prompt “A” | user: For Wren.',
      '(history)',
      'prompt of the preset | system: Last.',
    ]);
    expect(slotsFor({ preset, generation: 'swipe' })).toContain('prompt of the preset | assistant: Only swipes.');
  });

  test('lore of decorators stands by the field that it names, also where the field is empty', () => {
    const elsewhere = (['scenario', 'after_desc', 'personality', 'before_desc'] as const).map((place) => ({
      place,
      content: place,
    }));
    expect(slotsFor({ persona: persona({ description: 'Keeper.' }), lore: { ...NO_LORE, elsewhere } })).toEqual([
      MAIN,
      'lore | system: before_desc',
      'description | system: Keeper.',
      'lore | system: after_desc',
      'lore | system: personality',
      'lore | system: scenario',
      '(history)',
    ]);
  });
});

describe("the card's own prompts", () => {
  const card = persona({
    systemPrompt: ' Be {{char}}. {{original}} ({{original}}) ',
    postHistoryInstructions: 'Short, {{original}}!',
  });
  const phi = readPreset({ prompts: [{ identifier: 'jailbreak', content: 'for {{user}}' }] });
  const ofCard = [
    "main prompt | system: Be Wren. Write Wren's next reply in a fictional chat between Wren and Robin. ()",
    '(history)',
    'post-history instructions | system: Short, for Robin!',
  ];

  test('take the place of the preset’s, which they may quote once', () => {
    expect(slotsFor({ persona: card, preset: phi })).toEqual(ofCard);
  });

  test('do not where it is not wanted', () => {
    const overrides = { prefersCardPrompt: false, prefersCardPostHistory: false };
    expect(slotsFor({ persona: card, preset: phi, overrides })).toEqual([
      MAIN,
      '(history)',
      'post-history instructions | system: for Robin',
    ]);
  });

  test('do not where the preset forbids it', () => {
    const preset = readPreset({
      prompts: [
        { identifier: 'main', content: 'Mine.', forbid_overrides: true },
        { identifier: 'jailbreak', content: 'Mine too.', forbid_overrides: true },
      ],
    });
    expect(slotsFor({ persona: card, preset })).toEqual([
      'main prompt | system: Mine.',
      '(history)',
      'post-history instructions | system: Mine too.',
    ]);
  });

  test('do not where the prompt is off', () => {
    expect(slotsFor({ persona: card, preset: ordered('-main', 'chatHistory', '-jailbreak') })).toEqual(['(history)']);
  });

  test('quote nothing where lore has put the preset’s out', () => {
    const disabledPrompts = ['system_prompt' as const, 'post_history_instructions' as const];
    expect(slotsFor({ persona: card, preset: phi, lore: { ...NO_LORE, disabledPrompts } })).toEqual([
      'main prompt | system: Be Wren.  ()',
      '(history)',
      'post-history instructions | system: Short, !',
    ]);
    expect(slotsFor({ preset: phi, lore: { ...NO_LORE, disabledPrompts } })).toEqual(['(history)']);
  });

  test('give way to what the conversation has of its own', () => {
    const chatTexts = {
      systemPrompt: 'Chat. {{original}}',
      scenario: 'Elsewhere, {{char}}.',
      exampleDialogue: '{{char}}: Hm.',
    };
    expect(slotsFor({ persona: { ...wren, description: '', personality: '' }, chatTexts })).toEqual([
      "main prompt | system: Chat. Write Wren's next reply in a fictional chat between Wren and Robin.",
      'scenario | system: Elsewhere, Wren.',
      'heading: [Example Chat] / example_assistant: Hm.',
      '(history)',
    ]);
  });
});

describe('example dialogue', () => {
  test('of lore stands around the card’s', () => {
    const examples = { ...NO_LORE, examplesTop: ['Robin: top'], examplesBottom: ['plain', 'Wren: bottom'] };
    expect(slotsFor({ persona: persona({ exampleDialogue: 'Wren: own' }), lore: examples })).toEqual([
      MAIN,
      'heading: [Example Chat] / example_user: top',
      'heading: [Example Chat] / example_assistant: own',
      'heading: [Example Chat]',
      'heading: [Example Chat] / example_assistant: bottom',
      '(history)',
    ]);
  });

  test('has no heading if the preset has none', () => {
    const preset = { ...DEFAULT_PRESET, texts: { ...DEFAULT_PRESET.texts, newExampleChat: '' } };
    expect(slotsFor({ persona: persona({ exampleDialogue: 'Wren: own' }), preset })).toEqual([
      MAIN,
      'example_assistant: own',
      '(history)',
    ]);
  });
});

function enabled(identifier: string) {
  return { identifier, enabled: true };
}

test.each([
  [0, "member's persona | system: "],
  [2, "author's note | system: "],
  [3, "author's note | system: Wren’s note\n"],
] as const)('what a member tells of themselves is told as it is, at position %i', (position, before) => {
  const description = String.raw`{{{char}}} {{setvar::a::1}} <user> \{{x}}`;
  const note = { text: '{{char}}’s note', interval: 1, position: 'after-main', depth: 4, role: 'system' } as const;
  const user = { name: 'Robin', description, isLiteral: true, position, depth: 2, role: 'system' } as const;
  const after = position === 2 ? '\nWren’s note' : '';
  expect(slotsFor({ user, note })).toContain(`${before}${description}${after}`);
});
