import type { LoreTestLine } from '../../chat/lore-test.ts';
import type { LoreEntry, SecondaryLogic } from '../../personas/lorebook.ts';
import { grouped } from '../models/words.ts';
import { counted } from '../personas/words.ts';
import { positionWords } from './position-words.ts';
import { bookName, shown } from './words.ts';

const KEY_MAX_LENGTH = 60;
const SECONDARY_SHOWN = 3;

const LOGICS: Record<SecondaryLogic, string> = {
  'and-any': 'with one of',
  'and-all': 'with all of',
  'not-any': 'without any of',
  'not-all': 'not with all of',
};

/** One entry on one line: its title, why it is active or not, where it goes, what it takes. */
export function entryLine(line: LoreTestLine, { hasBooks }: { hasBooks: boolean }): string {
  const title = line.title.trim() === '' ? `entry ${line.entryId}` : line.title;
  const head = `- ${bookName(title)}${hasBooks ? ` (${shown(line.bookName, KEY_MAX_LENGTH)})` : ''}`;
  if (line.outcome !== 'active') return `${head}: ${reasonWords(line)}, but ${hindranceWords(line)}`;
  const facts = [reasonWords(line), positionWords(line), counted(line.tokens, 'token'), ...chanceWords(line.entry)];
  return `${head}: ${facts.join(' · ')}`;
}

/** Why an entry was called. */
function reasonWords({ because, entry, isByRecursion }: LoreTestLine): string {
  if (because === 'constant' && entry.isConstant) return 'always on';
  if (because === 'sticky' && entry.sticky > 0) return 'still on since an earlier message';
  if (because === 'decorator' && entry.content.trimStart().startsWith('@@')) return 'a decorator keeps it on';
  const key = because.trim() === '' ? 'a blank key, which anything calls' : `key ${quoted(because)}`;
  const found = isByRecursion ? `${key} in the text of another entry` : key;
  return `${found}${secondaryWords(entry)}`;
}

function secondaryWords({ isSelective, secondaryKeys, secondaryLogic }: LoreEntry): string {
  if (!isSelective || secondaryKeys.length === 0) return '';
  const names = secondaryKeys.slice(0, SECONDARY_SHOWN).map(quoted);
  const more = secondaryKeys.length - names.length;
  return ` ${LOGICS[secondaryLogic]} ${names.join(', ')}${more > 0 ? ` and ${grouped(more)} more` : ''}`;
}

function hindranceWords({ outcome, tokens, entry }: LoreTestLine): string {
  switch (outcome) {
    case 'over-budget':
      return `there is no room left for it${tokens === 0 ? '' : ` (${counted(tokens, 'token')})`}`;
    case 'lost-group':
      return `another entry of its group ${entry.groups.map(quoted).join(', ')} comes instead`;
    case 'improbable':
      return 'its probability is 0 %';
    case 'cooling-down':
      return `it was active lately and rests for ${counted(entry.cooldown, 'message')}`;
    case 'delayed':
      return `it waits until there are ${counted(entry.delay, 'message')}`;
    case 'active':
      return '';
  }
}

/** What chance decides in a conversation, and not in a test. */
function chanceWords({ probability, groups, groupOverride }: LoreEntry): string[] {
  return [
    ...(probability !== undefined && probability < 100 ? [`by chance, ${probability} % of the time`] : []),
    ...(groups.length > 0 && !groupOverride
      ? [`one of the group ${groups.map(quoted).join(', ')}, drawn by chance`]
      : []),
  ];
}

function quoted(text: string): string {
  return `“${shown(text, KEY_MAX_LENGTH)}”`;
}
