import type { LoreSettings } from '../../prompt/lorebook.ts';
import { type Fields, flagOf, numberOf } from './fields.ts';

const STRATEGIES: readonly LoreSettings['strategy'][] = ['evenly', 'character-first', 'global-first'];
/** SillyTavern also counts what it wraps the texts in: five tokens for each of two messages. */
const WRAPPING_TOKENS = 10;

/** SillyTavern's `world_info` settings, with its defaults. */
export function readLoreSettings(settings: Fields): LoreSettings {
  const cap = numberOf(settings.budget_cap, 0);
  return {
    depth: numberOf(settings.depth, 2),
    minActivations: numberOf(settings.min_activations, 0),
    minActivationsDepthMax: numberOf(settings.min_activations_depth_max, 0),
    budgetPercent: numberOf(settings.budget, 25),
    budgetCap: cap > 0 ? Math.max(1, cap - WRAPPING_TOKENS) : 0,
    includeNames: flagOf(settings.include_names, true),
    recursive: flagOf(settings.recursive, true),
    maxRecursionSteps: numberOf(settings.max_recursion_steps, 0),
    caseSensitive: flagOf(settings.case_sensitive, false),
    wholeWords: flagOf(settings.match_whole_words, true),
    groupScoring: flagOf(settings.use_group_scoring, false),
    strategy: STRATEGIES[numberOf(settings.character_strategy, 1)] ?? 'character-first',
  };
}
