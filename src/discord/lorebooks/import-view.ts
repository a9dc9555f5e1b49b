import { ButtonStyle } from 'discord.js';
import { escapeText } from '../../core/escape-text.ts';
import type { ReadLorebookFile } from '../../personas/card-reader.ts';
import type { BookReport } from '../../personas/lorebooks/book-report.ts';
import type { PersonaAsked } from '../personas/rights.ts';
import { writeShortRef } from '../personas/short-ref.ts';
import { button } from '../personas/words.ts';
import type { TextButton, View } from '../view.ts';
import type { ListedLorebook } from './labels.ts';
import { POSITIONS } from './position-words.ts';
import { entriesWords, formatWords, shown } from './words.ts';

const TITLE_MAX_LENGTH = 200;
const DESCRIPTION_MAX_LENGTH = 3_000;
const OWN =
  'It is **yours**: only you can attach it. For a lorebook of the server, ask somebody with the permission Manage Server, or with the role for personas, to import it.';

/** What came of an import: what the lorebook holds, what of it has no effect, and what to do next. */
export function importedView(
  { place, person }: PersonaAsked,
  book: ListedLorebook,
  { file, undo }: { file: ReadLorebookFile; undo?: TextButton[] },
): View {
  const short = writeShortRef(book.ref);
  const isOfServer = book.ref.startsWith('guild:');
  const belongs = isOfServer ? 'It belongs to this server.' : place.guildId === undefined ? 'It is yours.' : OWN;
  return {
    text: undo ? '**Replaced.** It is now what the file says, wherever it is attached.' : `**Imported.** ${belongs}`,
    embeds: [
      {
        title: shown(book.label, TITLE_MAX_LENGTH),
        description: linesOf(file.report, file.format).join('\n').slice(0, DESCRIPTION_MAX_LENGTH),
      },
    ],
    rows: [importedButtons(short, person.isAdmin && place.guildId !== undefined), undo ?? []],
  };
}

function importedButtons(short: string, isAdmin: boolean): TextButton[] {
  return [
    button('Attach here', `lorebook-here:${short}`, { style: ButtonStyle.Primary }),
    ...(isAdmin ? [button('Attach to the server', `lorebook-server:${short}`)] : []),
    button('Test', `lorebook-test:${short}`),
  ];
}

function linesOf(report: BookReport, format: string): string[] {
  const { entries, disabled, constant, withRegex, withDecorators, positions, keptUnused, warnings } = report;
  const contents = [
    formatWords(format),
    entriesWords({ entries, disabled }),
    ...(constant === 0 ? [] : [`${constant} constant`]),
    ...(withRegex === 0 ? [] : [`${withRegex} with regular expressions`]),
    ...(withDecorators === 0 ? [] : [`${withDecorators} with decorators`]),
  ];
  const places = positions.map((one) => `${POSITIONS[one.position]} (${one.entries})`);
  return [
    contents.join(' · '),
    ...(places.length === 0 ? [] : [`Goes: ${places.join(', ')}`]),
    ...(keptUnused.length === 0 ? [] : [`Kept, not used: ${escapeText(keptUnused.join(', '))}`]),
    ...warnings.map((warning) => `⚠️ ${escapeText(warning)}`),
  ];
}
