import { randomBytes } from 'node:crypto';
import { UserError } from '../core/errors.ts';
import { createRecent } from '../core/recent.ts';
import type { Modal, ModalContext, ModalInput } from './modal.ts';

/** Forms as they were submitted with a mistake: kept in memory, so a restart of the bot ends it earlier. */
export interface FormDrafts {
  /** Gives the id for a button that opens the form again. */
  keep(form: Modal<ModalInput>, submitted: Submitted): string;
  /** The form with what was typed and chosen in it; files have to be chosen again. @throws UserError `missing` */
  open(id: string, asked: Pick<Submitted, 'bot' | 'person'>): Modal<ModalInput>;
}

type Submitted = Pick<ModalContext, 'bot' | 'person' | 'fields' | 'choices'>;

interface Draft {
  form: Modal<ModalInput>;
  personId: string;
  untilMs: number;
}

const KEPT_MS = 15 * 60_000;
const KEPT_MAX = 200;
/** Of all that was typed, in UTF-16 units. */
const KEPT_MAX_LENGTH = 1024 * 1024;
const ID_BYTES = 9;

export function createFormDrafts(): FormDrafts {
  const kept = createRecent<string, Draft>({
    maxSize: KEPT_MAX,
    maxWeight: KEPT_MAX_LENGTH,
    weightOf: ({ form }) => JSON.stringify(form).length,
  });
  return {
    keep(form, { bot, person, fields, choices }) {
      const id = randomBytes(ID_BYTES).toString('base64url');
      const untilMs = bot.clock.now() + KEPT_MS;
      kept.set(id, { form: filled(form, { fields, choices }), personId: person.id, untilMs });
      return id;
    },
    open(id, { bot, person }) {
      const draft = kept.get(id);
      if (draft && draft.personId === person.id && draft.untilMs > bot.clock.now()) return draft.form;
      throw new UserError(
        'missing',
        'The 15 minutes are over, or I was restarted: what you typed is forgotten. Open the form anew.',
      );
    },
  };
}

function filled(form: Modal<ModalInput>, { fields, choices }: Pick<Submitted, 'fields' | 'choices'>) {
  const inputs = Object.entries(form.inputs).map(([name, input]) => [name, filledInput(input, name, fields, choices)]);
  return { ...form, inputs: Object.fromEntries(inputs) as Record<string, ModalInput> };
}

function filledInput(
  input: ModalInput,
  name: string,
  fields: Submitted['fields'],
  choices: Submitted['choices'],
): ModalInput {
  if (input.kind === 'file') return input;
  if (!('options' in input)) return { ...input, value: fields[name] };
  const chosen = choices[name] ?? [];
  const options = input.options.map((option) => ({ ...option, isChosen: chosen.includes(option.value) }));
  return { ...input, options };
}
