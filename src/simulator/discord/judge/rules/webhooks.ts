import type { FormField, JsonRecord } from './form.ts';
import { checkText, checkUrl } from './form.ts';
import { checkImageData } from './images.ts';

const NAME_MAX_LENGTH = 80;
const FORBIDDEN = ['clyde', 'discord'];

/** A webhook as it is created, or changes to one. */
export function checkWebhook(field: FormField, body: JsonRecord, { required = false } = {}): void {
  checkWebhookName(field.at('name'), body.name, { required });
  checkImageData(field.at('avatar'), body.avatar);
}

/** How a webhook signs one of its messages. */
export function checkSignature(field: FormField, body: JsonRecord): void {
  checkWebhookName(field.at('username'), body.username);
  // An empty address asks for no picture.
  if (body.avatar_url !== '') checkUrl(field.at('avatar_url'), body.avatar_url);
}

/** Discord trims names before it measures them. */
function checkWebhookName(field: FormField, value: unknown, { required = false } = {}): void {
  const trimmed = typeof value === 'string' ? value.trim() : value;
  const name = checkText(field, trimmed, { min: 1, max: NAME_MAX_LENGTH, required });
  const found = FORBIDDEN.find((word) => name?.toLowerCase().includes(word));
  if (found) field.refuse('USERNAME_INVALID_CONTAINS', `Username cannot contain "${found}"`);
}
