import {
  type APIModalInteractionResponseCallbackData,
  ComponentType,
  type ModalSubmitInteraction,
  TextInputStyle,
} from 'discord.js';
import type { AttachedFile } from './command.ts';
import type { ChoiceInput, FileInput, Modal, ModalContext, ModalInput, TextInput } from './modal.ts';

/** A modal as Discord's API takes it: labels around inputs. */
export function toModalBody({ custom_id, title, inputs }: Modal<ModalInput>): APIModalInteractionResponseCallbackData {
  return {
    custom_id,
    title,
    components: Object.entries(inputs).map(([name, input]) => ({
      type: ComponentType.Label as const,
      label: input.label,
      ...(input.description ? { description: input.description } : {}),
      component: toComponent(name, input),
    })),
  };
}

function toComponent(name: string, input: ModalInput) {
  switch (input.kind) {
    case 'file':
      return toFileUpload(name, input);
    case 'select':
    case 'checkbox-group':
    case 'radio':
      return toChoice(name, input);
    default:
      return toTextInput(name, input);
  }
}

function toTextInput(name: string, { value, placeholder, maxLength, isRequired, isLong }: TextInput) {
  return {
    type: ComponentType.TextInput as const,
    custom_id: name,
    style: isLong ? TextInputStyle.Paragraph : TextInputStyle.Short,
    // Without it Discord takes an input for required, here and below.
    required: isRequired ?? false,
    ...(value ? { value } : {}),
    ...(placeholder ? { placeholder } : {}),
    ...(maxLength ? { max_length: maxLength } : {}),
  };
}

function toFileUpload(name: string, { isRequired = false, maxFiles = 1 }: FileInput) {
  return {
    type: ComponentType.FileUpload as const,
    custom_id: name,
    required: isRequired,
    min_values: isRequired ? 1 : 0,
    max_values: maxFiles,
  };
}

function toChoice(name: string, { kind, isRequired = false, maxChoices, options }: ChoiceInput) {
  const shared = {
    custom_id: name,
    required: isRequired,
    options: options.map(({ label, value, description, isChosen }) => ({
      label,
      value,
      ...(description ? { description } : {}),
      ...(isChosen ? { default: true } : {}),
    })),
  };
  if (kind === 'radio') return { type: ComponentType.RadioGroup as const, ...shared };
  const range = { min_values: isRequired ? 1 : 0, ...(maxChoices === undefined ? {} : { max_values: maxChoices }) };
  return kind === 'select'
    ? { type: ComponentType.StringSelect as const, ...shared, ...range }
    : { type: ComponentType.CheckboxGroup as const, ...shared, ...range };
}

type Submitted = Pick<ModalContext, 'fields' | 'files' | 'choices'>;

/** What was typed, attached and chosen, by the names of the inputs. */
export function readSubmitted({ fields }: ModalSubmitInteraction): Submitted {
  const submitted: Submitted = { fields: {}, files: {}, choices: {} };
  for (const [name, field] of fields.fields) {
    if (field.type === ComponentType.TextInput) submitted.fields[name] = field.value;
    else if (field.type === ComponentType.FileUpload)
      submitted.files[name] = [...(field.attachments?.values() ?? [])].map(toAttachedFile);
    else if (field.type === ComponentType.RadioGroup)
      submitted.choices[name] = field.value === null ? [] : [field.value];
    else if ('values' in field) submitted.choices[name] = [...field.values];
  }
  return submitted;
}

export function toAttachedFile({ name, url, size }: { name: string; url: string; size: number }): AttachedFile {
  return { name, url, sizeBytes: size };
}
