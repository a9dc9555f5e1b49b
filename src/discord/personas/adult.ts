import { UserError } from '../../core/errors.ts';
import type { View } from '../view.ts';
import { changePersona } from './change.ts';
import { type ListedPersona, pressedPersona } from './labels.ts';
import type { PersonaAsked } from './rights.ts';
import { showPersona } from './show-view.ts';
import type { Undos } from './undos.ts';

/** Only who added a persona, and those who manage the server, say whether it is for adults. */
export function mayMarkAdult({ person }: Pick<PersonaAsked, 'person'>, { by }: Pick<ListedPersona, 'by'>): boolean {
  return person.isAdmin || person.id === by.id;
}

/** @throws UserError if the person may not */
export async function markAdult(
  asked: PersonaAsked,
  shortRef: string,
  { values, undos }: { values: string[]; undos: Undos },
): Promise<View> {
  const persona = await pressedPersona(asked, shortRef);
  if (!mayMarkAdult(asked, persona)) {
    throw new UserError(
      'permission',
      'Only the member who added this persona, or an admin, can say whether it is for adults.',
    );
  }
  const isAdult = values.includes('yes');
  const { isDefaultTakenAway } = await changePersona(asked, { ref: persona.ref, change: { isAdult }, undos });
  const said = isAdult
    ? `**For adults**: it speaks in age-restricted channels only.${isDefaultTakenAway ? ` ${takenAwayWords}` : ''}`
    : '**Not for adults**: it may speak everywhere.';
  return showPersona(asked, { ...persona, isAdult }, { said });
}

export const takenAwayWords = 'It was the server’s default, which such a persona cannot be: that was taken away.';
