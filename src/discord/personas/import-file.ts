import { type Message } from 'discord.js';
import { UserError } from '../../core/errors.ts';
import { escapeText } from '../../core/escape-text.ts';
import { ownerOf } from '../../core/refs.ts';
import { clip } from '../../core/text.ts';
import type { ReadCardFile } from '../../personas/card-reader.ts';
import type { NewFile } from '../../storage/personas.ts';
import type { AttachedFile } from '../command.ts';
import { ago, personName } from '../models/words.ts';
import type { View } from '../view.ts';
import { addPersona, changePersona, summaryOf } from './change.ts';
import { importedView } from './import-view.ts';
import { type ListedPersona, listedPersona, listedPersonas, pressedPersona } from './labels.ts';
import { ownerForNew, type PersonaAsked, requireEdit } from './rights.ts';
import { writeShortRef } from './short-ref.ts';
import type { Undos } from './undos.ts';
import { button, folded, ownerWords } from './words.ts';

const FILE_MAX_BYTES = 32 * 1024 * 1024;
const QUESTION_KEPT_MS = 15 * 60_000;
const TITLE_MAX_LENGTH = 100;
const UNKNOWN_MEDIA_TYPE = 'application/octet-stream';

/**
 * Imports a character card, or asks what to do with one whose name exists already: nothing is stored then.
 *
 * @throws UserError for a file that is no card
 */
export async function importPersona(asked: PersonaAsked, file: AttachedFile): Promise<View> {
  const card = await readFile(asked, file);
  const owner = await ownerForNew(asked);
  const { name } = card.persona;
  const same = (await listedPersonas(asked)).find(
    (persona) => ownerOf(persona.ref) === owner && folded(persona.name) === folded(name),
  );
  return same ? question(asked, file, same) : addImported(asked, card);
}

/** `answer` is "both" or the short ref of the persona that is replaced; the message has the address of the file. */
export async function answerImport(
  asked: PersonaAsked,
  { answer, message, undos }: { answer: string; message: QuestionMessage; undos: Undos },
): Promise<View> {
  const file = fileOf(message, asked.bot.clock.now());
  if (answer === 'both') return addImported(asked, await readFile(asked, file));
  const persona = await pressedPersona(asked, answer);
  await requireEdit(asked, persona.ref);
  const card = await readFile(asked, file);
  const { report } = card;
  // Whoever said that the earlier one is for adults said it of this character.
  const isAdult = persona.isAdult || report.looksAdult;
  const change = { ...cardOfFile(card), isAdult, portrait: card.portrait ?? null, ...filesOf(card) };
  const { undo, isDefaultTakenAway } = await changePersona(asked, { ref: persona.ref, change, undos });
  const replaced = await listedPersona(asked, persona.ref);
  return importedView(asked, replaced, { report, card, isReplaced: true, isDefaultTakenAway, undo });
}

type QuestionMessage = Pick<Message, 'createdTimestamp' | 'embeds'>;

async function readFile({ bot }: PersonaAsked, file: AttachedFile): Promise<ReadCardFile> {
  const bytes = await bot.download(file, { maxBytes: FILE_MAX_BYTES });
  return bot.cards.read(bytes);
}

async function addImported(asked: PersonaAsked, card: ReadCardFile): Promise<View> {
  const owner = await ownerForNew(asked);
  const { report } = card;
  const { ref } = await addPersona(asked, owner, {
    ...cardOfFile(card),
    isAdult: report.looksAdult,
    portrait: card.portrait,
    ...filesOf(card),
  });
  return importedView(asked, await listedPersona(asked, ref), { report, card });
}

function cardOfFile({ card, persona, report }: ReadCardFile) {
  return { card, summary: summaryOf(persona, report.loreEntries) };
}

function filesOf({ expressions, otherAssets }: ReadCardFile): {
  expressions: Record<string, NewFile>;
  otherAssets: Record<string, NewFile>;
} {
  const others = Object.entries(otherAssets).map(([path, bytes]) => [path, { mediaType: UNKNOWN_MEDIA_TYPE, bytes }]);
  return { expressions, otherAssets: Object.fromEntries(others) };
}

/** The message keeps the file's address, and so the bot has nothing to keep until somebody answers. */
function question({ place }: PersonaAsked, file: AttachedFile, same: ListedPersona): View {
  const { ref, label, by, at } = same;
  return {
    text: [
      `There is a persona ${personName(label)} already (${ownerWords(ref, place)}, added by ${personName(by.name)} ${ago(at)}). What should become of it?`,
      'Nothing is stored before you choose; after 15 minutes the question is forgotten.',
    ].join('\n'),
    embeds: [{ title: escapeText(clip(file.name, TITLE_MAX_LENGTH)), url: file.url }],
    rows: [
      [
        button('Replace', `persona-import:${writeShortRef(ref)}`),
        button('Keep both', 'persona-import:both'),
        button('Cancel', 'persona-import-off:all'),
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
      'This question was asked too long ago, and the file is forgotten. Use `/persona import` again.',
    );
  }
  return { name: embed.title ?? 'card', url: embed.url, sizeBytes: 0 };
}
