import type { JsonObject } from '../cards/json.ts';
import { numberOf, objectOf, textOf, textsOf } from '../cards/read-fields.ts';
import type { LoreEntry, LoreScanField } from '../lorebook.ts';
import { booleanOf, countOf, keysOf, logicOf, namesOf, percentOf, positionOf, roleOf } from './entry-fields.ts';
import { type EntryFacts, newEntry } from './new-entry.ts';
import type { BookSource } from './new-lorebook.ts';

/** A World Info file of any year: what it does not say has SillyTavern's default. */
export function sourceOfSillyTavern(raw: JsonObject): BookSource {
  return { raw, entries: raw['entries'], readEntry };
}

function readEntry(raw: JsonObject): LoreEntry {
  return newEntry({
    id: textOf(raw['uid']),
    title: textOf(raw['comment']),
    keys: keysOf(raw['key']),
    secondaryKeys: keysOf(raw['keysecondary']),
    content: textOf(raw['content']),
    isEnabled: !booleanOf(raw['disable']),
    isConstant: booleanOf(raw['constant']),
    isSelective: booleanOf(raw['selective']) ?? true,
    order: numberOf(raw['order']),
    position: positionOf(raw['position']),
    ...camelCaseOptions(raw),
  });
}

export const OPTION_NAMES = [
  'selectiveLogic',
  'depth',
  'role',
  'outletName',
  'useProbability',
  'probability',
  'excludeRecursion',
  'preventRecursion',
  'delayUntilRecursion',
  'scanDepth',
  'caseSensitive',
  'matchWholeWords',
  'useGroupScoring',
  'group',
  'groupOverride',
  'groupWeight',
  'sticky',
  'cooldown',
  'delay',
  'ignoreBudget',
  'characterFilter',
  'triggers',
  'matchPersonaDescription',
  'matchCharacterDescription',
  'matchCharacterPersonality',
  'matchCharacterDepthPrompt',
  'matchScenario',
  'matchCreatorNotes',
] as const;

export type OptionName = (typeof OPTION_NAMES)[number];

/** What World Info files and the `extensions` of a card's entries both hold, under names in camel case. */
export function camelCaseOptions(raw: { [Name in OptionName]?: unknown }): Omit<EntryFacts, 'keys' | 'content'> {
  return {
    secondaryLogic: logicOf(raw['selectiveLogic']),
    depth: countOf(raw['depth']),
    role: roleOf(raw['role']),
    outletName: textOf(raw['outletName']).trim(),
    probability: booleanOf(raw['useProbability']) === false ? undefined : percentOf(raw['probability']),
    excludeRecursion: booleanOf(raw['excludeRecursion']),
    preventRecursion: booleanOf(raw['preventRecursion']),
    delayUntilRecursion: levelOf(raw['delayUntilRecursion']),
    scanDepth: countOf(raw['scanDepth']),
    caseSensitive: booleanOf(raw['caseSensitive']),
    wholeWords: booleanOf(raw['matchWholeWords']),
    groupScoring: booleanOf(raw['useGroupScoring']),
    groups: namesOf(raw['group']),
    groupOverride: booleanOf(raw['groupOverride']),
    groupWeight: countOf(raw['groupWeight']),
    sticky: countOf(raw['sticky']),
    cooldown: countOf(raw['cooldown']),
    delay: countOf(raw['delay']),
    ignoresBudget: booleanOf(raw['ignoreBudget']),
    alsoScans: SCAN_FIELDS.filter(([name]) => booleanOf(raw[name])).map(([, field]) => field),
    characterFilter: characterFilterOf(objectOf(raw['characterFilter'])),
    triggers: textsOf(raw['triggers']),
  };
}

const SCAN_FIELDS: readonly [OptionName, LoreScanField][] = [
  ['matchPersonaDescription', 'personaDescription'],
  ['matchCharacterDescription', 'characterDescription'],
  ['matchCharacterPersonality', 'characterPersonality'],
  ['matchCharacterDepthPrompt', 'characterDepthPrompt'],
  ['matchScenario', 'scenario'],
  ['matchCreatorNotes', 'creatorNotes'],
];

/** `true` is the first level. */
function levelOf(value: unknown): number | undefined {
  return typeof value === 'boolean' ? Number(value) : countOf(value);
}

function characterFilterOf(raw: JsonObject): LoreEntry['characterFilter'] {
  const names = textsOf(raw['names']);
  const tags = textsOf(raw['tags']);
  if (names.length === 0 && tags.length === 0) return undefined;
  return { isExclude: booleanOf(raw['isExclude']) ?? false, names, tags };
}
