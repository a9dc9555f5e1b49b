import { ButtonStyle } from 'discord.js';
import type { Place } from '../../chat/place.ts';
import { ownerOf, type PersonaRef } from '../../core/refs.ts';
import { grouped } from '../models/words.ts';
import type { TextButton } from '../view.ts';

/** "of this server", after a persona's name. */
export function ownerWords(ref: PersonaRef, { guildId }: Place): string {
  const owner = ownerOf(ref);
  if (owner === undefined) return 'comes with the bot';
  if (owner.startsWith('user:')) return guildId === undefined ? 'yours' : 'yours, only you can choose it';
  return 'of this server';
}

/** Whose a new persona is, for its maker. */
export function belongsWords(ref: PersonaRef): string {
  return ref.startsWith('guild:')
    ? 'It belongs to this server: everybody here can choose it.'
    : 'It is yours: only you can choose it, in every server and in direct messages.';
}

/** "1 greeting", "2 greetings". */
export function counted(count: number, what: string, many = `${what}s`): string {
  return `${grouped(count)} ${count === 1 ? what : many}`;
}

export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** Compared, not shown: without regard to case, width and white space. */
export function folded(text: string): string {
  return oneLine(text.normalize('NFKC')).toLowerCase();
}

/** Names that look alike are alike: only letters and digits count. */
export function bare(name: string): string {
  const letters = folded(name).replaceAll(/[^\p{L}\p{N}]/gu, '');
  return letters === '' ? folded(name) : letters;
}

/** A text as a quotation. */
export function quoted(text: string): string {
  return text.trim().replaceAll(/^/gm, '> ');
}

/** Opens a form again with what was typed. */
export function againButton(draftId: string): TextButton {
  return button('Try again', `persona-again:${draftId}`, { style: ButtonStyle.Primary });
}

export function button(
  label: string,
  customId: string,
  look: Pick<Partial<TextButton>, 'disabled'> & {
    style?: ButtonStyle.Primary | ButtonStyle.Secondary | ButtonStyle.Danger;
  } = {},
): TextButton {
  return { label, style: ButtonStyle.Secondary, custom_id: customId, ...look };
}
