import { describe, expect, test } from '@jest/globals';
import { createMacros } from '../../../src/prompt/macros.ts';
import { contextOf, type GoldenCase, goldenCase, goldenCases, speakerOf } from './golden-cases.ts';

const DEFAULT_MAIN = "Write {{char}}'s next reply in a fictional chat between {{charIfNotGroup}} and {{user}}.";
/** Texts that these cases leave out of the prompt, for reasons that are not the macros'. */
const LEFT_OUT: Record<string, string[]> = {
  '013-prefer-card-prompt-off': ['system prompt', 'post-history instructions'],
  '079-preset-triggers': ['preset t2', 'preset t3'],
  '015-main-disabled': ['system prompt', 'preset main'],
};

const recorded = goldenCases.length > 0 ? test : test.skip;

/** The texts of a case that its last request holds, by what they are, as this engine expands them. */
function textsOf(golden: GoldenCase): Record<string, string> {
  const { input, settings } = golden;
  const { expand } = createMacros(contextOf(golden));
  const card = speakerOf(golden);
  const prompts = new Map((input.preset?.prompts ?? []).map((prompt) => [prompt.identifier, prompt]));
  const order = input.preset?.prompt_order.find(({ character_id: id }) => id === 100001)?.order ?? [];
  const inCard = (text: string) => expand(text, { isCardText: true });
  const joinsCards = (input.group?.generation_mode ?? 0) > 0;
  const { scenario = card.scenario, system_prompt: systemPrompt = card.system_prompt } = input.chat_metadata ?? {};
  const main = prompts.get('main')?.content ?? DEFAULT_MAIN;
  const phi = prompts.get('jailbreak')?.content ?? '';
  const overridesMain = systemPrompt !== '' && settings.prefer_character_prompt;
  const overridesPhi = card.post_history_instructions !== '' && settings.prefer_character_jailbreak;
  const isEnabled = (identifier: string) => order.some((slot) => slot.identifier === identifier && slot.enabled);
  const own = [...prompts.values()].filter(
    ({ identifier, content, marker }) =>
      content && !marker && isEnabled(identifier) && !['main', 'jailbreak'].includes(identifier),
  );
  return {
    description: inCard(card.description),
    personality: inCard(card.personality),
    ...(joinsCards && input.chat_metadata?.scenario ? {} : { scenario: inCard(scenario) }),
    'depth prompt': inCard(card.extensions.depth_prompt?.prompt ?? ''),
    ...(overridesMain && { 'system prompt': expand(systemPrompt, { isCardText: true, original: main }) }),
    ...(!overridesMain && input.preset && isEnabled('main') && { 'preset main': expand(main) }),
    ...(overridesPhi && {
      'post-history instructions': expand(card.post_history_instructions, { isCardText: true, original: phi }),
    }),
    ...(input.persona.position === 0 && { persona: expand(input.persona.description) }),
    ...(input.authors_note?.note_interval === 1 && { note: expand(input.authors_note.note_prompt) }),
    ...(input.steps.length === 1 &&
      Object.fromEntries(own.map(({ identifier, content = '' }) => [`preset ${identifier}`, expand(content)]))),
  };
}

function missingFrom(golden: GoldenCase): string[] {
  const contents = golden.expected.messages.map(({ content }) => content);
  return Object.entries(textsOf(golden))
    .filter(([what]) => !LEFT_OUT[golden.name]?.includes(what))
    .map(([what, text]) => [what, text.replaceAll('\r', '').trim()])
    .filter(([, text = '']) => !contents.some((content) => content.includes(text)))
    .map(([what, text]) => `${golden.name}, ${what}: ${text}`);
}

/** All of one message, found by its place. */
function messageOf(number: string, index: number): string | undefined {
  return goldenCase(number).expected.messages[index]?.content;
}

describe('prompts recorded from SillyTavern (in ../shared/data/st-golden)', () => {
  recorded('hold the texts of their cards, presets, notes and members as they are expanded here', () => {
    expect(goldenCases.flatMap(missingFrom)).toEqual([]);
    const told = goldenCases.flatMap((golden) => Object.values(textsOf(golden)).filter((text) => text !== ''));
    expect(told.length).toBeGreaterThan(250);
  });

  recorded('are the same where all of a message is the text of one macro case', () => {
    const descriptions = ['232', '234', '236', '238', '242', '244', '248'];
    const systemPrompts = ['009', '246', '254'];
    const told = [...descriptions, ...systemPrompts, '250'].map((number) => {
      const texts = textsOf(goldenCase(number));
      return systemPrompts.includes(number)
        ? texts['system prompt']
        : texts[number === '250' ? 'persona' : 'description'];
    });
    expect(told).toEqual([
      ...descriptions.map((number) => messageOf(number, 1)),
      ...systemPrompts.map((number) => messageOf(number, 0)),
      messageOf('250', 1),
    ]);
  });

  recorded('leave the same variables', () => {
    const left = ['238', '248'].map((number) => {
      const context = contextOf(goldenCase(number));
      createMacros(context).expand(speakerOf(goldenCase(number)).description, { isCardText: true });
      return Object.fromEntries(context.variables.local);
    });
    expect(left).toEqual([{ n: '8', e: '' }, goldenCase('248').expected.steps[0]?.variables_after]);
    expect(goldenCase('238').expected.steps[0]?.variables_after).toEqual({ n: 8, e: '' });
  });

  recorded('have escapes undone once in presets and twice in lore', () => {
    const { expand } = createMacros(contextOf(goldenCase('506')));
    expect([expand('\\{\\{user\\}\\}|{{user}}'), expand('\\{\\{user\\}\\}', { isLore: true })]).toEqual([
      messageOf('506', 0),
      messageOf('506', 1),
    ]);
  });

  recorded('continue with a macro of that prompt alone', () => {
    const { expand } = createMacros(contextOf(goldenCase('043')));
    const nudge = expand('[Continue this: {{lastChatMessage}}]', { extras: { lastChatMessage: 'The oil is' } });
    expect(nudge).toEqual(goldenCase('043').expected.messages.at(-1)?.content);
  });

  recorded('hold outlets in presets, not in cards', () => {
    const { expand } = createMacros(contextOf(goldenCase('502')));
    expect([expand('Main[{{outlet::spot}}]'), expand('D[{{outlet::spot}}]', { isCardText: true })]).toEqual([
      messageOf('502', 0),
      messageOf('502', 1),
    ]);
  });
});
