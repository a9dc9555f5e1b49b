import { UserError } from '../../core/errors.ts';
import type { Asked } from '../models/asked.ts';
import { layOut, PAGE_MAX_LENGTH, pageButtons, pageOf } from '../models/pages.ts';
import { ago, personName } from '../models/words.ts';
import { counted, ownerWords } from '../personas/words.ts';
import type { View } from '../view.ts';
import { attachedLorebooks, countDeleted, scopeName, uniqueByRef } from './attached.ts';
import { type ListedLorebook, listedLorebooks } from './labels.ts';
import { bookName, entriesWords, formatWords } from './words.ts';

const LINES_PER_PAGE = 15;
const FOOTER =
  '-# `/lorebook import` adds one, `/lorebook attach` lets one hold here, `/lorebook test` shows what a text calls.';

/** What holds in the place, and why; then the lorebooks that the person can attach. */
export async function showLorebooks(asked: Asked, wantedPage = 1): Promise<View> {
  const listed = await listedLorebooks(asked);
  const { lines: holding, othersCount } = await holdingLines(asked, listed);
  const lines = [
    '**What holds here**',
    ...(holding.length === 0 ? ['No lorebook. `/lorebook attach` lets one hold.'] : holding),
    ...(listed.length === 0 ? [] : ['**What you can attach**', ...listed.map((book) => lineOf(asked, book))]),
  ];
  const free = PAGE_MAX_LENGTH - FOOTER.length - 100;
  const page = pageOf(layOut(lines, { maxItems: LINES_PER_PAGE, first: free, others: free }), wantedPage);
  return {
    text: [
      `**${counted(listed.length + othersCount, 'lorebook')}**${page.count === 1 ? '' : `, page ${page.number} of ${page.count}`}`,
      ...page.items,
      FOOTER,
    ].join('\n'),
    rows: [pageButtons('lorebook-list', page)],
  };
}

/** `othersCount`: how many of them the person could not attach. */
async function holdingLines(
  asked: Asked,
  listed: readonly ListedLorebook[],
): Promise<{ lines: string[]; othersCount: number }> {
  const attached = await attachedLorebooks(asked);
  const reasons = (ref: string) =>
    attached.filter((book) => book.ref === ref).map(({ scope }) => scopeName(scope, asked.place));
  const deleted = await countDeleted(asked);
  const books = uniqueByRef(attached);
  const inCards = await personaBooks(asked);
  const holding = books.map(
    (book) => `- ${bookName(book.label)} · ${entriesWords(book)} · attached to ${reasons(book.ref).join(' and ')}`,
  );
  const gone = `- ${counted(deleted, 'attached lorebook')} that ${deleted === 1 ? 'was' : 'were'} deleted`;
  const others = books.filter(({ ref }) => !listed.some((book) => book.ref === ref));
  return {
    lines: [...holding, ...inCards, ...(deleted === 0 ? [] : [gone])],
    othersCount: others.length + inCards.length,
  };
}

/** The books in the cards of those who speak here. */
async function personaBooks({ bot, place }: Asked): Promise<string[]> {
  const members = await bot.casting.of(place).then(
    (cast) => cast.members,
    (error: unknown) => {
      if (error instanceof UserError) return [];
      throw error;
    },
  );
  return members.flatMap(({ name, persona: { lorebook } }) => {
    if (!lorebook || lorebook.entries.length === 0) return [];
    const disabled = lorebook.entries.filter(({ isEnabled }) => !isEnabled).length;
    const words = entriesWords({ entries: lorebook.entries.length, disabled });
    return [`- ${bookName(lorebook.name)} · ${words} · ${personName(name)}’s own, when ${personName(name)} speaks`];
  });
}

function lineOf({ place }: Asked, { ref, label, entries, disabled, format, by, at }: ListedLorebook): string {
  const facts = [
    bookName(label),
    entriesWords({ entries, disabled }),
    formatWords(format),
    ownerWords(ref, place),
    `added by ${personName(by.name)} ${ago(at)}`,
  ];
  return `- ${facts.join(' · ')}`;
}
