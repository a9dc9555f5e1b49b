import { type Message } from 'discord.js';
import { UserError } from '../../core/errors.ts';
import { escapeText, unescapeText } from '../../core/escape-text.ts';
import { type LorebookRef, type Owner, ownerOf } from '../../core/refs.ts';
import { clip } from '../../core/text.ts';
import type { ReadLorebookFile } from '../../personas/card-reader.ts';
import type { LorebookDraft } from '../../storage/lorebooks.ts';
import type { AttachedFile } from '../command.ts';
import { ago, personName } from '../models/words.ts';
import { ownerForNew, type PersonaAsked } from '../personas/rights.ts';
import { writeShortRef } from '../personas/short-ref.ts';
import { button, folded, oneLine, ownerWords } from '../personas/words.ts';
import type { View } from '../view.ts';
import { importedView } from './import-view.ts';
import { type ListedLorebook, listedLorebooks, listedOne, readBookRef } from './labels.ts';
import { replaceLorebook } from './replace.ts';
import { requireRoom } from './rights.ts';
import { bookName } from './words.ts';

const FILE_MAX_BYTES = 8 * 1024 * 1024;
const QUESTION_KEPT_MS = 15 * 60_000;
const NAME_MAX_LENGTH = 100;
const TITLE_MAX_LENGTH = 100;

/**
 * Imports a lorebook, or asks what to do with one whose name exists already: nothing is stored then.
 *
 * @throws UserError for a file that is none
 */
export async function importLorebook(asked: PersonaAsked, attached: AttachedFile): Promise<View> {
  const file = await readFile(asked, attached);
  const owner = await ownerForNew(asked);
  const name = folded(nameOf(file));
  const same = (await listedLorebooks(asked)).find((book) => ownerOf(book.ref) === owner && folded(book.name) === name);
  return same ? question(asked, attached, same) : addImported(asked, owner, file);
}

/** `answer` is "both" or the short ref of the lorebook that is replaced; the message has the address of the file. */
export async function answerImport(
  asked: PersonaAsked,
  { answer, message }: { answer: string; message: QuestionMessage },
): Promise<View> {
  const file = await readFile(asked, fileOf(message, asked.bot.clock.now()));
  if (answer === 'both') return addImported(asked, await ownerForNew(asked), file);
  const ref = readBookRef(answer);
  const undo = await replaceLorebook(asked, ref, draftOf(asked, file));
  return importedView(asked, await listed(asked, ref), { file, undo });
}

type QuestionMessage = Pick<Message, 'createdTimestamp' | 'embeds'>;

async function readFile({ bot }: PersonaAsked, file: AttachedFile): Promise<ReadLorebookFile> {
  const bytes = await bot.download(file, { maxBytes: FILE_MAX_BYTES });
  return bot.cards.readLorebook(bytes, file.name);
}

async function addImported(asked: PersonaAsked, owner: Owner, file: ReadLorebookFile): Promise<View> {
  await requireRoom(asked, owner);
  const { ref } = await asked.bot.lorebooks.save(owner, draftOf(asked, file));
  return importedView(asked, await listed(asked, ref), { file });
}

async function listed(asked: PersonaAsked, ref: LorebookRef): Promise<ListedLorebook> {
  return listedOne(await listedLorebooks(asked), ref);
}

function draftOf({ person }: PersonaAsked, file: ReadLorebookFile): LorebookDraft {
  const { format, raw, report } = file;
  const { entries, disabled } = report;
  return {
    name: nameOf(file),
    format,
    raw,
    entries,
    disabled,
    by: { id: person.id, name: person.name },
  };
}

function nameOf({ name }: ReadLorebookFile): string {
  return clip(oneLine(name), NAME_MAX_LENGTH) || 'Lorebook';
}

/** The message keeps the file's address, and so the bot has nothing to keep until somebody answers. */
function question({ place }: PersonaAsked, file: AttachedFile, same: ListedLorebook): View {
  const { ref, label, by, at } = same;
  return {
    text: [
      `There is a lorebook ${bookName(label)} already (${ownerWords(ref, place)}, added by ${personName(by.name)} ${ago(at)}). What should become of it?`,
      'Nothing is stored before you choose; after 15 minutes the question is forgotten.',
    ].join('\n'),
    embeds: [{ title: escapeText(clip(file.name, TITLE_MAX_LENGTH)), url: file.url }],
    rows: [
      [
        button('Replace', `lorebook-import:${writeShortRef(ref)}`),
        button('Keep both', 'lorebook-import:both'),
        button('Cancel', 'lorebook-import-off:all'),
      ],
    ],
  };
}

/** @throws UserError `missing` */
function fileOf({ createdTimestamp, embeds }: QuestionMessage, nowMs: number): AttachedFile {
  const [embed] = embeds;
  if (!embed?.url || nowMs - createdTimestamp > QUESTION_KEPT_MS) {
    throw new UserError(
      'missing',
      'This question was asked too long ago, and the file is forgotten. Use `/lorebook import` again.',
    );
  }
  return { name: unescapeText(embed.title ?? 'lorebook'), url: embed.url, sizeBytes: 0 };
}
