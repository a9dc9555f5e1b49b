import type { Lorebook, LorePosition, LoreScanField } from '../personas/lorebook.ts';
import type { PromptRole } from '../personas/persona.ts';
import type { GenerationKind } from './generation.ts';
import { findActive } from './lorebook/activation.ts';
import { listCandidates } from './lorebook/candidate.ts';
import { placeLore } from './lorebook/place.ts';
import { openTimedLore } from './lorebook/timed.ts';
import type { RegexMatcher } from './regex-guard.ts';

/** A book that holds in a conversation, and why. */
export interface LoreSource {
  /** Unique in the request; part of the keys of timed effects. */
  id: string;
  kind: 'chat' | 'persona' | 'character' | 'global';
  book: Lorebook;
}

export interface LoreSettings {
  /** How many of the newest messages are looked at. */
  depth: number;
  /** With fewer active entries older messages are looked at too, one more each time; 0: not. */
  minActivations: number;
  /** How deep that goes; 0: to the oldest. */
  minActivationsDepthMax: number;
  /** Of the context's tokens. */
  budgetPercent: number;
  /** In tokens; 0: none. */
  budgetCap: number;
  /** Whether the names before the messages are looked at too. */
  includeNames: boolean;
  /** Whether the contents of active entries activate others. */
  recursive: boolean;
  /** Scans, the first included; 0: as many as there is need for. */
  maxRecursionSteps: number;
  caseSensitive: boolean;
  wholeWords: boolean;
  groupScoring: boolean;
  strategy: 'evenly' | 'character-first' | 'global-first';
}

export const DEFAULT_LORE_SETTINGS: LoreSettings = {
  depth: 2,
  minActivations: 0,
  minActivationsDepthMax: 0,
  budgetPercent: 25,
  budgetCap: 0,
  includeNames: true,
  recursive: true,
  maxRecursionSteps: 5,
  caseSensitive: false,
  wholeWords: true,
  groupScoring: false,
  strategy: 'character-first',
};

/** State of one conversation, JSON: key `<source id>.<entry id>`; start and end are message counts. */
export interface TimedLore {
  sticky: Record<string, TimedEffect>;
  cooldown: Record<string, TimedEffect>;
  /** Entries that were active once, of those with a decorator that asks for it. */
  matched: string[];
}

export interface TimedEffect {
  start: number;
  end: number;
  /** It outlives a conversation that does not advance. */
  isProtected: boolean;
  /** Of the entry's JSON. */
  hash: string;
}

export interface LoreRequest {
  sources: LoreSource[];
  settings: LoreSettings;
  /** Newest first, hidden ones left out. Read only as far as needed, at most 1,000. */
  messages: readonly { name: string; content: string }[];
  messageCount: number;
  assistantMessageCount: number;
  /** Macros expanded already. */
  fields: Partial<Record<LoreScanField, string>>;
  /** Texts beside the messages that every entry looks at, an author's note that may be scanned for example. */
  injectedTexts: string[];
  contextTokens: number;
  count: (texts: readonly string[]) => Promise<number[]>;
  /** Macros, in keys and contents. */
  expand: (text: string) => string;
  timed: TimedLore;
  generation: GenerationKind;
  /** Which greeting began the conversation: 0 for the first message, 1 for the first alternate. */
  greetingIndex?: number | undefined;
  character: { name: string; fileName?: string | undefined; tags: string[] };
  random: () => number;
  regex: RegexMatcher;
}

export interface ActiveLore {
  /** Joined by line breaks, as all texts of one place. */
  before: string;
  after: string;
  noteTop: string;
  noteBottom: string;
  /** One for each depth and role. */
  atDepth: { depth: number; role: PromptRole; content: string }[];
  /** Raw example texts, top to bottom, above and below the card's own. */
  examplesTop: string[];
  examplesBottom: string[];
  outlets: Record<string, string>;
  /** Of V3's `@@position`. */
  elsewhere: { place: LorePlace; content: string }[];
  /** Of V3's `@@disable_ui_prompt`. */
  disabledPrompts: DisabledPrompt[];
  timed: TimedLore;
  /** Active entries in the order of their activation, then those that matched and were left out. */
  report: LoreReportLine[];
}

export type LorePlace = 'after_desc' | 'before_desc' | 'personality' | 'scenario';
export type DisabledPrompt = 'system_prompt' | 'post_history_instructions';
export type LoreOutcome = 'active' | 'over-budget' | 'lost-group' | 'improbable' | 'cooling-down' | 'delayed';

export interface LoreReportLine {
  sourceId: string;
  entryId: string;
  title: string;
  outcome: LoreOutcome;
  /** The key, 'constant', 'sticky' or 'decorator'. */
  because: string;
  /** 0 for what was never counted. */
  tokens: number;
  position: LorePosition;
}

/** Which entries hold now, and where their contents go: SillyTavern's World Info, with V3's decorators. */
export async function activateLore(request: LoreRequest): Promise<ActiveLore> {
  const candidates = listCandidates(request);
  const timed = openTimedLore(request, candidates);
  const { active, left } = await findActive(request, candidates, timed);
  return { ...placeLore(active), timed: timed.close(active), report: [...active, ...left].map(({ line }) => line) };
}
