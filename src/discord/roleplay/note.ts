import { ButtonStyle } from 'discord.js';
import { UserError } from '../../core/errors.ts';
import { escapeText } from '../../core/escape-text.ts';
import { clip } from '../../core/text.ts';
import type { Scene, SceneNote } from '../../storage/scenes.ts';
import type { ButtonContext, OpeningContext } from '../button.ts';
import type { CommandContext } from '../command.ts';
import type { FormDrafts } from '../form-drafts.ts';
import type { ModalContext } from '../modal.ts';
import { personName } from '../models/words.ts';
import type { TextButton, View } from '../view.ts';
import { NOTE_PLACES, noteForm, readNote } from './note-form.ts';
import { mayLead, type OnScene, requireLeader, requirePlaying } from './scene-of.ts';

const SHOWN_MAX_LENGTH = 1_200;
const AGAIN = { label: 'Try again', style: ButtonStyle.Primary } as const;
const WHAT = 'change its note';

/** What is set, and to whom it is given the buttons to change it. */
export async function showNote(context: Pick<CommandContext, keyof OnScene | 'show'>): Promise<void> {
  await context.show(viewOf(await requirePlaying(context), context));
}

export async function openNoteForm(context: OpeningContext): Promise<void> {
  const scene = await requirePlaying(context);
  requireLeader(scene, context, WHAT);
  await context.showModal(noteForm(scene));
}

/** What cannot be used is said, with a button that opens the form as it was submitted. */
export async function saveNote(context: ModalContext, drafts: FormDrafts): Promise<void> {
  const { bot, person } = context;
  const scene = await requirePlaying(context);
  requireLeader(scene, context, WHAT);
  const note = readOrRefuse(context);
  if (note instanceof UserError) {
    const { text, rows = [] } = viewOf(scene, context);
    const again = { ...AGAIN, custom_id: `scene-note-again:${drafts.keep(noteForm(scene), context)}` };
    return context.show({ text: `${note.message}\n${text}`, rows: [[again], ...rows] });
  }
  const by = { id: person.id, name: person.name };
  await change(context, 'Saved: the next replies know it.', () => ({ ...note, by, at: bot.clock.now() }));
}

export async function openNoteAgain(context: OpeningContext, drafts: FormDrafts): Promise<void> {
  await context.showModal(drafts.open(context.id, context));
}

function readOrRefuse(context: ModalContext): ReturnType<typeof readNote> | UserError {
  try {
    return readNote(context);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

export async function clearNote(context: ButtonContext): Promise<void> {
  await change(context, 'The note is cleared.', () => undefined);
}

/** Takes back what was changed last, unless somebody changed it again. */
export async function undoNote(context: ButtonContext): Promise<void> {
  await change(context, 'Undone.', (scene) => {
    if (String(scene.note?.at ?? 0) !== context.id) {
      throw new UserError('input', 'The note was changed again since. `/roleplay note` shows what is set now.');
    }
    return scene.earlierNote;
  });
}

async function change(
  context: OnScene & Pick<ButtonContext, 'show'>,
  said: string,
  noteFrom: (scene: Scene) => SceneNote | undefined,
): Promise<void> {
  const { bot, place, show } = context;
  requireLeader(await requirePlaying(context), context, WHAT);
  const { after } = await bot.scenes.update(place.channelId, (scene) => {
    if (!scene) return scene;
    const { note: earlierNote, earlierNote: _, ...rest } = scene;
    const note = noteFrom(scene);
    return { ...rest, ...(note ? { note } : {}), ...(earlierNote ? { earlierNote } : {}) };
  });
  if (!after) throw new UserError('missing', 'This roleplay is gone. `/roleplay start` begins another one.');
  const view = viewOf(after, context);
  await show({ text: `${said}\n${view.text}`, rows: [[...buttonsOf(after), undoButton(after)]] });
}

function viewOf(scene: Scene, on: OnScene): View {
  const { note, startedBy } = scene;
  const lines = note
    ? [
        `**Author’s note**, by ${personName(note.by.name)}:`,
        ...escapeText(clip(note.text, SHOWN_MAX_LENGTH))
          .split('\n')
          .map((line) => `> ${line}`),
        `It stands ${NOTE_PLACES[note.position]}${note.position === 'in-chat' ? `, ${note.depth} before the end` : ''}, ${
          note.interval === 1 ? 'always' : `at every ${note.interval} messages of players`
        }.`,
      ]
    : ['No author’s note is set. It tells the model, out of sight, what to keep in mind: a mood, a goal, a secret.'];
  if (mayLead(scene, on)) return { text: lines.join('\n'), rows: [buttonsOf(scene)] };
  const who = startedBy ? `${personName(startedBy.name)}, who started this roleplay,` : 'Its starter';
  return { text: [...lines, `-# ${who} and moderators can change it.`].join('\n') };
}

function buttonsOf({ note }: Scene): TextButton[] {
  const write = { label: note ? 'Change' : 'Write', style: ButtonStyle.Primary as const, custom_id: 'scene-note:here' };
  const clear = { label: 'Clear', style: ButtonStyle.Secondary as const, custom_id: 'scene-note-clear:here' };
  return note ? [write, clear] : [write];
}

function undoButton({ note }: Scene): TextButton {
  return { label: 'Undo', style: ButtonStyle.Secondary, custom_id: `scene-note-undo:${note?.at ?? 0}` };
}
