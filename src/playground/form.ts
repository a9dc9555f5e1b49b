import type { FieldValue, InteractionHandle } from '../simulator/discord/index.ts';
import type { Directory } from './directory.ts';
import { fileAt } from './files.ts';
import { describeInput, type InputKind, inputKindOf, isFilled } from './inputs.ts';

/** A modal that stands open, by what a person reads of it. */
export interface Form {
  title: string;
  fields: { customId: string; label: string; input: InputKind; isRequired: boolean }[];
  handle: InteractionHandle;
}

type Json = Record<string, unknown>;

/** The form that an interaction opened; undefined if it was answered in another way. */
export async function formOf(handle: InteractionHandle): Promise<Form | undefined> {
  await handle.acknowledged;
  const { modal } = handle;
  if (!modal) return undefined;
  return { title: modal.title, fields: (modal.components as Json[]).flatMap(fieldsOf), handle };
}

function fieldsOf({ label, component }: Json): Form['fields'] {
  const inside = component as Json | undefined;
  const input = inside && inputKindOf(inside);
  if (typeof label !== 'string' || !input) return [];
  const isRequired = inside['required'] !== false && input.takes !== 'tick';
  return [{ customId: String(inside['custom_id']), label, input, isRequired }];
}

export function describeForm({ title, fields }: Form): string {
  const lines = fields.map(
    ({ label, input, isRequired }) => `  ${label}${isRequired ? ' (required)' : ''}: ${describeInput(input)}`,
  );
  const example = fields.slice(0, 2).map(({ label }) => `${label}: …`);
  return [`A form opens: “${title}”`, ...lines, `Fill it in with  :fill ${example.join('; ')}`].join('\n');
}

/**
 * What was typed behind `:fill`: `Label: value; Label: value`, labels by their beginning. A form of one field takes the value alone.
 *
 * @throws Error with what the form has, for a label that it has not, and with what is required and was left out
 */
export function readFields(form: Form, typed: string): Record<string, string> {
  const { fields } = form;
  if (typed.trim() === '') throw new Error(whatToFill(fields));
  const values = fields.length === 1 ? readOnlyField(form, typed) : readLabelled(form, typed);
  const missing = fields.filter(({ customId, input, isRequired }) => {
    const isEmpty = values[customId] === undefined ? !isFilled(input) : values[customId] === '';
    return isRequired && isEmpty;
  });
  if (missing.length > 0) throw new Error(`Required as well: ${labelsOf(missing)}. The form stays open.`);
  return values;
}

function whatToFill(fields: Form['fields']): string {
  const required = fields.filter(({ isRequired }) => isRequired);
  const optional = fields.filter(({ isRequired }) => !isRequired);
  return [
    'Nothing is filled in.',
    ...(required.length > 0 ? [`Required: ${labelsOf(required)}.`] : []),
    ...(optional.length > 0 ? [`Optional: ${labelsOf(optional)}.`] : []),
    'The form stays open.',
  ].join(' ');
}

const labelsOf = (fields: Form['fields']): string => fields.map(({ label }) => label).join(', ');

/** Up to three words before a colon look like a label; `sk-a:b` does not. */
const LABEL_IN_FRONT = /^\s*([\p{L}’'?-]+(?: [\p{L}’'?-]+){0,2}):(?:\s+|$)(.*)$/su;

function readOnlyField({ fields }: Form, typed: string): Record<string, string> {
  const [only] = fields;
  if (!only) return {};
  if (typed.trim().toLowerCase().startsWith(`${only.label.toLowerCase()}:`))
    return {
      [only.customId]: typed
        .trim()
        .slice(only.label.length + 1)
        .trim(),
    };
  const [, name, value = ''] = LABEL_IN_FRONT.exec(typed) ?? [];
  if (name === undefined) return { [only.customId]: typed.trim() };
  if (only.label.toLowerCase().startsWith(name.toLowerCase())) return { [only.customId]: value.trim() };
  throw new Error(
    `The form has no “${name}”, only ${only.label}. If that is part of the text: :fill ${only.label}: ${typed.trim()}`,
  );
}

function readLabelled({ fields }: Form, typed: string): Record<string, string> {
  const entries = typed.split(';').flatMap((piece): [string, string][] => {
    if (piece.trim() === '') return [];
    const [name = '', ...value] = piece.split(':');
    const field = fields.find(({ label }) => label.toLowerCase().startsWith(name.trim().toLowerCase()));
    if (!field || name.trim() === '') {
      throw new Error(`The form has no “${name.trim()}”, only ${labelsOf(fields)}.`);
    }
    return [[field.customId, value.join(':').trim()]];
  });
  return Object.fromEntries(entries);
}

/**
 * What was typed into the fields, as they take it; several files, options or names stand between commas.
 *
 * @throws Error for a path, an option or a name that there is not
 */
export async function fieldValues(
  { fields }: Form,
  typed: Readonly<Record<string, string>>,
  directory: Directory,
): Promise<Record<string, FieldValue>> {
  const entries = Object.entries(typed).map(async ([customId, text]): Promise<[string, FieldValue]> => {
    const input = fields.find((field) => field.customId === customId)?.input;
    return [customId, input ? await valueOf(input, text, directory) : text];
  });
  return Object.fromEntries(await Promise.all(entries));
}

function valueOf(input: InputKind, text: string, directory: Directory): FieldValue | Promise<FieldValue> {
  const pieces = text.split(',').flatMap((piece) => (piece.trim() === '' ? [] : [piece.trim()]));
  switch (input.takes) {
    case 'text':
      return text;
    case 'tick':
      return /^(true|yes|y|1|x)$/i.test(text);
    case 'files':
      return Promise.all(pieces.map(fileAt));
    case 'names':
      return pieces.map((name) => directory.idOf(input.of, name));
    case 'options':
      return pieces.map((label) => optionCalled(input, label));
  }
}

function optionCalled({ options }: Extract<InputKind, { takes: 'options' }>, typed: string): string {
  const found = options.find(({ label }) => label.toLowerCase().startsWith(typed.toLowerCase()));
  if (!found)
    throw new Error(`There is no “${typed}” to choose, only ${options.map(({ label }) => label).join(', ')}.`);
  return found.value;
}
