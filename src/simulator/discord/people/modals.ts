import { type PersonFile, storeFile } from '../attachments.ts';
import { ComponentType, flatten } from '../components.ts';
import { fitsTypes } from '../file-types.ts';
import type { Channel, Json, Modal } from '../model.ts';
import { serializeAttachment } from '../serialize/messages.ts';
import type { Simulation } from '../simulation.ts';
import { guildOf } from '../world.ts';
import { createResolved, type Resolved } from './resolved.ts';

export type FieldValue = string | boolean | readonly string[] | readonly PersonFile[];

const TEXT_MAX_LENGTH = 4_000;

interface Filling {
  simulation: Simulation;
  channel: Channel;
  modal: Modal;
  values: Record<string, FieldValue>;
}

/** The submitted form: every field in its place, those left out as the modal pre-filled them. */
export function fillModal(filling: Filling): { components: Json[]; resolved: Json | undefined } {
  const { modal, values, simulation, channel } = filling;
  const resolved = createResolved(simulation, guildOf(simulation.world, channel));
  const known = flatten(modal.components).flatMap(({ custom_id: customId }) =>
    typeof customId === 'string' ? [customId] : [],
  );
  const unknown = Object.keys(values).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`the modal has no field "${unknown}"; it has: ${known.join(', ')}`);
  const fill = (component: Json): Json => {
    const { type, id } = component;
    if (type === ComponentType.Label) return { type, id, component: fill(component.component as Json) };
    if (type === ComponentType.ActionRow) return { type, id, components: (component.components as Json[]).map(fill) };
    if (type === ComponentType.TextDisplay) return { type, id };
    const customId = String(component.custom_id);
    return { type, id, custom_id: customId, ...fieldValue(filling, component, values[customId], resolved) };
  };
  const components = modal.components.map(fill);
  return { components, resolved: resolved.toJson() };
}

function fieldValue(filling: Filling, component: Json, value: FieldValue | undefined, resolved: Resolved): Json {
  switch (component.type) {
    case ComponentType.TextInput:
      return { value: textOf(component, value) };
    case ComponentType.Checkbox:
      return { value: value === undefined ? component.default === true : value === true };
    case ComponentType.RadioGroup:
      return { value: chosenOf(component, value)[0] ?? null };
    case ComponentType.FileUpload:
      return { values: uploadsOf(filling, component, value, resolved) };
    default:
      return { values: selectionOf(component, value, resolved) };
  }
}

const failure = ({ custom_id: customId }: Json, what: string): Error =>
  new Error(`field "${String(customId)}" ${what}`);

function textOf(component: Json, value: FieldValue | undefined): string {
  const text = value ?? component.value ?? '';
  if (typeof text !== 'string') throw failure(component, 'takes text');
  const max = Number(component.max_length ?? TEXT_MAX_LENGTH);
  const min = Number(component.min_length ?? 0);
  if (text === '' && component.required !== false) throw failure(component, 'is required');
  if (text.length > max) throw failure(component, `takes at most ${max} characters`);
  if (text !== '' && text.length < min) throw failure(component, `takes at least ${min} characters`);
  return text;
}

function chosenOf(component: Json, value: FieldValue | undefined): string[] {
  const options = (component.options as Json[] | undefined) ?? [];
  const preset = options.filter((option) => option.default === true).map((option) => String(option.value));
  const chosen = value === undefined ? preset : [value].flat().map(String);
  const wrong = chosen.find((one) => !options.some((option) => option.value === one));
  if (wrong !== undefined) throw failure(component, `offers no "${wrong}"`);
  return requireCount(component, chosen);
}

function requireCount<T>(component: Json, chosen: T[]): T[] {
  if (chosen.length === 0 && component.required === false) return chosen;
  const isCheckboxGroup = component.type === ComponentType.CheckboxGroup;
  const options = (component.options as Json[] | undefined) ?? [];
  const min = Number(component.min_values ?? 1);
  const max = Number(component.max_values ?? (isCheckboxGroup ? options.length : 1));
  if (chosen.length < min || chosen.length > max) throw failure(component, `takes ${min} to ${max} values`);
  return chosen;
}

/** The values of a select menu, in a modal or on a message. */
export function selectionOf(component: Json, value: FieldValue | undefined, resolved: Resolved): string[] {
  const kinds: Record<number, ('user' | 'channel' | 'role')[]> = {
    [ComponentType.UserSelect]: ['user'],
    [ComponentType.RoleSelect]: ['role'],
    [ComponentType.MentionableSelect]: ['user', 'role'],
    [ComponentType.ChannelSelect]: ['channel'],
  };
  const wanted = kinds[Number(component.type)];
  if (!wanted) return chosenOf(component, value);
  const types = Array.isArray(component.channel_types) ? (component.channel_types as number[]) : undefined;
  const preset = ((component.default_values as Json[] | undefined) ?? []).map(({ id }) => String(id));
  const ids = value === undefined ? preset : [value].flat().map(String);
  const wrong = ids.find((id) => !wanted.some((kind) => resolved.refer(kind, id, types)));
  if (wrong !== undefined) throw failure(component, `cannot select "${wrong}"`);
  return requireCount(component, ids);
}

function uploadsOf(filling: Filling, component: Json, value: FieldValue | undefined, resolved: Resolved): string[] {
  const files = (Array.isArray(value) ? value : []) as PersonFile[];
  requireCount(component, files);
  const types = Array.isArray(component.file_types) ? component.file_types.map(String) : undefined;
  const unfit = types && files.find(({ name }) => !fitsTypes(name, types));
  if (unfit) throw failure(component, `takes ${types.join(', ')}, not ${unfit.name}`);
  return files.map((file) => {
    const attachment = storeFile(filling.simulation, filling.channel.id, { ...file, ephemeral: true });
    resolved.add('attachments', attachment.id, serializeAttachment(attachment));
    return attachment.id;
  });
}
