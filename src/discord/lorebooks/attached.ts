import { UserError } from '../../core/errors.ts';
import type { LorebookRef } from '../../core/refs.ts';
import type { SettingsScope } from '../../storage/settings.ts';
import type { Asked } from '../models/asked.ts';
import { placeName } from '../models/words.ts';
import { labelled } from './labels.ts';
import type { AttachScope } from './rights.ts';

/** A lorebook that is attached where it holds in a place. */
export interface AttachedLorebook {
  ref: LorebookRef;
  name: string;
  label: string;
  /** How many of its entries there are. */
  entries: number;
  disabled: number;
  /** `channel`: that of the thread. */
  scope: AttachScope | 'channel';
}

const ATTACHED_MAX = 50;

/** Where lorebooks that hold in a place can be attached, nearest first. */
export function scopesOf({ channelId, parentId, guildId }: Asked['place']) {
  return [
    { scope: 'here' as const, at: { channelId } },
    ...(parentId === undefined ? [] : [{ scope: 'channel' as const, at: { channelId: parentId } }]),
    ...(guildId === undefined ? [] : [{ scope: 'server' as const, at: { guildId } }]),
  ];
}

/** "this thread", "the channel of this thread", "the whole server". */
export function scopeName(scope: AttachedLorebook['scope'], place: Asked['place']): string {
  if (scope === 'server') return 'the whole server';
  return scope === 'here' ? placeName(place) : 'the channel of this thread';
}

/** Nearest first, whoever they belong to; those that are deleted are left out. One may be attached at several scopes. */
export async function attachedLorebooks(asked: Asked): Promise<AttachedLorebook[]> {
  const { books } = await readAttached(asked);
  const labels = new Map(labelled(uniqueByRef(books)).map(({ ref, label }) => [ref, label]));
  return books.map((book) => ({ ...book, label: labels.get(book.ref) ?? book.name }));
}

/** How many of those that are attached where they would hold in a place are deleted. */
export async function countDeleted(asked: Asked): Promise<number> {
  return (await readAttached(asked)).deleted;
}

async function readAttached(asked: Asked): Promise<{ books: Omit<AttachedLorebook, 'label'>[]; deleted: number }> {
  const { bot, place, person } = asked;
  const visible = new Map((await bot.lorebooks.visible(place, person.id)).map((summary) => [summary.ref, summary]));
  const books: Omit<AttachedLorebook, 'label'>[] = [];
  let deleted = 0;
  for (const { scope, at } of scopesOf(place)) {
    for (const ref of (await bot.settings.read(at)).lorebooks ?? []) {
      // Of the others' own ones there is no summary here.
      const found = visible.get(ref) ?? (await readSummary(asked, ref));
      if (found) books.push({ ref, name: found.name, entries: found.entries, disabled: found.disabled, scope });
      else deleted += 1;
    }
  }
  return { books, deleted };
}

async function readSummary({ bot }: Pick<Asked, 'bot'>, ref: LorebookRef) {
  const book = await bot.lorebooks.load(ref);
  if (!book) return undefined;
  const disabled = book.entries.filter(({ isEnabled }) => !isEnabled).length;
  return { name: book.name, entries: book.entries.length, disabled };
}

export function uniqueByRef<Referred extends { ref: LorebookRef }>(books: readonly Referred[]): Referred[] {
  return books.filter(({ ref }, index) => books.findIndex((other) => other.ref === ref) === index);
}

export async function isAttached({ bot }: Pick<Asked, 'bot'>, at: SettingsScope, ref: LorebookRef): Promise<boolean> {
  return (await bot.settings.read(at)).lorebooks?.includes(ref) ?? false;
}

/**
 * Attaches a lorebook or detaches it; the places of deleted ones are taken when there is no other.
 *
 * @returns false if there was nothing to change
 * @throws UserError `input` if as many are attached as can be
 */
export async function setAttached(
  asked: Pick<Asked, 'bot'>,
  at: SettingsScope,
  { ref, isOn }: { ref: LorebookRef; isOn: boolean },
): Promise<boolean> {
  const deleted = isOn ? await deletedAmong(asked, at) : [];
  let isChanged = false;
  await asked.bot.settings.update(at, (current) => {
    const { lorebooks = [], ...rest } = current;
    isChanged = lorebooks.includes(ref) !== isOn;
    if (!isChanged) return current;
    const kept = lorebooks.filter((other) => other !== ref && !deleted.includes(other));
    if (isOn && kept.length >= ATTACHED_MAX) {
      throw new UserError(
        'input',
        `${ATTACHED_MAX} lorebooks are attached there already. Detach one with \`/lorebook detach\`, then try again.`,
      );
    }
    const next = isOn ? [...kept, ref] : kept;
    return next.length === 0 ? rest : { ...rest, lorebooks: next };
  });
  return isChanged;
}

/** A deleted one may come back, so it goes only where its place is needed. */
async function deletedAmong({ bot }: Pick<Asked, 'bot'>, at: SettingsScope): Promise<LorebookRef[]> {
  const { lorebooks = [] } = await bot.settings.read(at);
  if (lorebooks.length < ATTACHED_MAX) return [];
  const deleted: LorebookRef[] = [];
  for (const ref of lorebooks) if (!(await bot.lorebooks.load(ref))) deleted.push(ref);
  return deleted;
}
