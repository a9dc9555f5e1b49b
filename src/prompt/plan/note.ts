import type { AuthorsNote, PlanRequest } from '../plan.ts';

/** SillyTavern's, of a chat that has none: lore and personas above and below the note need no note. */
const EMPTY_NOTE: AuthorsNote = { text: '', interval: 1, position: 'in-chat', depth: 4, role: 'system' };
const ABOVE_NOTE = 2;
const BELOW_NOTE = 3;

/** The note of this turn with the persona and the lore around it, expanded; undefined if it is not due, or says nothing. */
export function dueNote(
  request: Pick<PlanRequest, 'note' | 'userMessageCount' | 'user' | 'lore' | 'macros'>,
): AuthorsNote | undefined {
  const { note = EMPTY_NOTE, userMessageCount, lore, user, macros } = request;
  if (!isDue(note.interval, userMessageCount)) return undefined;
  const own = user.isLiteral
    ? withPersona(macros.expand(note.text), user)
    : macros.expand(withPersona(note.text, user));
  const text = [lore.noteTop, own, lore.noteBottom].join('\n').replace(/^\n|\n$/g, '');
  return text.trim() === '' ? undefined : { ...note, text };
}

function isDue(interval: number, userMessageCount: number): boolean {
  if (interval === 1) return true;
  return interval > 0 && userMessageCount > 0 && userMessageCount % interval === 0;
}

function withPersona(note: string, { description, position }: PlanRequest['user']): string {
  if (description === '' || (position !== ABOVE_NOTE && position !== BELOW_NOTE)) return note;
  return position === ABOVE_NOTE ? `${description}\n${note}` : `${note}\n${description}`;
}
