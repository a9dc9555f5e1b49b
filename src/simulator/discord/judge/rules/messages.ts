import type { DiscordError } from '../discord-error.ts';
import { emptyMessage } from '../discord-error.ts';
import { checkLegacyComponents } from './components.ts';
import { checkComponentsV2 } from './components-v2.ts';
import { checkEmbeds, isVisibleEmbed } from './embeds.ts';
import type { FormField, JsonRecord } from './form.ts';
import {
  asRecord,
  checkChoice,
  checkDictionary,
  checkList,
  checkNumber,
  checkText,
  isMissing,
  required,
} from './form.ts';

export const MessageFlag = {
  SuppressEmbeds: 4,
  Ephemeral: 64,
  SuppressNotifications: 4096,
  VoiceMessage: 8192,
  ComponentsV2: 32768,
} as const;

export const CHANNEL_FLAGS =
  MessageFlag.SuppressEmbeds | MessageFlag.SuppressNotifications | MessageFlag.VoiceMessage | MessageFlag.ComponentsV2;
export const ANSWER_FLAGS = CHANNEL_FLAGS | MessageFlag.Ephemeral;

// The OpenAPI file says 4,000 for messages in channels; the documentation, and Discord to bots, say 2,000.
const CONTENT_MAX_LENGTH = 2_000;
const NONCE_MAX_LENGTH = 25;
const MAX_ATTACHMENTS = 10;
const ALT_TEXT_MAX_LENGTH = 1024;
const MAX_MENTIONS = 100;
const REFERENCE_FORWARD = 1;
const UNUSABLE_WITH_COMPONENTS_V2 = ['content', 'embeds', 'poll', 'sticker_ids'];

/** Everything that holds for the fields of a message wherever they are sent. */
export function checkMessage(field: FormField, message: JsonRecord): void {
  checkText(field.at('content'), message.content, { max: CONTENT_MAX_LENGTH });
  checkEmbeds(field.at('embeds'), message.embeds);
  checkAllowedMentions(field.at('allowed_mentions'), message.allowed_mentions);
  checkAttachments(field.at('attachments'), message.attachments);
  checkNonce(field.at('nonce'), message.nonce);
  checkNumber(field.at('flags'), message.flags, { max: 2 ** 31 - 1 });
  checkList(field.at('sticker_ids'), message.sticker_ids, { max: 3 });
  if (!hasComponentsV2(message)) {
    checkLegacyComponents(field.at('components'), message.components);
    return;
  }
  checkComponentsV2(field.at('components'), message.components);
  for (const key of UNUSABLE_WITH_COMPONENTS_V2.filter((key) => !isBlank(message[key]))) {
    const text = `The '${key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`;
    field.at(key).refuse('MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2', text);
  }
}

/** Discord ignores a flag that the route does not know, so a bot that sends one waits for what never happens. */
export function checkFlags(field: FormField, flags: unknown, allowed: number): void {
  if (typeof flags !== 'number') return;
  const unknown = flags & ~allowed;
  if (unknown !== 0) field.refuse('MESSAGE_FLAGS_INVALID', `Flags ${unknown} cannot be set here.`);
}

/** A new message must show something. */
export function checkNotEmpty(message: JsonRecord, fileCount: number): DiscordError | undefined {
  const { content, embeds, components, sticker_ids: stickers, poll, message_reference: reference } = message;
  const isForward = asRecord(reference)?.type === REFERENCE_FORWARD;
  const shows =
    fileCount > 0 ||
    isForward ||
    !isBlank(content) ||
    (Array.isArray(embeds) && embeds.some(isVisibleEmbed)) ||
    !isBlank(components) ||
    !isBlank(stickers) ||
    !isMissing(poll);
  return shows ? undefined : emptyMessage;
}

/** A reply stays in its channel, a forward names where it comes from. */
export function checkReference(field: FormField, value: unknown, channelId: string): void {
  const reference = checkDictionary(field, value);
  if (isMissing(value)) return;
  if (isMissing(reference.message_id)) required(field.at('message_id'));
  checkChoice(field.at('type'), reference.type, [0, REFERENCE_FORWARD]);
  if (reference.type === REFERENCE_FORWARD) {
    if (isMissing(reference.channel_id)) required(field.at('channel_id'));
  } else if (!isMissing(reference.channel_id) && reference.channel_id !== channelId) {
    field.refuse('REPLIES_CANNOT_REFERENCE_OTHER_CHANNEL', 'Cannot reply to a message in a different channel');
  }
}

function hasComponentsV2({ flags }: JsonRecord): boolean {
  return typeof flags === 'number' && (flags & MessageFlag.ComponentsV2) !== 0;
}

function checkAllowedMentions(field: FormField, value: unknown): void {
  const mentions = checkDictionary(field, value);
  const parse = checkList(field.at('parse'), mentions.parse, { max: 3 });
  for (const [index, kind] of parse.entries()) {
    checkChoice(field.at('parse').at(index), kind, ['roles', 'users', 'everyone']);
  }
  for (const kind of ['users', 'roles']) {
    const ids = checkList(field.at(kind), mentions[kind], { max: MAX_MENTIONS });
    if (ids.length === 0 || !parse.includes(kind)) continue;
    const message = `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`;
    field.refuse('MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE', message);
  }
}

function checkAttachments(field: FormField, value: unknown): void {
  const attachments = checkList(field, value, { max: MAX_ATTACHMENTS });
  for (const [index, attachment] of attachments.entries()) {
    const { id, filename, description } = checkDictionary(field.at(index), attachment, { required: true });
    if (isMissing(id)) required(field.at(index).at('id'));
    checkText(field.at(index).at('filename'), filename, { min: 1, max: 1024 });
    checkText(field.at(index).at('description'), description, { max: ALT_TEXT_MAX_LENGTH });
  }
}

function checkNonce(field: FormField, nonce: unknown): void {
  if (typeof nonce !== 'number') checkText(field, nonce, { max: NONCE_MAX_LENGTH });
}

function isBlank(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() === '';
  return Array.isArray(value) ? value.length === 0 : isMissing(value);
}
