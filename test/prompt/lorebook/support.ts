import type { Lorebook, LoreEntry } from '../../../src/personas/lorebook.ts';
import { newEntry } from '../../../src/personas/lorebooks/new-entry.ts';
import {
  type ActiveLore,
  activateLore,
  DEFAULT_LORE_SETTINGS,
  type LoreRequest,
  type LoreSettings,
  type LoreSource,
} from '../../../src/prompt/lorebook.ts';
import type { RegexMatcher } from '../../../src/prompt/regex-guard.ts';

/** As the guard, without a thread. */
export const directRegex: RegexMatcher = {
  async test(patterns, text) {
    return patterns.map(({ source, flags }) => new RegExp(source, flags).test(text));
  },
};

export type EntryFacts = Partial<LoreEntry> & { content: string };

/** Entries get the ids 0, 1, ... */
export function bookOf(entries: readonly EntryFacts[], more: Partial<Lorebook> = {}): Lorebook {
  const named = entries.map((facts, index) => newEntry({ id: String(index), keys: [], ...facts }));
  return { name: 'Book', description: '', entries: named, ...more };
}

export function sourceOf(
  entries: readonly EntryFacts[],
  { kind = 'global', id = 'B', ...more }: Partial<Pick<LoreSource, 'kind' | 'id'> & Lorebook> = {},
): LoreSource {
  return { id, kind, book: bookOf(entries, more) };
}

export type RequestFacts = Partial<Omit<LoreRequest, 'settings' | 'messages'>> & {
  settings?: Partial<LoreSettings>;
  /** Oldest first, user and assistant in turn, the user last. */
  chat?: readonly string[];
};

export function requestOf(sources: LoreSource[], { chat = [], settings, ...facts }: RequestFacts = {}): LoreRequest {
  const messages = chat
    .map((content, index) => ({ name: (chat.length - index) % 2 === 1 ? 'Robin' : 'Wren', content }))
    .toReversed();
  return {
    sources,
    settings: { ...DEFAULT_LORE_SETTINGS, ...settings },
    messages,
    messageCount: messages.length,
    assistantMessageCount: messages.filter(({ name }) => name === 'Wren').length,
    fields: {},
    injectedTexts: [],
    contextTokens: 4000,
    count: async (texts) => texts.map(countWords),
    expand: (text) => text.replaceAll('{{user}}', 'Robin').replaceAll('{{char}}', 'Wren'),
    timed: { sticky: {}, cooldown: {}, matched: [] },
    generation: 'normal',
    character: { name: 'Wren', tags: [] },
    random: () => 0.5,
    regex: directRegex,
    ...facts,
  };
}

export function countWords(text: string): number {
  return text.split(/\s+/).filter((word) => word !== '').length;
}

/** @param entries Of one global book. */
export async function activate(entries: readonly EntryFacts[], facts: RequestFacts = {}): Promise<ActiveLore> {
  return activateLore(requestOf([sourceOf(entries)], facts));
}

/** The contents before the character, top to bottom. */
export async function activeOf(entries: readonly EntryFacts[], facts: RequestFacts = {}): Promise<string[]> {
  const { before } = await activate(entries, facts);
  return before === '' ? [] : before.split('\n');
}

/** What was decided, in short: `title: outcome (because)`. */
export function decisionsOf({ report }: ActiveLore): string[] {
  return report.map(({ title, outcome, because }) => `${title}: ${outcome} (${because})`);
}
