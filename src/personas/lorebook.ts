import type { PromptRole } from './persona.ts';

/** A lorebook (World Info) of any file format, with SillyTavern's meaning and defaults. */
export interface Lorebook {
  name: string;
  description: string;
  /** How many of the newest messages its entries look at, unless they say it themselves. */
  scanDepth?: number | undefined;
  /** Raw tokens that its entries may take together. */
  tokenBudget?: number | undefined;
  recursive?: boolean | undefined;
  entries: LoreEntry[];
}

/** Where the content of an entry goes (SillyTavern's positions 0 to 7). */
export type LorePosition =
  | 'before-character'
  | 'after-character'
  | 'note-top'
  | 'note-bottom'
  | 'at-depth'
  | 'examples-top'
  | 'examples-bottom'
  | 'outlet';

/** How secondary keys count: any hits, at least one misses, none hits, all hit (SillyTavern's 0 to 3). */
export type SecondaryLogic = 'and-any' | 'not-all' | 'not-any' | 'and-all';

/** Card and member texts that an entry may look at beside the messages. */
export type LoreScanField =
  | 'personaDescription'
  | 'characterDescription'
  | 'characterPersonality'
  | 'characterDepthPrompt'
  | 'scenario'
  | 'creatorNotes';

export interface LoreEntry {
  /** Unique in its book. */
  id: string;
  /** A title for people. */
  title: string;
  /** A key of the form `/pattern/flags` is a regular expression. */
  keys: string[];
  secondaryKeys: string[];
  /** Every key is the source of a regular expression, without slashes (V3's `use_regex`). */
  keysAreRegex: boolean;
  secondaryLogic: SecondaryLogic;
  /** Without it the secondary keys do not count. */
  isSelective: boolean;
  /** May begin with V3 decorators. */
  content: string;
  isEnabled: boolean;
  isConstant: boolean;
  /** Higher stands lower in the prompt, and comes first when the budget is short. */
  order: number;
  position: LorePosition;
  depth: number;
  role: PromptRole;
  outletName: string;
  /** 0 to 100; undefined if it is not used. */
  probability?: number | undefined;
  excludeRecursion: boolean;
  preventRecursion: boolean;
  /** Activates in recursion of this level or later only; 0: at once. */
  delayUntilRecursion: number;
  scanDepth?: number | undefined;
  caseSensitive?: boolean | undefined;
  wholeWords?: boolean | undefined;
  groupScoring?: boolean | undefined;
  /** Names of inclusion groups. */
  groups: string[];
  groupOverride: boolean;
  groupWeight: number;
  /** In messages; 0: none. */
  sticky: number;
  cooldown: number;
  delay: number;
  ignoresBudget: boolean;
  alsoScans: LoreScanField[];
  characterFilter?: { isExclude: boolean; names: string[]; tags: string[] } | undefined;
  /** Kinds of generation; empty: all. */
  triggers: string[];
}
