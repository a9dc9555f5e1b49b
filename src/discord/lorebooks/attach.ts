import { bookBelongsHere } from '../../chat/lorebooks.ts';
import { UserError } from '../../core/errors.ts';
import type { LorebookRef } from '../../core/refs.ts';
import type { Suggest } from '../command.ts';
import type { Asked } from '../models/asked.ts';
import type { ChangeView } from '../models/choose.ts';
import { personName } from '../models/words.ts';
import type { PersonaAsked } from '../personas/rights.ts';
import { writeShortRef } from '../personas/short-ref.ts';
import { button } from '../personas/words.ts';
import type { TextButton, View } from '../view.ts';
import {
  type AttachedLorebook,
  attachedLorebooks,
  isAttached,
  scopeName,
  scopesOf,
  setAttached,
  uniqueByRef,
} from './attached.ts';
import { findLorebook, gone, type ListedLorebook, labelledAs, readBookRef, suggested } from './labels.ts';
import { type AttachScope, requireAttach } from './rights.ts';
import { bookName, entriesWords, shown } from './words.ts';

const UNDO_ID = /^([ad])\.([hs])\.(.+)$/;
const LABELS_SHOWN = 10;
const LABEL_SHOWN_LENGTH = 60;

/**
 * Lets a lorebook hold in this channel, thread or DM, or in the whole server.
 *
 * @throws UserError if the person may not, or too many are attached
 */
export async function attachLorebook(
  asked: PersonaAsked,
  book: ListedLorebook,
  scope: AttachScope,
): Promise<ChangeView> {
  const { place, person } = asked;
  await requireAttach(asked, scope);
  const where = scopeName(scope, place);
  const isChanged = await setAttached(asked, settingsAt(asked, scope), { ref: book.ref, isOn: true });
  if (!isChanged)
    return { text: `Nothing changed: ${bookName(book.label)} is attached to ${where} already.`, isChanged };
  const isOffered = scope === 'here' && person.isAdmin && !(await isAttachedToServer(asked, book.ref));
  return {
    text: [
      `${personName(person.name)} attached the lorebook ${bookName(book.label)} (${entriesWords(book)}) to ${where}: personas know from now on what is in it.`,
      ...(await effectWords(asked)),
    ].join('\n'),
    rows: [
      [
        button('Undo', `lorebook-undo:${undoId('attached', scope, book.ref)}`),
        ...(isOffered ? [button('Whole server', `lorebook-server:${writeShortRef(book.ref)}`)] : []),
      ],
    ],
    isChanged,
  };
}

/** @throws UserError if it is not attached, or the person may not */
export async function detachLorebook(asked: PersonaAsked, typed: string): Promise<ChangeView> {
  const book = await findAttached(asked, typed);
  if (book.scope === 'channel') {
    throw new UserError(
      'input',
      `${bookName(book.label)} holds here because it is attached to the channel of this thread. Use \`/lorebook detach\` in that channel.`,
    );
  }
  return detachFrom(asked, book, book.scope);
}

/** The Undo below a change: puts back what was before it. @throws UserError */
export async function undoAttach(asked: PersonaAsked, writtenId: string): Promise<View> {
  const [, did, at, shortRef = ''] = UNDO_ID.exec(writtenId) ?? [];
  const ref = readBookRef(shortRef);
  const scope = at === 's' ? 'server' : 'here';
  await requireAttach(asked, scope);
  const { bot, place, person } = asked;
  const book = await bot.lorebooks.load(ref);
  if (!book) throw gone();
  const isOn = did === 'd';
  if (isOn && !bookBelongsHere(ref, place, person.id)) {
    throw new UserError('permission', 'This lorebook belongs to another member, who alone can attach it again.');
  }
  const isChanged = await setAttached(asked, settingsAt(asked, scope), { ref, isOn });
  if (!isChanged) throw new UserError('missing', 'This was changed again since then, so there is nothing to undo.');
  const state = isOn ? 'is attached again to' : 'is not attached any more to';
  return {
    text: `${personName(person.name)} undid this: the lorebook ${bookName(book.name)} ${state} ${scopeName(scope, place)}.`,
  };
}

/** Names of what is attached where it holds here. */
export const suggestAttached: Suggest = async (typed, asked) => {
  return suggested(uniqueByRef(await attachedLorebooks(asked)), typed);
};

async function detachFrom(asked: PersonaAsked, book: AttachedLorebook, scope: AttachScope): Promise<ChangeView> {
  const { place, person } = asked;
  await requireAttach(asked, scope);
  const isChanged = await setAttached(asked, settingsAt(asked, scope), { ref: book.ref, isOn: false });
  const where = scopeName(scope, place);
  if (!isChanged) return { text: `Nothing changed: ${bookName(book.label)} is not attached to ${where}.`, isChanged };
  const left = (await attachedLorebooks(asked)).filter(({ ref }) => ref === book.ref);
  const isOwn = bookBelongsHere(book.ref, place, person.id);
  const undo: TextButton[] = isOwn ? [button('Undo', `lorebook-undo:${undoId('detached', scope, book.ref)}`)] : [];
  return {
    text: [
      `${personName(person.name)} detached the lorebook ${bookName(book.label)} from ${where}.`,
      ...left.map(({ scope: other }) => `It still holds here, because it is attached to ${scopeName(other, place)}.`),
      ...(isOwn ? [] : ['It belongs to another member, who alone can attach it again.']),
    ].join('\n'),
    rows: [undo],
    isChanged,
  };
}

/** Of one that is attached at several scopes the nearest. @throws UserError `missing` */
async function findAttached(asked: PersonaAsked, typed: string): Promise<AttachedLorebook> {
  const attached = await attachedLorebooks(asked);
  const found = labelledAs(uniqueByRef(attached), typed);
  if (found) return found;
  if (attached.length === 0) {
    throw new UserError('missing', 'No lorebook is attached here. `/lorebook attach` attaches one.');
  }
  const own = await findLorebook(asked, typed).catch((error: unknown) => {
    if (error instanceof UserError) return undefined;
    throw error;
  });
  const names = [...new Set(attached.map(({ label }) => `“${shown(label, LABEL_SHOWN_LENGTH)}”`))].slice(
    0,
    LABELS_SHOWN,
  );
  const why = own
    ? `${bookName(own.label)} is not attached here.`
    : `No lorebook “${shown(typed, LABEL_SHOWN_LENGTH)}” is attached here.`;
  throw new UserError('missing', `${why} Attached are: ${names.join(', ')}.`);
}

/** What has to happen before an attached lorebook shows in replies. */
async function effectWords({ bot, place }: Pick<Asked, 'bot' | 'place'>): Promise<string[]> {
  const speaks = await bot.casting.of(place).then(
    ({ members }) => members.length > 0,
    () => true,
  );
  return speaks
    ? []
    : ['Nobody speaks here who reads lorebooks yet: `/persona use` and `/roleplay start` bring a persona.'];
}

function settingsAt({ place }: PersonaAsked, scope: AttachScope) {
  const found = scopesOf(place).find((one) => one.scope === scope);
  if (!found) throw gone();
  return found.at;
}

async function isAttachedToServer(asked: PersonaAsked, ref: LorebookRef): Promise<boolean> {
  const { guildId } = asked.place;
  return guildId === undefined || isAttached(asked, { guildId }, ref);
}

function undoId(did: 'attached' | 'detached', scope: AttachScope, ref: LorebookRef): string {
  return `${did.charAt(0)}.${scope.charAt(0)}.${writeShortRef(ref)}`;
}
