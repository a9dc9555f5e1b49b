import {
  type APIModalInteractionResponseCallbackData,
  ComponentType,
  type ModalSubmitInteraction,
  TextInputStyle,
} from 'discord.js';
import type { Modal, TextInput } from './modal.ts';

/** A modal as Discord's API takes it: labels around text inputs. */
export function toModalBody({ custom_id, title, inputs }: Modal): APIModalInteractionResponseCallbackData {
  return {
    custom_id,
    title,
    components: Object.entries(inputs).map(([name, input]) => ({
      type: ComponentType.Label as const,
      label: input.label,
      ...(input.description ? { description: input.description } : {}),
      component: toTextInput(name, input),
    })),
  };
}

function toTextInput(name: string, { value, placeholder, maxLength, isRequired, isLong }: TextInput) {
  return {
    type: ComponentType.TextInput as const,
    custom_id: name,
    style: isLong ? TextInputStyle.Paragraph : TextInputStyle.Short,
    // Without it Discord takes a text input for required.
    required: isRequired ?? false,
    ...(value ? { value } : {}),
    ...(placeholder ? { placeholder } : {}),
    ...(maxLength ? { max_length: maxLength } : {}),
  };
}

/** What was typed, by the names of the inputs. */
export function readFields({ fields }: ModalSubmitInteraction): Record<string, string> {
  return Object.fromEntries(
    [...fields.fields].map(([name, field]) => [
      name,
      'value' in field && typeof field.value === 'string' ? field.value : '',
    ]),
  );
}
