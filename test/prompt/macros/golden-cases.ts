import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { MacroContext } from '../../../src/prompt/macros.ts';
import { macroContext } from './support.ts';

interface GoldenMessage {
  role: string;
  content: string;
  name?: string;
}

export interface GoldenCard {
  name: string;
  description: string;
  personality: string;
  scenario: string;
  first_mes: string;
  mes_example: string;
  creator_notes: string;
  system_prompt: string;
  post_history_instructions: string;
  alternate_greetings: string[];
  character_version: string;
  extensions: { depth_prompt?: { prompt: string } };
}

export interface GoldenCase {
  name: string;
  settings: {
    max_context: number;
    max_tokens: number;
    prefer_character_prompt: boolean;
    prefer_character_jailbreak: boolean;
    prompt_post_processing: string;
  };
  input: {
    cards: { data: GoldenCard }[];
    lorebooks?: Record<string, { entries: Record<string, GoldenEntry> }>;
    persona: { name: string; description: string; position: number };
    preset?: {
      prompts: { identifier: string; content?: string; marker?: boolean; forbid_overrides?: boolean }[];
      prompt_order: { character_id: number; order: { identifier: string; enabled: boolean }[] }[];
    } | null;
    authors_note?: { note_prompt: string; note_interval: number } | null;
    chat_metadata?: { scenario?: string; mes_example?: string; system_prompt?: string } | null;
    chat?: { name: string; is_user: boolean; mes: string }[] | null;
    group?: { generation_mode?: number; members: string[] } | null;
    power_user?: { strip_examples?: boolean } | null;
    steps: { op: string }[];
  };
  expected: { messages: GoldenMessage[]; steps: { variables_after?: Record<string, unknown> | null }[] };
}

export interface GoldenEntry {
  content: string;
  position: number;
  order: number;
  outletName: string;
}

const folder = fileURLToPath(new URL('../../../../shared/data/st-golden/', import.meta.url));

/** Prompts recorded from SillyTavern 1.18, which are no part of this repository; none where they are missing. */
export const goldenCases: GoldenCase[] = existsSync(folder)
  ? readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .map((file) => ({ ...JSON.parse(readFileSync(folder + file, 'utf8')), name: file.replace('.json', '') }))
  : [];

export function goldenCase(number: string): GoldenCase {
  const found = goldenCases.find(({ name }) => name.startsWith(`${number}-`));
  if (!found) throw new Error(`no case ${number}`);
  return found;
}

/** Who spoke in the case's last request: in a group the one whom the prompt names. */
export function speakerOf({ input, expected }: GoldenCase): GoldenCard {
  const cards = input.cards.map(({ data }) => data);
  const told = expected.messages.map(({ content }) => content).join('\n');
  const [first] = cards;
  const named = cards.find(({ name }) => told.includes(`Write ${name}'s`) || told.includes(`only as ${name}.`));
  const speaker = named ?? first;
  if (!speaker) throw new Error('no card');
  return speaker;
}

export function contextOf(recorded: GoldenCase): MacroContext {
  const { input, settings } = recorded;
  const speaker = speakerOf(recorded);
  const group = input.group?.members.join(', ');
  return macroContext({
    user: input.persona.name,
    char: speaker.name,
    group,
    fields: {
      description: speaker.description,
      personality: speaker.personality,
      scenario: speaker.scenario,
      persona: input.persona.description,
      mesExamplesRaw: speaker.mes_example,
      charPrompt: speaker.system_prompt,
      charInstruction: speaker.post_history_instructions,
      charVersion: speaker.character_version,
      charCreatorNotes: speaker.creator_notes,
    },
    greetings: [speaker.first_mes, ...speaker.alternate_greetings],
    environment: {
      model: 'golden-model',
      maxPrompt: settings.max_context - settings.max_tokens,
      maxContext: settings.max_context,
      maxResponse: settings.max_tokens,
      generation: 'normal',
    },
    outlets: outletsOf(loreOf(recorded)),
  });
}

export function loreOf({ input }: GoldenCase): GoldenEntry[] {
  return Object.values(input.lorebooks ?? {}).flatMap(({ entries }) => Object.values(entries));
}

function outletsOf(entries: GoldenEntry[]): Record<string, string> {
  const outlets: Record<string, string> = {};
  for (const { outletName, content } of entries
    .filter(({ position }) => position === 7)
    .sort((a, b) => b.order - a.order)) {
    outlets[outletName] = outletName in outlets ? `${outlets[outletName]}\n${content}` : content;
  }
  return outlets;
}
