import { CONTINUE_NUDGE } from '../nudges.ts';
import type { PresetPrompt, PresetTexts } from '../preset.ts';

/** Identifiers of the prompts that every preset has, in the order in which SillyTavern adds missing ones. */
const MARKER = { role: 'system', content: '', triggers: [], forbidsOverrides: false } as const;

export const DEFAULT_PROMPTS: PresetPrompt[] = [
  {
    identifier: 'main',
    name: 'main prompt',
    content: "Write {{char}}'s next reply in a fictional chat between {{charIfNotGroup}} and {{user}}.",
  },
  { identifier: 'nsfw', name: 'auxiliary prompt' },
  { identifier: 'dialogueExamples', name: 'example dialogue' },
  { identifier: 'jailbreak', name: 'post-history instructions' },
  { identifier: 'chatHistory', name: 'history' },
  { identifier: 'worldInfoAfter', name: 'lore' },
  { identifier: 'worldInfoBefore', name: 'lore' },
  {
    identifier: 'enhanceDefinitions',
    name: 'prompt that enhances definitions',
    content:
      "If you have more knowledge of {{char}}, add to the character's lore and personality to enhance them but keep the Character Sheet's definitions absolute.",
  },
  { identifier: 'charDescription', name: 'description' },
  { identifier: 'charPersonality', name: 'personality' },
  { identifier: 'scenario', name: 'scenario' },
  { identifier: 'personaDescription', name: "member's persona" },
].map((prompt) => ({ ...MARKER, triggers: [], ...prompt }));

export const DEFAULT_ORDER = [
  'main',
  'worldInfoBefore',
  'personaDescription',
  'charDescription',
  'charPersonality',
  'scenario',
  'enhanceDefinitions',
  'nsfw',
  'worldInfoAfter',
  'dialogueExamples',
  'chatHistory',
  'jailbreak',
].map((identifier) => ({ identifier, isEnabled: identifier !== 'enhanceDefinitions' }));

export const DEFAULT_TEXTS: PresetTexts = {
  newChat: '[Start a new Chat]',
  newGroupChat: '[Start a new group chat. Group members: {{group}}]',
  newExampleChat: '[Example Chat]',
  continueNudge: CONTINUE_NUDGE,
  groupNudge: '[Write the next reply only as {{char}}.]',
  impersonation:
    "[Write your next reply from the point of view of {{user}}, using the chat history so far as a guideline for the writing style of {{user}}. Don't write as {{char}} or system. Don't describe actions of {{char}}.]",
  worldInfoFormat: '{0}',
  scenarioFormat: '{{scenario}}',
  personalityFormat: '{{personality}}',
  sendIfEmpty: '',
};
