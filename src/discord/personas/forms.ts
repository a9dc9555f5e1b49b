import { createHash } from 'node:crypto';
import type { PersonaEdits } from '../../personas/cards/card.ts';
import type { Persona } from '../../personas/persona.ts';
import type { Modal, ModalInput, TextInput } from '../modal.ts';
import { allGreetings } from './greetings-view.ts';

/** Discord takes so much in one field of a form. */
const FIELD_MAX_LENGTH = 4_000;
export const NAME_MAX_LENGTH = 80;
const MARK_LENGTH = 4;
const EMOTION_MAX_LENGTH = 32;

type TextField = Exclude<keyof PersonaEdits, 'alternateGreetings' | 'tags'> | 'tags' | 'greeting';

interface Field {
  label: string;
  description?: string;
  isShort?: boolean;
  isRequired?: boolean;
  maxLength?: number;
}

const FIELDS: Record<TextField, Field> = {
  name: { label: 'Name', isShort: true, isRequired: true, maxLength: NAME_MAX_LENGTH },
  description: {
    label: 'Description',
    description: 'Who they are. {{char}} stands for their name, {{user}} for whoever talks to them.',
  },
  firstMessage: { label: 'Greeting', description: 'What they say first in a roleplay.' },
  greeting: { label: 'Greeting', description: 'Empty takes it away.' },
  tags: { label: 'Tags', description: 'Separated by commas.', isShort: true },
  personality: { label: 'Personality', description: 'In a few words; it stands in every prompt.' },
  scenario: { label: 'Scenario', description: 'Where and when it plays.' },
  exampleDialogue: {
    label: 'Example dialogue',
    description: 'Begin each example with <START>, each line with {{user}}: or {{char}}:',
  },
  systemPrompt: {
    label: 'System prompt',
    description: 'Takes the place of the usual one; {{original}} stands for that.',
  },
  postHistoryInstructions: {
    label: 'Post-history instructions',
    description: 'Read last by the model, before its reply.',
  },
  nickname: {
    label: 'Nickname',
    description: 'Takes the place of the name while they speak.',
    isShort: true,
    maxLength: NAME_MAX_LENGTH,
  },
  creatorNotes: {
    label: 'Creator’s notes',
    description: 'For people who choose the persona; the model never reads them.',
  },
};

const FORMS: Record<string, { title: string; fields: TextField[]; hasPortrait?: true }> = {
  basics: { title: 'Edit the persona', fields: ['name', 'description', 'firstMessage', 'tags'], hasPortrait: true },
  more: {
    title: 'More of the persona',
    fields: ['personality', 'scenario', 'exampleDialogue', 'systemPrompt', 'postHistoryInstructions'],
  },
  details: { title: 'Details of the persona', fields: ['nickname', 'creatorNotes'] },
};

const PORTRAIT_INPUT = {
  kind: 'file',
  label: 'Portrait',
  description: 'A PNG, JPEG or GIF picture of up to 8 MiB.',
} as const;

/** The form for a new persona; saving it is `persona-new`. */
export function newForm(title: string): Modal<ModalInput> {
  return {
    custom_id: 'persona-new:form',
    title,
    inputs: {
      name: textInput('name', ''),
      description: textInput('description', ''),
      firstMessage: textInput('firstMessage', ''),
      portrait: PORTRAIT_INPUT,
      adult: {
        kind: 'checkbox-group',
        label: 'Age',
        options: [{ label: 'For adults: speaks in age-restricted channels only', value: 'yes' }],
      },
    },
  };
}

/** A form with what stands in the card now. Undefined for a name that no form has. */
export function editForm(form: string, shortRef: string, persona: Persona): Modal<ModalInput> | undefined {
  const index = greetingIndex(form);
  const found = index === undefined ? FORMS[form] : { title: `Greeting ${index + 1}`, fields: ['greeting' as const] };
  if (!found || !(Object.hasOwn(FORMS, form) || index !== undefined)) return undefined;
  const texts = found.fields.map((name): [TextField, string] => [name, fieldText(persona, name, index)]);
  return {
    custom_id: `persona-save:${form}:${shortRef}:${texts.map(([name, text]) => markOf(name, text)).join('')}`,
    title: found.title,
    inputs: {
      ...Object.fromEntries(texts.map(([name, text]) => [name, textInput(name, text)])),
      ...('hasPortrait' in found ? { portrait: PORTRAIT_INPUT } : {}),
    },
  };
}

