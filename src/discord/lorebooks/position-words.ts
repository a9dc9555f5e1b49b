import type { LorePosition } from '../../personas/lorebook.ts';
import type { PromptRole } from '../../personas/persona.ts';
import { counted } from '../personas/words.ts';

/** Where contents go, of which only the position is known. */
export const POSITIONS: Record<LorePosition, string> = {
  'before-character': 'above the persona’s description',
  'after-character': 'below the persona’s description',
  'note-top': 'above the author’s note',
  'note-bottom': 'below the author’s note',
  'at-depth': 'between the messages',
  'examples-top': 'above the example dialogue',
  'examples-bottom': 'below the example dialogue',
  outlet: 'where an outlet asks for it',
};

/** Of V3's `@@position`. */
const PLACES: Record<string, string> = {
  before_desc: 'right above the persona’s description',
  after_desc: 'right below the persona’s description',
  personality: 'with the persona’s personality',
  scenario: 'with the scenario',
};

/** Where one entry's content goes. */
export function positionWords(entry: {
  position: LorePosition;
  place?: string | undefined;
  depth: number;
  role: PromptRole;
}): string {
  const { position, place, depth, role } = entry;
  if (place !== undefined) return PLACES[place] ?? POSITIONS[position];
  if (position !== 'at-depth') return POSITIONS[position];
  const where = depth === 0 ? 'below the newest message' : `above the newest ${counted(depth, 'message')}`;
  return `${where}, as ${role}`;
}
