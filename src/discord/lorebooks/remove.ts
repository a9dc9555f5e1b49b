import { UserError } from '../../core/errors.ts';
import { ownerOf } from '../../core/refs.ts';
import { personName } from '../models/words.ts';
import type { PersonaAsked } from '../personas/rights.ts';
import { writeShortRef } from '../personas/short-ref.ts';
import { button } from '../personas/words.ts';
import type { View } from '../view.ts';
import { isAttached, scopeName, scopesOf } from './attached.ts';
import { gone, type ListedLorebook, listedLorebooks, listedOne, readBookRef } from './labels.ts';
import { requireEdit, requireRoom } from './rights.ts';
import { bookName } from './words.ts';

/** What a deletion says to the person, and to everybody if the lorebook held here. */
export interface Removed extends View {
  toAll?: string | undefined;
}

/** Looked through in memory and store; a server has at most about so many. */
const CHANNELS_MAX = 1_000;
const CHANNELS_SHOWN = 10;

/**
 * @param channelIds Those of the server, in which the lorebook may be attached.
 * @throws UserError if the person may not
 */
export async function removeLorebook(
  asked: PersonaAsked,
  { ref, label }: ListedLorebook,
  channelIds: readonly string[],
): Promise<Removed> {
  await requireEdit(asked, ref);
  const { bot, place, person } = asked;
  const scopes = scopesOf(place);
  const held: typeof scopes = [];
  for (const one of scopes) if (await isAttached(asked, one.at, ref)) held.push(one);
  const here = held.map(({ scope }) => scopeName(scope, place));
  const elsewhere = await channelsWith(asked, ref, channelIds);
  const removed = await bot.lorebooks.remove(ref);
  if (!removed) throw gone();
  const places = [...here, ...shownChannels(elsewhere)];
  return {
    text: [
      `**Deleted**: ${bookName(label)}. ${places.length === 0 ? 'It was attached nowhere that I know of.' : `It was attached to ${places.join(', ')}, and holds there no more.`}`,
      'This can be undone for 10 minutes; then it is attached again too.',
    ].join('\n'),
    rows: [[button('Undo', `lorebook-restore:${writeShortRef(ref)}`)]],
    ...(here.length === 0
      ? {}
      : {
          toAll: `${personName(person.name)} deleted the lorebook ${bookName(label)}, which was attached to ${here.join(' and ')}.`,
        }),
  };
}

/** @throws UserError if the person may not, or it is too late */
export async function restoreLorebook(asked: PersonaAsked, shortRef: string): Promise<View> {
  const ref = readBookRef(shortRef);
  await requireEdit(asked, ref);
  const isThere = (await listedLorebooks(asked)).some((book) => book.ref === ref);
  const owner = ownerOf(ref);
  if (!isThere && owner) await requireRoom(asked, owner);
  const restored = isThere ? undefined : await asked.bot.lorebooks.restore(ref);
  if (!isThere && !restored) throw new UserError('missing', 'The 10 minutes are over: it cannot be undone any more.');
  const { label } = listedOne(await listedLorebooks(asked), ref);
  return { text: `**It is back**: ${bookName(label)}, attached wherever it was.` };
}

async function channelsWith(
  asked: PersonaAsked,
  ref: ListedLorebook['ref'],
  channelIds: readonly string[],
): Promise<string[]> {
  const { channelId, parentId } = asked.place;
  const found: string[] = [];
  for (const id of channelIds.slice(0, CHANNELS_MAX)) {
    if (id !== channelId && id !== parentId && (await isAttached(asked, { channelId: id }, ref))) found.push(id);
  }
  return found;
}

function shownChannels(ids: readonly string[]): string[] {
  const more = ids.length - CHANNELS_SHOWN;
  return [...ids.slice(0, CHANNELS_SHOWN).map((id) => `<#${id}>`), ...(more > 0 ? [`${more} more channels`] : [])];
}
