import type { InteractionHandle } from '../simulator/discord/index.ts';

/** A modal that stands open, by what a person reads of it. */
export interface Form {
  title: string;
  fields: { customId: string; label: string; value: string }[];
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
  const input = component as Json | undefined;
  if (typeof label !== 'string' || !input) return [];
  return [
    { customId: String(input['custom_id']), label, value: typeof input['value'] === 'string' ? input['value'] : '' },
  ];
}

export function describeForm({ title, fields }: Form): string {
  const lines = fields.map(({ label, value }) => `  ${label}: ${value.replaceAll('\n', ' / ') || '(empty)'}`);
  const example = fields.slice(0, 2).map(({ label }) => `${label}: …`);
  return [`A form opens: “${title}”`, ...lines, `Fill it in with  :fill ${example.join('; ')}`].join('\n');
}

/**
 * What was typed behind `:fill`: `Label: value; Label: value`, labels by their beginning. A form of one field takes the value alone.
 *
 * @throws Error with what the form has, for a label that it has not
 */
export function readFields({ fields }: Form, typed: string): Record<string, string> {
  const [only] = fields;
  if (fields.length === 1 && only && !startsWithLabel(typed, only.label)) return { [only.customId]: typed.trim() };
  const entries = typed.split(';').flatMap((piece): [string, string][] => {
    if (piece.trim() === '') return [];
    const [name = '', ...value] = piece.split(':');
    const field = fields.find(({ label }) => label.toLowerCase().startsWith(name.trim().toLowerCase()));
    if (!field || name.trim() === '') {
      throw new Error(`The form has no “${name.trim()}”, only ${fields.map(({ label }) => label).join(', ')}.`);
    }
    return [[field.customId, value.join(':').trim()]];
  });
  return Object.fromEntries(entries);
}

function startsWithLabel(typed: string, label: string): boolean {
  return typed.trim().toLowerCase().startsWith(`${label.toLowerCase()}:`);
}
