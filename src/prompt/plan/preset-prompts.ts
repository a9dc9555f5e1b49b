import type { PromptRole } from '../../personas/persona.ts';
import type { Preset, PresetPrompt } from '../preset.ts';
import { DEFAULT_ORDER, DEFAULT_PROMPTS } from './default-preset.ts';

type Fields = Record<string, unknown>;

/** Those of a stranger's preset that are looked at. */
const PROMPTS_MAX = 1000;
const DEFAULT_DEPTH = 4;
const DEFAULT_INJECTION_ORDER = 100;
/** Whose order counts for all characters; 100000 is from before it could be told apart. */
const ALL_CHARACTERS = 100001;

/** The preset's prompts, and those that it lacks as SillyTavern has them. */
export function readPrompts(source: Fields): PresetPrompt[] {
  const own = objectsOf(source.prompts).flatMap(readPrompt);
  const identifiers = new Set(own.map(({ identifier }) => identifier));
  const texts = oldTexts(source);
  const missing = DEFAULT_PROMPTS.filter(({ identifier }) => !identifiers.has(identifier)).map((prompt) => ({
    ...prompt,
    content: texts[prompt.identifier] ?? prompt.content,
  }));
  return [...own, ...missing];
}

export function readOrder(source: Fields, prompts: readonly PresetPrompt[]): Preset['order'] {
  const orders = objectsOf(source.prompt_order);
  const chosen = orders.find((order) => order.character_id === ALL_CHARACTERS) ?? orders[0];
  const order = objectsOf(chosen?.order).flatMap(({ identifier, enabled }) =>
    typeof identifier === 'string' ? [{ identifier, isEnabled: enabled === true }] : [],
  );
  if (order.length > 0) return order;
  if (source.nsfw_first === true) return movedBefore(DEFAULT_ORDER, 'nsfw', 'main');
  const isOfOthers = prompts.some(
    ({ identifier }) => !DEFAULT_PROMPTS.some((known) => known.identifier === identifier),
  );
  return isOfOthers ? orderOfPrompts(source) : DEFAULT_ORDER;
}

/** Presets of other programs have no order but that of the prompts; what they lack stands behind, as SillyTavern orders it. */
function orderOfPrompts(source: Fields): Preset['order'] {
  const own = objectsOf(source.prompts).flatMap(({ identifier, enabled }) =>
    typeof identifier === 'string' ? [{ identifier, isEnabled: enabled !== false }] : [],
  );
  return [...own, ...DEFAULT_ORDER.filter(({ identifier }) => !own.some((entry) => entry.identifier === identifier))];
}

function readPrompt(fields: Fields): PresetPrompt[] {
  const { identifier, name, role, content, injection_trigger: triggers } = fields;
  if (typeof identifier !== 'string') return [];
  return [
    {
      identifier,
      name: DEFAULT_PROMPTS.find((known) => known.identifier === identifier)?.name ?? titleOf(name),
      role: isRole(role) ? role : 'system',
      content: typeof content === 'string' ? content : '',
      inChat:
        fields.injection_position === 1
          ? {
              depth: numberOf(fields.injection_depth, DEFAULT_DEPTH),
              order: numberOf(fields.injection_order, DEFAULT_INJECTION_ORDER),
            }
          : undefined,
      triggers: Array.isArray(triggers) ? triggers.filter((trigger) => typeof trigger === 'string') : [],
      forbidsOverrides: fields.forbid_overrides === true,
    },
  ];
}

/** Of 2023, when a preset had three prompts and no list. */
function oldTexts(source: Fields): Record<string, string | undefined> {
  const text = (key: string, isOn: boolean) => (typeof source[key] === 'string' && isOn ? source[key] : undefined);
  return {
    main: text('main_prompt', true),
    nsfw: text('nsfw_prompt', source.nsfw_toggle !== false),
    jailbreak: text('jailbreak_prompt', source.jailbreak_system !== false),
  };
}

function movedBefore(order: Preset['order'], identifier: string, before: string): Preset['order'] {
  const moved = order.filter((entry) => entry.identifier === identifier);
  return order
    .filter((entry) => entry.identifier !== identifier)
    .flatMap((entry) => (entry.identifier === before ? [...moved, entry] : [entry]));
}

function objectsOf(value: unknown): Fields[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, PROMPTS_MAX).filter((entry): entry is Fields => typeof entry === 'object' && entry !== null);
}

function numberOf(value: unknown, otherwise: number): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : otherwise;
}

function isRole(role: unknown): role is PromptRole {
  return role === 'system' || role === 'user' || role === 'assistant';
}

function titleOf(name: unknown): string {
  return typeof name === 'string' && name.trim() !== ''
    ? `prompt “${name.trim().slice(0, 60)}”`
    : 'prompt of the preset';
}