export function facesForm(shortRef: string): Modal<ModalInput> {
  return {
    custom_id: `persona-faces-save:${shortRef}`,
    title: 'Add faces',
    inputs: {
      pictures: {
        kind: 'file',
        label: 'Pictures, or a ZIP of them',
        description: 'Called after what they show, such as joy.png. Up to 8 MiB each.',
        isRequired: true,
        maxFiles: 10,
      },
      emotion: {
        label: 'Emotion',
        description: 'For a single picture: what it shows, whatever its file is called.',
        placeholder: 'joy, anger, sadness, surprise, neutral …',
        maxLength: EMOTION_MAX_LENGTH,
      },
    },
  };
}

/**
 * The changes that a submitted form makes: fields in which something else stands than when it opened, so that two people
 * who change different fields at once do not undo each other's changes.
 */
export function editsOf(
  { form, marks, fields }: { form: string; marks: string; fields: Record<string, string> },
  persona: Persona,
): { edits: PersonaEdits; labels: string[] } {
  const index = greetingIndex(form);
  const names = index === undefined ? (FORMS[form]?.fields ?? []) : ['greeting' as const];
  const edited = names.filter((name, place) =>
    isEdited(name, fields[name], marks.slice(place * MARK_LENGTH, (place + 1) * MARK_LENGTH)),
  );
  const entries = edited.map((name) => editOf(persona, name, fields[name] ?? '', index));
  return {
    edits: Object.assign({}, ...entries) as PersonaEdits,
    labels: edited.map((name) => FIELDS[name].label.toLowerCase()),
  };
}

function editOf(persona: Persona, name: TextField, typed: string, index = 0): PersonaEdits {
  if (name === 'tags')
    return {
      tags: typed
        .split(',')
        .map((tag) => tag.trim())
        .filter((tag) => tag !== ''),
    };
  if (name !== 'greeting') return { [name]: typed };
  const greetings = allGreetings(persona);
  if (typed.trim() === '') greetings.splice(index, 1);
  else greetings[Math.min(index, greetings.length)] = typed;
  const [firstMessage = '', ...alternateGreetings] = greetings;
  return { firstMessage, alternateGreetings };
}

function isEdited(name: TextField, typed: string | undefined, mark: string): boolean {
  if (typed === undefined || markOf(name, typed) === mark) return false;
  // What was too long to stand in the form stays when nothing was typed over it.
  return !(typed === '' && mark === longMark(name));
}

/** `g0` is the form of the first greeting. */
export function greetingIndex(form: string): number | undefined {
  const [, digits] = /^g(\d{1,3})$/.exec(form) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

function fieldText(persona: Persona, name: TextField, index = 0): string {
  if (name === 'tags') return persona.tags.join(', ');
  if (name === 'greeting') return allGreetings(persona)[index] ?? '';
  return persona[name] ?? '';
}

function textInput(name: TextField, text: string): TextInput {
  const { isShort, label, description, isRequired, maxLength = FIELD_MAX_LENGTH } = FIELDS[name];
  const isTooLong = text.length > maxLength;
  return {
    label,
    ...(description === undefined ? {} : { description }),
    maxLength,
    isLong: !isShort,
    isRequired: (isRequired ?? false) && !isTooLong,
    ...(isTooLong
      ? { placeholder: `Left empty, it stays as it is: ${text.length} characters, more than a form takes.` }
      : { value: text }),
  };
}

function markOf(name: TextField, text: string): string {
  const max = FIELDS[name].maxLength ?? FIELD_MAX_LENGTH;
  if (text.length > max) return longMark(name);
  return hashed(`${name}=${text.replaceAll('\r\n', '\n').trim()}`);
}

function longMark(name: TextField): string {
  return hashed(`${name}>`);
}

function hashed(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, MARK_LENGTH);
}
