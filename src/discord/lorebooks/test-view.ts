import type { LoreTest } from '../../chat/lore-test.ts';
import { UserError } from '../../core/errors.ts';
import { clip } from '../../core/text.ts';
import type { Asked } from '../models/asked.ts';
import { layOut, PAGE_MAX_LENGTH, pageButtons, pageOf } from '../models/pages.ts';
import { grouped, personName } from '../models/words.ts';
import { writeShortRef } from '../personas/short-ref.ts';
import { counted, oneLine } from '../personas/words.ts';
import type { View } from '../view.ts';
import type { ListedLorebook } from './labels.ts';
import { entryLine } from './test-words.ts';
import { bookName, shown } from './words.ts';

/** Within what Discord takes for the description of an embed. */
export const TEST_TEXT_MAX_LENGTH = 2_000;
const LINES_PER_PAGE = 12;
const HEAD_LENGTH = 900;
const KEYS_SHOWN = 5;
const KEY_SHOWN_LENGTH = 80;
const ALL = 'all';

export interface TestedText {
  text: string;
  /** The only lorebook to look at. */
  book?: ListedLorebook | undefined;
}

/**
 * Which entries a text would activate here, to the last detail. The text stands in the message too, so that another page
 * can be asked for.
 *
 * @throws UserError if the lorebook was deleted, or no reply could be made here at all
 */
export async function showTest(asked: Asked, { text, book }: TestedText, wantedPage = 1): Promise<View> {
  const { bot, place, person } = asked;
  if (text.trim() === '')
    throw new UserError('input', 'There is nothing to test. Type a message as somebody would say it.');
  const { testLore } = await import('../../chat/lore-test.ts');
  const result = await testLore(bot, { conversationId: place.channelId, place, person, text, only: book?.ref });
  if (result.books.length === 0) {
    throw new UserError(
      'missing',
      'No lorebook holds here. `/lorebook attach` lets one hold; to test one alone, name it as `lorebook`. A persona’s own lorebook counts only where it speaks: choose it with `/persona use`, then test again.',
    );
  }
  const pages = layOut(linesOf(result), {
    maxItems: LINES_PER_PAGE,
    first: PAGE_MAX_LENGTH - HEAD_LENGTH,
    others: PAGE_MAX_LENGTH - HEAD_LENGTH,
  });
  const page = pageOf(pages, wantedPage);
  return {
    text: [
      ...headOf(result, book),
      ...(page.count === 1 ? [] : [`Page ${page.number} of ${page.count}`]),
      ...page.items,
    ].join('\n'),
    embeds: [{ title: 'Tested text', description: text.slice(0, TEST_TEXT_MAX_LENGTH) }],
    rows: [pageButtons(`lorebook-tested:${book ? writeShortRef(book.ref) : ALL}`, page)],
  };
}

/** What a page button says: the lorebook if there is one, and the page. */
export function readTestId(id: string): { shortRef: string | undefined; page: number } {
  const end = id.lastIndexOf(':');
  const shortRef = id.slice(0, Math.max(0, end));
  return { shortRef: shortRef === ALL ? undefined : shortRef, page: Number(id.slice(end + 1)) };
}

function headOf(result: LoreTest, book: ListedLorebook | undefined): string[] {
  const { speaker, lines, tokens, budgetTokens, slowKeys, untriedKeys } = result;
  const active = lines.filter(({ outcome }) => outcome === 'active').length;
  const what = book ? `Of ${bookName(book.label)} alone` : `Of ${counted(result.books.length, 'lorebook')} here`;
  const slow = slowKeys.slice(0, KEYS_SHOWN).map(codeOf);
  return [
    `${what} **${counted(active, 'entry', 'entries')} would be active**: ${counted(tokens, 'token')} of at most ${grouped(budgetTokens)}.`,
    speaker === undefined
      ? '⚠️ No persona speaks here, and only personas read lorebooks: `/persona use` chooses one.'
      : `-# As ${personName(speaker)} would read it after what was said here. Nothing was sent, and nothing changed.`,
    ...(slow.length === 0 ? [] : [`⚠️ Took too long, and so does not count: ${slow.join(', ')}. Write it simpler.`]),
    ...(untriedKeys === 0 ? [] : [`⚠️ ${counted(untriedKeys, 'regular expression')} more not tried because of that.`]),
  ];
}

function linesOf({ lines, books }: LoreTest): string[] {
  const hasBooks = books.length > 1;
  const active = lines.filter(({ outcome }) => outcome === 'active');
  const left = lines.filter(({ outcome }) => outcome !== 'active');
  return [
    ...active.map((line) => entryLine(line, { hasBooks })),
    ...(active.length === 0 ? [noneWords(books)] : []),
    ...(left.length === 0 ? [] : ['**Called, but left out**', ...left.map((line) => entryLine(line, { hasBooks }))]),
  ];
}

function noneWords(books: LoreTest['books']): string {
  const keys = books.flatMap(({ entries }) =>
    entries.filter(({ isEnabled }) => isEnabled).flatMap((entry) => entry.keys),
  );
  const some = [...new Set(keys)].filter((key) => key.trim() !== '').slice(0, KEYS_SHOWN);
  if (some.length === 0) return 'No entry that is on has a key.';
  return `Nothing calls an entry. Among the keys are ${some.map((key) => `“${shown(key, KEY_SHOWN_LENGTH)}”`).join(', ')}.`;
}

function codeOf(key: string): string {
  return `\`${clip(oneLine(key.replaceAll('`', ' ')), KEY_SHOWN_LENGTH)}\``;
}
