import { UserError } from '../../core/errors.ts';
import type { Owner } from '../../core/refs.ts';
import type { FormDrafts } from '../form-drafts.ts';
import type { Modal, ModalContext, ModalInput } from '../modal.ts';
import type { View } from '../view.ts';
import { addPersona, requireRoom } from './change.ts';
import { portraitOf } from './edit-panel.ts';
import { newForm } from './forms.ts';
import { listedPersona } from './labels.ts';
import { ownerForNew, type PersonaAsked } from './rights.ts';
import { showPersona } from './show-view.ts';
import { againButton, belongsWords } from './words.ts';

/**
 * The form for a new persona; its title says whose it will be.
 *
 * @throws UserError `input` if the person has as many as they may
 */
export async function createForm(asked: PersonaAsked): Promise<Modal<ModalInput>> {
  const owner = await ownerForNew(asked);
  await requireRoom(asked, owner);
  return formFor(owner);
}

function formFor(owner: Owner): Modal<ModalInput> {
  return newForm(owner.startsWith('guild:') ? 'A new persona of this server' : 'A new persona of your own');
}

type Submitted = PersonaAsked & Pick<ModalContext, 'fields' | 'files' | 'choices'>;

/** Stores a new persona from the form for one; a mistake is said, with a button that opens the form as it was submitted. */
export async function createPersona(submitted: Submitted, drafts: FormDrafts): Promise<View> {
  try {
    return await addFromForm(submitted);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const id = drafts.keep(formFor(await ownerForNew(submitted)), submitted);
    return { text: error.message, rows: [[againButton(id)]] };
  }
}

async function addFromForm(submitted: Submitted): Promise<View> {
  const { fields, choices } = submitted;
  const owner = await ownerForNew(submitted);
  const { newCard } = await import('../../personas/cards/card.ts');
  const card = newCard({
    name: fields['name'] ?? '',
    description: fields['description'] ?? '',
    firstMessage: fields['firstMessage'] ?? '',
  });
  const { portrait, refusal } = await portraitOf(submitted);
  const isAdult = choices['adult']?.includes('yes') ?? false;
  const { ref } = await addPersona(submitted, owner, { card, isAdult, portrait });
  const said = [`**Made.** ${belongsWords(ref)}`, ...refusal].join('\n');
  return showPersona(submitted, await listedPersona(submitted, ref), { said });
}
