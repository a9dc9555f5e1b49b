import { isObject, type JsonObject } from './json.ts';

const LOREBOOK = 'This is a lorebook, not a character card. Import it with `/lorebook import`.';
const CHAT = 'This is a chat, not a character card. Import it with `/history import`.';
const NO_CARD = 'Choose a character card: a PNG, JSON or CHARX file.';
const PRESET = `This is a preset of settings, not a character card. ${NO_CARD}`;
const TEXTGEN = 'This is a character of text-generation-webui, which cannot be read.';

export const WEBUI_CHARACTER = `${TEXTGEN} Save the character as a character card (PNG or JSON), and import that.`;
export const UNKNOWN_FILE = `This file is not a character card. ${NO_CARD}`;

/** Presets of SillyTavern's kinds, of its parts, and of Agnai. */
const PRESET_SHAPES = [
  ['prompts'],
  ['prompt_order'],
  ['temp', 'top_p'],
  ['temp', 'topP'],
  ['temperature', 'top_p'],
  ['temperature', 'repetition_penalty'],
  ['input_sequence', 'output_sequence'],
  ['name', 'story_string'],
  ['name', 'prefix', 'suffix', 'separator'],
  ['instruct', 'context'],
  ['instruct', 'sysprompt'],
];
const CHAT_SHAPES = [
  ['data_visible'],
  ['histories'],
  ['messages'],
  ['chat_metadata'],
  ['user_name', 'character_name'],
  ['savedsettings', 'actions'],
  ['mes', 'is_user'],
];
const OTHER_SHAPES: [shape: string[], sentence: string][] = [
  [['personas', 'persona_descriptions'], `This is a backup of SillyTavern's user personas. ${NO_CARD}`],
  [['members', 'activation_strategy'], `This is a group of SillyTavern. Import its characters one by one.`],
  [['findRegex'], `This is a regex script, not a character card. ${NO_CARD}`],
  [['chatbot_backend'], 'This is a configuration of Amica without a name and a system prompt. Export both with it.'],
  [['idleTextPrompt'], `This is a list of Amica's idle prompts, not a character. ${NO_CARD}`],
];

/** @returns What JSON that is no card is, and where to take it; undefined if nobody knows */
export function whatItIs(json: unknown): string | undefined {
  if (Array.isArray(json)) return isLineOfChat(json[0]) ? CHAT : undefined;
  if (!isObject(json)) return undefined;
  if (isLorebook(json)) return LOREBOOK;
  const has = (shape: string[]) => shape.every((key) => Object.hasOwn(json, key));
  if (json.type === 'risuChat' || CHAT_SHAPES.some(has)) return CHAT;
  if (PRESET_SHAPES.some(has)) return PRESET;
  if (has(['name', 'greeting']) || has(['name', 'context'])) return WEBUI_CHARACTER;
  const other = OTHER_SHAPES.find(([shape]) => has(shape));
  if (other) return other[1];
  // SillyTavern's system prompts; last, because the keys are everyday words.
  return has(['name', 'content']) ? PRESET : undefined;
}

export function isLorebook(json: JsonObject): boolean {
  return (
    json.kind === 'memory' ||
    json.spec === 'lorebook_v3' ||
    json.type === 'risu' ||
    Object.hasOwn(json, 'lorebookVersion') ||
    (typeof json.entries === 'object' && json.entries !== null)
  );
}

/** Of TavernAI's old chats, which are lists of texts or of messages. */
function isLineOfChat(item: unknown): boolean {
  return typeof item === 'string' ? /^[^\n:]{1,80}: /.test(item) : isObject(item) && Object.hasOwn(item, 'mes');
}
