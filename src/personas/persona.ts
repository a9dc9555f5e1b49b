import type { Lorebook } from './lorebook.ts';

export type PromptRole = 'system' | 'user' | 'assistant';

/**
 * A character that the bot speaks as: what prompts, views and exports need of a character card of any version. All texts
 * are as the card has them, macros included; absent ones are ''.
 */
export interface Persona {
  /** Not blank, without control characters. */
  name: string;
  /** Takes the place of the name in prompts (V3). */
  nickname?: string | undefined;
  description: string;
  personality: string;
  scenario: string;
  firstMessage: string;
  alternateGreetings: string[];
  groupOnlyGreetings: string[];
  /** `mes_example`: blocks of example dialogue, separated by `<START>`. */
  exampleDialogue: string;
  systemPrompt: string;
  postHistoryInstructions: string;
  /** SillyTavern's "Character's Note": stands so many messages before the newest. */
  depthPrompt?: { prompt: string; depth: number; role: PromptRole } | undefined;
  /** 0 to 1: how likely the persona speaks without being asked, among several. */
  talkativeness: number;
  creatorNotes: string;
  creator: string;
  characterVersion: string;
  tags: string[];
  lorebook?: Lorebook | undefined;
}

/** The first messages that are not blank, the card's own order. */
export function greetingsOf({ firstMessage, alternateGreetings }: Persona): string[] {
  return [firstMessage, ...alternateGreetings].filter((greeting) => greeting.trim() !== '');
}

/** What the persona is called in a conversation. */
export function spokenName({ name, nickname }: Pick<Persona, 'name' | 'nickname'>): string {
  return nickname?.trim() || name;
}
