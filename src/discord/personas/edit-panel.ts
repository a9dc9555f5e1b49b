import { ButtonStyle } from 'discord.js';
import { UserError } from '../../core/errors.ts';
import { escapeText } from '../../core/escape-text.ts';
import { clip } from '../../core/text.ts';
import { greetingsOf } from '../../personas/persona.ts';
import type { FormDrafts } from '../form-drafts.ts';
import type { Modal, ModalContext, ModalInput } from '../modal.ts';
import { grouped } from '../models/words.ts';
import type { Row, View } from '../view.ts';
import { mayMarkAdult } from './adult.ts';
import { cardOf, changePersona, type PersonaChange, storedPersona } from './change.ts';
import { editForm, editsOf } from './forms.ts';
import { gone, type ListedPersona, listedPersona, loadPersona, pressedPersona } from './labels.ts';
import { readPortrait } from './pictures.ts';
import { type PersonaAsked, requireEdit } from './rights.ts';
import { readShortRef, writeShortRef } from './short-ref.ts';
import type { Notice } from './show-view.ts';
import type { Undos } from './undos.ts';
import { againButton, button, counted, ownerWords } from './words.ts';

/** A private panel for one persona: forms for its texts, and what else can be changed. */
export async function editPanel(asked: PersonaAsked, persona: ListedPersona, notice?: Notice): Promise<View> {
  await requireEdit(asked, persona.ref);
  const { persona: card, expressions } = await loadPersona(asked, persona);
  const short = writeShortRef(persona.ref);
  const texts: [string, string][] = [
    ['Description', card.description],
    ['Personality', card.personality],
    ['Scenario', card.scenario],
    ['Example dialogue', card.exampleDialogue],
    ['System prompt', card.systemPrompt],
    ['Post-history instructions', card.postHistoryInstructions],
    ['Creator’s notes', card.creatorNotes],
  ];
  const form = (label: string, name: string) => button(label, `persona-form:${name}:${short}`);
  const adult: Row[] = mayMarkAdult(asked, persona) ? [adultMenu(persona)] : [];
  return {
    text: [
      ...(notice ? [notice.said] : []),
      `**Edit ${escapeText(persona.label)}** · ${ownerWords(persona.ref, asked.place)}`,
      ...texts.map(
        ([label, text]) => `${label}: ${text.trim() === '' ? 'empty' : `${grouped(text.length)} characters`}`,
      ),
      `${counted(greetingsOf(card).length, 'greeting')} · ${counted(Object.keys(expressions).length, 'face')}`,
      `Tags: ${card.tags.length === 0 ? 'none' : escapeText(clip(card.tags.join(', '), 200))}`,
      '-# Everything else of the card stays as it is.',
    ].join('\n'),
    rows: [
      [
        form('Edit', 'basics'),
        form('More', 'more'),
        form('Details', 'details'),
        button('Greetings', `persona-greetings:${short}:0`),
        button('Faces', `persona-faces:${short}:1`),
      ],
      ...adult,
      [
        button('Show', `persona-show:${short}`),
        button('Delete', `persona-delete:${short}`, { style: ButtonStyle.Danger }),
      ],
      ...(notice?.rows ?? []),
    ],
  };
}

export function adultMenu({ ref, isAdult }: Pick<ListedPersona, 'ref' | 'isAdult'>): Row {
  return {
    custom_id: `persona-adult:${writeShortRef(ref)}`,
    options: [
      { label: 'Not for adults: speaks everywhere', value: 'no', default: !isAdult },
      { label: 'For adults: speaks in age-restricted channels only', value: 'yes', default: isAdult },
    ],
  };
}

/** The form behind a button of the panel. `id` is `form:ref`. */
export async function openForm(asked: PersonaAsked, id: string): Promise<Modal<ModalInput>> {
  const [form = '', short = ''] = id.split(':');
  const ref = readShortRef(short);
  if (!ref) throw gone();
  await requireEdit(asked, ref);
  const { persona } = await loadPersona(asked, { ref });
  const modal = editForm(form, short, persona);
  if (!modal) throw new UserError('missing', 'This button is from an older version of the bot and does nothing now.');
  return modal;
}

type Submitted = PersonaAsked & Pick<ModalContext, 'fields' | 'files' | 'choices'>;

/**
 * Saves what was changed in a form. `id` is `form:ref:marks`. A mistake is said, with a button that opens the form as it
 * was submitted.
 */
export async function saveForm(
  submitted: Submitted,
  id: string,
  { undos, drafts }: { undos: Undos; drafts: FormDrafts },
): Promise<View> {
  try {
    return await saveEdits(submitted, id, undos);
  } catch (error) {
    if (!(error instanceof UserError) || error.kind !== 'input') throw error;
    const [form = '', short = ''] = id.split(':');
    const persona = await pressedPersona(submitted, short);
    const modal = editForm(form, short, (await loadPersona(submitted, persona)).persona);
    if (!modal) throw error;
    // The marks stay those of the texts that the form was opened with.
    const draftId = drafts.keep({ ...modal, custom_id: `persona-save:${id}` }, submitted);
    return editPanel(submitted, persona, { said: error.message, rows: [[againButton(draftId)]] });
  }
}

async function saveEdits(submitted: Submitted, id: string, undos: Undos): Promise<View> {
  const [form = '', short = '', marks = ''] = id.split(':');
  const persona = await pressedPersona(submitted, short);
  const { ref } = persona;
  await requireEdit(submitted, ref);
  const { persona: card } = await loadPersona(submitted, persona);
  const { edits, labels } = editsOf({ form, marks, fields: submitted.fields }, card);
  const { portrait, refusal } = await portraitOf(submitted);
  const said = [...labels, ...(portrait ? ['portrait'] : [])];
  if (said.length === 0)
    return editPanel(submitted, persona, { said: ['Nothing was changed.', ...refusal].join('\n') });
  const change: PersonaChange = { portrait };
  if (labels.length > 0) {
    const { editCard } = await import('../../personas/cards/card.ts');
    change.card = editCard(await cardOf(await storedPersona(submitted, ref)), edits);
  }
  const { undo } = await changePersona(submitted, { ref, change, undos });
  const notice = { said: [`**Saved**: ${said.join(', ')}.`, ...refusal].join('\n'), rows: [undo] };
  return editPanel(submitted, await listedPersona(submitted, ref), notice);
}

/** A picture that cannot be used costs none of the texts that were typed beside it. */
export async function portraitOf(
  submitted: Pick<Submitted, 'bot' | 'files'>,
): Promise<{ portrait: PersonaChange['portrait']; refusal: string[] }> {
  const [file] = submitted.files['portrait'] ?? [];
  if (!file) return { portrait: undefined, refusal: [] };
  try {
    return { portrait: await readPortrait(submitted, file), refusal: [] };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { portrait: undefined, refusal: [`The portrait was not used. ${error.message}`] };
  }
}
