import type { PromptRole } from '../personas/persona.ts';
import { DEFAULT_ORDER, DEFAULT_PROMPTS, DEFAULT_TEXTS } from './plan/default-preset.ts';
import { readOrder, readPrompts } from './plan/preset-prompts.ts';

/** One text of a preset. Those of SillyTavern, `main` and `charDescription` say, have the same identifiers in all presets. */
export interface PresetPrompt {
  identifier: string;
  /** A title for people. */
  name: string;
  role: PromptRole;
  /** '' where a card's or a member's text stands in its place. */
  content: string;
  /** Stands among the messages; undefined: where the order puts it. */
  inChat?: { depth: number; order: number } | undefined;
  /** Kinds of generation that it is for; empty: all. */
  triggers: string[];
  /** A card's text does not take its place. */
  forbidsOverrides: boolean;
}

export interface PresetTexts {
  newChat: string;
  newGroupChat: string;
  newExampleChat: string;
  continueNudge: string;
  groupNudge: string;
  impersonation: string;
  /** `{0}` is the lore; blank: the lore alone. */
  worldInfoFormat: string;
  /** Blank: the card's text alone. */
  scenarioFormat: string;
  personalityFormat: string;
  /** What the user says where the assistant would speak twice; '': nothing. */
  sendIfEmpty: string;
}

/**
 * How names reach the model: not at all, `Name: ` for members of a group, the message's `name`, always `Name: `
 * (SillyTavern's `names_behavior`).
 */
export type NamesBehavior = -1 | 0 | 1 | 2;

/** The parts of SillyTavern's chat-completion preset that shape a prompt. */
export interface Preset {
  prompts: PresetPrompt[];
  order: { identifier: string; isEnabled: boolean }[];
  texts: PresetTexts;
  namesBehavior: NamesBehavior;
  squashesSystem: boolean;
  /** A reply that goes on stands last, with no nudge behind it. */
  continuePrefill: boolean;
  /** Between the reply and what is added to it. */
  continuePostfix: string;
}

/** What SillyTavern 1.18 does before any preset is chosen. */
export const DEFAULT_PRESET: Preset = {
  prompts: DEFAULT_PROMPTS,
  order: DEFAULT_ORDER,
  texts: DEFAULT_TEXTS,
  namesBehavior: 0,
  squashesSystem: false,
  continuePrefill: false,
  continuePostfix: ' ',
};

const TEXT_KEYS: Record<keyof PresetTexts, string> = {
  newChat: 'new_chat_prompt',
  newGroupChat: 'new_group_chat_prompt',
  newExampleChat: 'new_example_chat_prompt',
  continueNudge: 'continue_nudge_prompt',
  groupNudge: 'group_nudge_prompt',
  impersonation: 'impersonation_prompt',
  worldInfoFormat: 'wi_format',
  scenarioFormat: 'scenario_format',
  personalityFormat: 'personality_format',
  sendIfEmpty: 'send_if_empty',
};

/** A preset of any age. What is missing or of a wrong type is as in {@link DEFAULT_PRESET}; samplers and the like are left out. */
export function readPreset(json: unknown): Preset {
  const source: Record<string, unknown> = typeof json === 'object' && json !== null ? { ...json } : {};
  const text = (key: string, otherwise: string) => (typeof source[key] === 'string' ? source[key] : otherwise);
  const flag = (key: string, otherwise: boolean) => (typeof source[key] === 'boolean' ? source[key] : otherwise);
  const texts: PresetTexts = { ...DEFAULT_TEXTS };
  for (const [name, key] of Object.entries(TEXT_KEYS) as [keyof PresetTexts, string][]) {
    texts[name] = text(key, DEFAULT_TEXTS[name]);
  }
  const prompts = readPrompts(source);
  return {
    prompts,
    order: readOrder(source, prompts),
    texts,
    namesBehavior: readNamesBehavior(source.names_behavior),
    squashesSystem: flag('squash_system_messages', DEFAULT_PRESET.squashesSystem),
    continuePrefill: flag('continue_prefill', DEFAULT_PRESET.continuePrefill),
    continuePostfix: text('continue_postfix', DEFAULT_PRESET.continuePostfix),
  };
}

function readNamesBehavior(value: unknown): NamesBehavior {
  return value === -1 || value === 1 || value === 2 ? value : 0;
}
