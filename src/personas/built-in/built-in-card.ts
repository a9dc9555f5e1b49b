import type { JsonObject } from '../cards/card.ts';

/** What a card of ours says; the rest of a V3 card is the same in all of them. */
export interface BuiltInCard {
  name: string;
  nickname?: string;
  description: string;
  personality: string;
  scenario: string;
  greetings: [string, ...string[]];
  groupGreetings: string[];
  exampleDialogue: string;
  systemPrompt: string;
  depthPrompt: { prompt: string; depth: number };
  talkativeness: number;
  creatorNotes: string;
  tags: string[];
  lore?: { name: string; entries: BuiltInLore[] };
}

export interface BuiltInLore {
  name: string;
  /** None: the entry is constant. */
  keys: string[];
  secondaryKeys?: string[];
  /** May begin with decorators. */
  content: string;
  order: number;
  /** In messages. */
  sticky?: number;
  position?: 'before_char' | 'after_char';
}

const VERSION = '1.0';

/** A character card V3, as a file of one would hold it. */
export function builtInCard(card: BuiltInCard): JsonObject {
  const [firstMessage, ...alternateGreetings] = card.greetings;
  return {
    spec: 'chara_card_v3',
    spec_version: '3.0',
    data: {
      name: card.name,
      ...(card.nickname === undefined ? {} : { nickname: card.nickname }),
      description: card.description,
      personality: card.personality,
      scenario: card.scenario,
      first_mes: firstMessage,
      alternate_greetings: alternateGreetings,
      group_only_greetings: card.groupGreetings,
      mes_example: card.exampleDialogue,
      system_prompt: card.systemPrompt,
      post_history_instructions: '',
      creator_notes: card.creatorNotes,
      creator: 'Dramatis',
      character_version: VERSION,
      tags: card.tags,
      extensions: { talkativeness: String(card.talkativeness), depth_prompt: { ...card.depthPrompt, role: 'system' } },
      ...(card.lore && { character_book: lorebook(card.lore.name, card.lore.entries) }),
    },
  };
}

function lorebook(name: string, entries: readonly BuiltInLore[]): JsonObject {
  return {
    name,
    scan_depth: 4,
    recursive_scanning: false,
    extensions: {},
    entries: entries.map((entry, index) => ({
      id: index,
      name: entry.name,
      comment: entry.name,
      keys: entry.keys,
      secondary_keys: entry.secondaryKeys ?? [],
      selective: entry.secondaryKeys !== undefined,
      constant: entry.keys.length === 0,
      use_regex: false,
      enabled: true,
      content: entry.content,
      insertion_order: entry.order,
      position: entry.position ?? 'after_char',
      extensions: { sticky: entry.sticky ?? 0, selectiveLogic: 0 },
    })),
  };
}
