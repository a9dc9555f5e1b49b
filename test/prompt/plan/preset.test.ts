import { describe, expect, test } from '@jest/globals';
import { DEFAULT_PRESET, readPreset } from '../../../src/prompt/preset.ts';

const contentOf = (json: unknown, identifier: string) =>
  readPreset(json).prompts.find((prompt) => prompt.identifier === identifier)?.content;
const orderOf = (json: unknown) =>
  readPreset(json).order.map(({ identifier, isEnabled }) => (isEnabled ? identifier : `-${identifier}`));
const DEFAULT_ORDER = orderOf({});

describe('a preset', () => {
  test.each([[null], ['text'], [[]], [{ prompts: 3, prompt_order: 'x', names_behavior: 7, wi_format: 1 }]])(
    'that says nothing is the default: %j',
    (json) => {
      expect(readPreset(json)).toEqual(DEFAULT_PRESET);
    },
  );

  test('says its texts and switches', () => {
    const {
      texts,
      prompts: _prompts,
      order: _order,
      ...switches
    } = readPreset({
      new_chat_prompt: 'a',
      new_group_chat_prompt: 'b',
      new_example_chat_prompt: 'c',
      continue_nudge_prompt: 'd',
      group_nudge_prompt: 'e',
      impersonation_prompt: 'f',
      wi_format: 'g',
      scenario_format: 'h',
      personality_format: '',
      send_if_empty: 'i',
      names_behavior: -1,
      squash_system_messages: true,
      continue_prefill: true,
      continue_postfix: '',
    });
    expect(texts).toEqual({
      newChat: 'a',
      newGroupChat: 'b',
      newExampleChat: 'c',
      continueNudge: 'd',
      groupNudge: 'e',
      impersonation: 'f',
      worldInfoFormat: 'g',
      scenarioFormat: 'h',
      personalityFormat: '',
      sendIfEmpty: 'i',
    });
    expect(switches).toEqual({ namesBehavior: -1, squashesSystem: true, continuePrefill: true, continuePostfix: '' });
  });

  test('may have prompts with odd or missing fields; those that it lacks are SillyTavern’s', () => {
    const { prompts } = readPreset({
      prompts: [
        null,
        { name: 'nameless' },
        {
          identifier: 'x',
          name: ' Mine ',
          role: 'tool',
          content: 5,
          injection_position: 1,
          injection_depth: '2',
          injection_trigger: ['swipe', 3],
          forbid_overrides: true,
        },
        { identifier: 'main', content: 'Main.', name: 'Anything' },
      ],
    });
    const rest = DEFAULT_PRESET.prompts.filter(({ identifier }) => identifier !== 'main');
    expect(prompts).toEqual([
      {
        identifier: 'x',
        name: 'prompt “Mine”',
        role: 'system',
        content: '',
        inChat: { depth: 2, order: 100 },
        triggers: ['swipe'],
        forbidsOverrides: true,
      },
      {
        identifier: 'main',
        name: 'main prompt',
        role: 'system',
        content: 'Main.',
        triggers: [],
        forbidsOverrides: false,
      },
      ...rest,
    ]);
  });

  test('of 2023 has three texts and no list', () => {
    const old = { main_prompt: 'M', nsfw_prompt: 'N', jailbreak_prompt: 'J', nsfw_toggle: false, nsfw_first: true };
    expect(['main', 'nsfw', 'jailbreak'].map((identifier) => contentOf(old, identifier))).toEqual(['M', '', 'J']);
    expect(contentOf({ ...old, jailbreak_system: false }, 'jailbreak')).toBe('');
    expect(orderOf(old).slice(0, 2)).toEqual(['nsfw', 'main']);
  });
});

describe('the order', () => {
  const order = (...identifiers: string[]) => identifiers.map((identifier) => ({ identifier, enabled: true }));

  test('is that of all characters, else the first', () => {
    const orders = [
      { character_id: 100000, order: order('main') },
      { character_id: 100001, order: [...order('nsfw'), { identifier: 'main', enabled: false }, { enabled: true }] },
    ];
    expect(orderOf({ prompt_order: orders })).toEqual(['nsfw', '-main']);
    expect(orderOf({ prompt_order: orders.slice(0, 1) })).toEqual(['main']);
  });

  test('is the default if there is none', () => {
    expect(orderOf({ prompts: [{ identifier: 'main', content: 'M' }] })).toEqual(DEFAULT_ORDER);
    expect(DEFAULT_ORDER).toContain('-enhanceDefinitions');
  });

  test('is that of the prompts where other programs have added theirs, with what is lacking behind', () => {
    const prompts = [{ identifier: 'x' }, { identifier: 'chatHistory' }, { identifier: 'y', enabled: false }];
    const lacking = DEFAULT_ORDER.filter((identifier) => identifier !== 'chatHistory');
    expect(orderOf({ prompts })).toEqual(['x', 'chatHistory', '-y', ...lacking]);
  });
});
