import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { readLorebook } from '../../../src/personas/lorebooks/read-lorebook.ts';
import { activateLore, type LoreSettings, type LoreSource, type TimedLore } from '../../../src/prompt/lorebook.ts';
import { directRegex } from './support.ts';

/** Prompts that SillyTavern made of lorebooks and little else, so that what stands between two markers is the lore. */
const FOLDER = new URL('../../../../shared/data/st-golden/', import.meta.url);
const CASE_NAMES = /^(258|26\d|27\d|28\d|29\d|30\d|222|230|512|514|522)-/;

interface Message {
  name: string;
  is_user: boolean;
  is_system?: boolean;
  mes: string;
}

interface RecordedCase {
  settings: { max_context: number; world_info: Record<string, number | boolean> };
  input: {
    cards: [{ data: { extensions: { world?: string } } }];
    lorebooks: Record<string, unknown>;
    world_info_links: { global: string[]; chat: string | null; persona: string | null };
    persona: { description: string };
    authors_note?: { note_prompt: string };
    extension_settings?: unknown;
    chat: Message[] | null;
  };
  expected: {
    steps: {
      action: { op: 'generate' | 'send' | 'regenerate' | 'swipe' | 'continue'; text?: string };
      requests: { messages: { role: string; content: string }[] }[];
      chat_after: Message[];
      timedWorldInfo_after: Record<
        'sticky' | 'cooldown',
        Record<string, { start: number; end: number; protected: boolean }>
      >;
    }[];
  };
}

const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => CASE_NAMES.test(name)) : [];

function sourcesOf({ input }: RecordedCase): LoreSource[] {
  const { global, chat, persona } = input.world_info_links;
  const source = (name: string | null | undefined, kind: LoreSource['kind']): LoreSource[] =>
    name ? [{ id: name, kind, book: readLorebook(input.lorebooks[name], name).book }] : [];
  return [
    ...source(input.cards[0].data.extensions.world, 'character'),
    ...global.flatMap((name) => source(name, 'global')),
    ...source(chat, 'chat'),
    ...source(persona, 'persona'),
  ];
}

function settingsOf({ settings: { world_info: info } }: RecordedCase): LoreSettings {
  const strategies = ['evenly', 'character-first', 'global-first'] as const;
  return {
    depth: Number(info['depth']),
    minActivations: Number(info['min_activations']),
    minActivationsDepthMax: Number(info['min_activations_depth_max']),
    budgetPercent: Number(info['budget']),
    budgetCap: Number(info['budget_cap']),
    includeNames: info['include_names'] === true,
    recursive: info['recursive'] === true,
    maxRecursionSteps: Number(info['max_recursion_steps']),
    caseSensitive: info['case_sensitive'] === true,
    wholeWords: info['match_whole_words'] === true,
    groupScoring: info['use_group_scoring'] === true,
    strategy: strategies[Number(info['character_strategy'])] ?? 'evenly',
  };
}

/** What the lore of each step is: system messages between the main prompt and the chat, and the timed effects. */
function expectedOf({ input, expected }: RecordedCase) {
  return expected.steps.map(({ requests, timedWorldInfo_after: timed }) => {
    const messages = requests[0]?.messages ?? [];
    const end = messages.findIndex(({ content }) => content === '[Start a new Chat]');
    const texts = messages.slice(1, end).map(({ content }) => content);
    return { texts: texts.filter((text) => text !== input.persona.description), timed: spansOf(timed) };
  });
}

type Span = { start: number; end: number };

function spansOf(
  timed: Record<'sticky' | 'cooldown', Record<string, Span & { protected?: boolean; isProtected?: boolean }>>,
) {
  const spans = (effects: Record<string, Span & { protected?: boolean; isProtected?: boolean }>) =>
    Object.entries(effects).map(([key, { start, end, ...more }]) => {
      return { key, start, end, isProtected: more.protected ?? more.isProtected };
    });
  return { sticky: spans(timed.sticky), cooldown: spans(timed.cooldown) };
}

/** The messages that a step's prompt is made of. */
function chatsOf({ input, expected }: RecordedCase): Message[][] {
  let chat = input.chat ?? [];
  return expected.steps.map(({ action, chat_after: after }) => {
    const said: Message[] = action.op === 'send' ? [{ name: 'Robin', is_user: true, mes: action.text ?? '' }] : [];
    const again = action.op === 'swipe' || action.op === 'regenerate';
    const seen = again && !chat.at(-1)?.is_user ? chat.slice(0, -1) : [...chat, ...said];
    chat = after;
    return seen.filter((message) => message.is_system !== true);
  });
}

async function played(recorded: RecordedCase) {
  const { input, settings } = recorded;
  let timed: TimedLore = { sticky: {}, cooldown: {}, matched: [] };
  const steps = [];
  for (const [index, chat] of chatsOf(recorded).entries()) {
    const { op } = recorded.expected.steps[index]?.action ?? { op: 'generate' };
    const lore = await activateLore({
      sources: sourcesOf(recorded),
      settings: settingsOf(recorded),
      messages: chat.map(({ name, mes }) => ({ name, content: mes })).toReversed(),
      messageCount: chat.length,
      assistantMessageCount: chat.filter((message) => !message.is_user).length,
      fields: { personaDescription: input.persona.description },
      injectedTexts: input.extension_settings ? [input.authors_note?.note_prompt ?? ''] : [],
      contextTokens: settings.max_context,
      count: async (texts) => texts.map((text) => text.split(/\s+/).length * 2),
      expand: (text) => text.replaceAll('{{user}}', 'Robin').replaceAll('{{char}}', 'Wren'),
      timed: JSON.parse(JSON.stringify(timed)) as TimedLore,
      generation: op === 'send' || op === 'generate' ? 'normal' : op,
      character: { name: 'Wren', tags: [] },
      random: () => 0.5,
      regex: directRegex,
    });
    timed = lore.timed;
    const texts = [lore.before, lore.after].filter((text) => text !== '');
    steps.push({ texts, timed: spansOf(timed) });
  }
  return steps;
}

test('the recorded cases hold, where they are at hand', async () => {
  for (const file of files) {
    const recorded = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as RecordedCase;
    expect({ file, steps: await played(recorded) }).toEqual({ file, steps: expectedOf(recorded) });
  }
});
