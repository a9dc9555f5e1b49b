import { UserError } from '../../core/errors.ts';
import { type LorebookRef, ownerOf } from '../../core/refs.ts';
import type { LorebookDraft } from '../../storage/lorebooks.ts';
import type { PersonaAsked } from '../personas/rights.ts';
import { writeShortRef } from '../personas/short-ref.ts';
import { button } from '../personas/words.ts';
import type { TextButton, View } from '../view.ts';
import { gone, listedLorebooks, listedOne, readBookRef } from './labels.ts';
import { requireEdit } from './rights.ts';
import { bookName, entriesWords } from './words.ts';

const UNDO_ID = /^(.+)\.([\w-]{12})$/;

/**
 * Puts another book in the place of a stored one, which stays attached wherever it is. The earlier one is kept with the
 * deleted ones for as long as they are.
 *
 * @returns the Undo
 * @throws UserError if the person may not, or the lorebook was deleted
 */
export async function replaceLorebook(
  asked: PersonaAsked,
  ref: LorebookRef,
  draft: LorebookDraft,
): Promise<TextButton[]> {
  await requireEdit(asked, ref);
  const earlier = await asked.bot.lorebooks.replace(ref, draft);
  return [button('Undo', `lorebook-back:${writeShortRef(ref)}.${idOf(earlier)}`)];
}

/** @throws UserError if the person may not, or it is too late */
export async function undoReplace(asked: PersonaAsked, writtenId: string): Promise<View> {
  const [, shortRef = '', earlierId = ''] = UNDO_ID.exec(writtenId) ?? [];
  const ref = readBookRef(shortRef);
  await requireEdit(asked, ref);
  const owner = ownerOf(ref);
  if (!owner) throw gone();
  listedOne(await listedLorebooks(asked), ref);
  const restored = await asked.bot.lorebooks.undoReplace(ref, `${owner}:${earlierId}`);
  if (!restored) throw new UserError('missing', 'The 10 minutes are over: it cannot be undone any more.');
  const { name, entries, disabled } = listedOne(await listedLorebooks(asked), ref);
  return { text: `**Undone.** ${bookName(name)} is as it was before: ${entriesWords({ entries, disabled })}.` };
}

function idOf(ref: LorebookRef): string {
  return ref.slice(ref.lastIndexOf(':') + 1);
}
