import { UserError } from '../../core/errors.ts';
import { ownerOf } from '../../core/refs.ts';
import { personName } from '../models/words.ts';
import type { View } from '../view.ts';
import { requireRoom } from './change.ts';
import { gone, type ListedPersona, listedPersona } from './labels.ts';
import { type PersonaAsked, requireEdit } from './rights.ts';
import { readShortRef, writeShortRef } from './short-ref.ts';
import { showPersona } from './show-view.ts';
import { button } from './words.ts';

/** @throws UserError if the person may not */
export async function removePersona(asked: PersonaAsked, { ref, label }: ListedPersona): Promise<View> {
  await requireEdit(asked, ref);
  const removed = await asked.bot.personas.remove(ref);
  if (!removed) throw gone();
  return {
    text: `**Deleted**: ${personName(label)}. Where it spoke, the assistant replies; in a roleplay it plays no more, and the story stays. This can be undone for 10 minutes.`,
    rows: [[button('Undo', `persona-restore:${writeShortRef(ref)}`)]],
  };
}

/** @throws UserError if the person may not, or it is too late */
export async function restorePersona(asked: PersonaAsked, shortRef: string): Promise<View> {
  const ref = readShortRef(shortRef);
  const owner = ref && ownerOf(ref);
  if (!ref || !owner) throw gone();
  await requireEdit(asked, ref);
  await requireRoom(asked, owner);
  const restored = await asked.bot.personas.restore(ref);
  if (!restored) {
    const existing = await asked.bot.personas.get(ref);
    if (!existing) throw new UserError('missing', 'The 10 minutes are over: it cannot be undone any more.');
  }
  return showPersona(asked, await listedPersona(asked, ref), { said: '**It is back.**' });
}
