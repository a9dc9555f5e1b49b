import type { FormField } from './form.ts';
import { checkText } from './form.ts';

const NAME_MAX_LENGTH = 80;
const FORBIDDEN = ['clyde', 'discord'];

/** The name of a webhook, or the name under which one message of it appears. */
export function checkWebhookName(field: FormField, value: unknown, { required = false } = {}): void {
  const name = checkText(field, value, { min: 1, max: NAME_MAX_LENGTH, required });
  const found = FORBIDDEN.find((word) => name?.toLowerCase().includes(word));
  if (found) field.refuse('USERNAME_INVALID_CONTAINS', `Username cannot contain "${found}"`);
}
