import { UserError } from '../../core/errors.ts';
import { isLorebookRef, type LorebookRef } from '../../core/refs.ts';
import { clip } from '../../core/text.ts';
import type { LorebookSummary } from '../../storage/lorebooks.ts';
import type { Suggest } from '../command.ts';
import type { Asked } from '../models/asked.ts';
import { readShortRef } from '../personas/short-ref.ts';
import { folded, oneLine } from '../personas/words.ts';

/** A lorebook of a list, under a name that no other one in it has. */
export interface ListedLorebook extends LorebookSummary {
  label: string;
}

/** With a number behind it within what Discord takes for a suggestion. */
const LABEL_MAX_LENGTH = 90;
const SUGGESTIONS_MAX = 25;

/** Those that the person can attach here: the server's and their own. Of equal names the later ones are numbered. */
export async function listedLorebooks({ bot, place, person }: Asked): Promise<ListedLorebook[]> {
  return labelled(await bot.lorebooks.visible(place, person.id));
}

export function labelled<Named extends { name: string }>(books: readonly Named[]): (Named & { label: string })[] {
  const seen = new Map<string, number>();
  return books.map((book) => {
    const name = clip(oneLine(book.name), LABEL_MAX_LENGTH);
    const number = (seen.get(folded(name)) ?? 0) + 1;
    seen.set(folded(name), number);
    return { ...book, label: number === 1 ? name : `${name} (${number})` };
  });
}

/** The one that a person typed, or chose from the suggestions. */
export function labelledAs<Labelled extends { label: string }>(
  books: readonly Labelled[],
  typed: string,
): Labelled | undefined {
  const wanted = folded(typed);
  const containing = books.filter(({ label }) => wanted !== '' && folded(label).includes(wanted));
  return books.find(({ label }) => folded(label) === wanted) ?? (containing.length === 1 ? containing[0] : undefined);
}

/** @throws UserError `missing` with the names that there are */
export async function findLorebook(asked: Asked, typed: string): Promise<ListedLorebook> {
  const listed = await listedLorebooks(asked);
  const found = labelledAs(listed, typed);
  if (found) return found;
  const { ref } = await asked.bot.lorebooks.find(asked.place, asked.person.id, typed);
  return listedOne(listed, ref);
}

/** The lorebook that a component was made for. @throws UserError `missing` if it was deleted, or belongs elsewhere */
export async function pressedLorebook(asked: Asked, shortRef: string): Promise<ListedLorebook> {
  return listedOne(await listedLorebooks(asked), readBookRef(shortRef));
}

/** @throws UserError `missing` for what is no short ref of a lorebook */
export function readBookRef(shortRef: string): LorebookRef {
  const ref = readShortRef(shortRef);
  if (ref === undefined || !isLorebookRef(ref)) throw gone();
  return ref;
}

export const suggestLorebooks: Suggest = async (typed, asked) => suggested(await listedLorebooks(asked), typed);

/** Those that begin with what was typed so far come first. */
export function suggested(books: readonly { label: string }[], typed: string): string[] {
  const wanted = folded(typed);
  const labels = books.map(({ label }) => label).filter((label) => folded(label).includes(wanted));
  const isFirst = (label: string) => folded(label).startsWith(wanted);
  return [...labels.filter(isFirst), ...labels.filter((label) => !isFirst(label))].slice(0, SUGGESTIONS_MAX);
}

export function gone(): UserError {
  return new UserError(
    'missing',
    'This lorebook was deleted, or does not belong here. `/lorebook list` shows those that do.',
  );
}

/** @throws UserError `missing` */
export function listedOne(listed: readonly ListedLorebook[], ref: LorebookRef): ListedLorebook {
  const found = listed.find((book) => book.ref === ref);
  if (!found) throw gone();
  return found;
}
