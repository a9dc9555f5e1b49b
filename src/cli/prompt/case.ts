import { StartError } from '../../core/errors.ts';
import type { Lorebook } from '../../personas/lorebook.ts';
import { readLorebook } from '../../personas/lorebooks/read-lorebook.ts';
import type { PostProcessing } from '../../prompt/layout/post-process.ts';
import type { LoreSettings } from '../../prompt/lorebook.ts';
import type { AuthorsNote, PlanRequest } from '../../prompt/plan.ts';
import { type Preset, readPreset } from '../../prompt/preset.ts';
import { type CaseCharacter, readCharacter } from './character.ts';
import { type ChatMessage, readChat } from './chat.ts';
import { type Fields, fieldsOf, flagOf, listOf, numberOf, textOf } from './fields.ts';
import { type CaseGroup, readGroup } from './group.ts';
import { readLoreSettings } from './lore-settings.ts';
import { type CharacterNote, readCharacterNotes, readNote, readUser } from './notes.ts';

/** A situation in SillyTavern and what is done in it: the `input` of a recorded case. */
export interface PromptCase {
  characters: CaseCharacter[];
  lorebooks: ReadonlyMap<string, Lorebook>;
  /** Names of lorebooks. */
  links: { global: string[]; chat?: string | undefined; persona?: string | undefined };
  user: PlanRequest['user'];
  preset: Preset;
  note: AuthorsNote | undefined;
  characterNotes: CharacterNote[];
  /** Notes, at depth too, are scanned for keys of lore. */
  notesAreScanned: boolean;
  chatTexts: PlanRequest['chatTexts'];
  /** Undefined: a fresh chat, which begins with the greeting. */
  chat: ChatMessage[] | undefined;
  group: CaseGroup | undefined;
  steps: CaseStep[];
  overrides: PlanRequest['overrides'];
  loreSettings: LoreSettings;
  variables: { local: Map<string, string>; global: Map<string, string> };
  postProcessing: PostProcessing;
  model: string;
  maxContextTokens: number;
  maxReplyTokens: number;
}

export interface CaseStep {
  operation: string;
  /** Of `send` and `slash`. */
  text: string;
  /** Of `quiet`. */
  prompt: string;
  /** Quiet without lore at a depth. */
  skipsDepthLore: boolean;
  /** What the model answers, if the case says it. */
  reply: string | undefined;
}

const DEFAULT_MAX_CONTEXT = 4095;
const DEFAULT_MAX_REPLY = 300;
const POST_PROCESSING: readonly PostProcessing[] = [
  'none',
  'merge',
  'semi',
  'strict',
  'single',
  'merge_tools',
  'semi_tools',
  'strict_tools',
];

/** @throws StartError for what is no case @throws UserError for a card or lorebook that cannot be read */
export function readCase(json: unknown): PromptCase {
  const whole = fieldsOf(json);
  if (listOf(fieldsOf(whole.input).steps).length === 0) {
    throw new StartError('This is no case: it needs an `input` with `cards` and at least one of `steps`.');
  }
  const input = fieldsOf(whole.input);
  const settings = { ...fieldsOf(whole.settings), ...fieldsOf(input.settings) };
  const powerUser = { ...settings, ...fieldsOf(input.power_user) };
  const preset = { ...settings, ...fieldsOf(input.preset) };
  const metadata = fieldsOf(input.chat_metadata);
  const extensions = fieldsOf(input.extension_settings);
  const characters = listOf(input.cards).map((card) =>
    readCharacter(card, {
      importsBook: input.import_embedded_book === true,
      stripsExamples: flagOf(powerUser.strip_examples, false),
    }),
  );
  if (characters.length === 0) throw new StartError('This case has no character: `input.cards` is empty.');
  const postProcessing = settings.prompt_post_processing;
  return {
    characters,
    lorebooks: readLorebooks(fieldsOf(input.lorebooks)),
    links: readLinks(fieldsOf(input.world_info_links), metadata),
    user: readUser(fieldsOf(input.persona)),
    preset: readPreset(preset),
    note: readNote({ ...metadata, ...fieldsOf(input.authors_note) }, fieldsOf(extensions.note)),
    characterNotes: readCharacterNotes(fieldsOf(extensions.note)),
    notesAreScanned: flagOf(fieldsOf(extensions.note).allowWIScan, false),
    chatTexts: {
      scenario: textOf(metadata.scenario),
      exampleDialogue: textOf(metadata.mes_example),
      systemPrompt: textOf(metadata.system_prompt),
    },
    chat: listOf(input.chat).length > 0 ? readChat(listOf(input.chat)) : undefined,
    group: readGroup(input.group, characters),
    steps: listOf(input.steps).map((step) => readStep(fieldsOf(step))),
    overrides: {
      prefersCardPrompt: flagOf(powerUser.prefer_character_prompt, true),
      prefersCardPostHistory: flagOf(powerUser.prefer_character_jailbreak, true),
    },
    loreSettings: readLoreSettings({ ...fieldsOf(settings.world_info), ...fieldsOf(input.world_info) }),
    variables: {
      local: readVariables(metadata.variables),
      global: readVariables(fieldsOf(extensions.variables).global),
    },
    postProcessing: POST_PROCESSING.find((mode) => mode === postProcessing) ?? 'none',
    model: textOf(settings.model, 'golden-model'),
    maxContextTokens: numberOf(preset.openai_max_context ?? settings.max_context, DEFAULT_MAX_CONTEXT),
    maxReplyTokens: numberOf(preset.openai_max_tokens ?? settings.max_tokens, DEFAULT_MAX_REPLY),
  };
}

function readLorebooks(books: Fields): Map<string, Lorebook> {
  return new Map(Object.entries(books).map(([name, book]) => [name, readLorebook(book, name).book]));
}

function readLinks(links: Fields, metadata: Fields): PromptCase['links'] {
  return {
    global: listOf(links.global).map((name) => textOf(name)),
    chat: textOf(links.chat) || textOf(metadata.world_info) || undefined,
    persona: textOf(links.persona) || undefined,
  };
}

function readStep(step: Fields): CaseStep {
  return {
    operation: textOf(step.op),
    text: textOf(step.text) || textOf(step.command),
    prompt: textOf(step.prompt) || textOf(step.text),
    skipsDepthLore: fieldsOf(step.args).skipWIAN === true,
    reply: typeof step.reply === 'string' ? step.reply : undefined,
  };
}

function readVariables(value: unknown): Map<string, string> {
  return new Map(Object.entries(fieldsOf(value)).map(([name, content]) => [name, String(content)]));
}
