import { attachmentsFromBody } from './attachments.ts';
import { numberComponents, shownTexts } from './components.ts';
import { embedFiles } from './embedded-files.ts';
import type { UploadedFile } from './judge/multipart.ts';
import { findMentions, type MentionRules, mentionRules } from './mentions.ts';
import { type Channel, type Json, type Message, MessageFlag } from './model.ts';
import { invalidForm, refuse } from './rest/failure.ts';
import type { Simulation } from './simulation.ts';

/** The flags that a sender may set; Discord ignores the others. */
const SENDER_FLAGS =
  MessageFlag.SuppressEmbeds | MessageFlag.Ephemeral | MessageFlag.SuppressNotifications | MessageFlag.ComponentsV2;

export type MessageParts = Pick<
  Message,
  'content' | 'embeds' | 'components' | 'attachments' | 'flags' | 'mentions' | 'tts'
>;

interface Sending {
  channel: Channel;
  body: Json;
  files: readonly UploadedFile[];
  mentionDefault: MentionRules;
  /** Whose right to ping counts; undefined when the app's webhook speaks. */
  authorId: string | undefined;
  repliedUserId?: string | undefined;
  /** Only interactions may answer for one person alone. */
  allowEphemeral?: boolean | undefined;
}

/** The parts of a new message, from a body that has passed the judge. */
export function partsOfNew(simulation: Simulation, sending: Sending): MessageParts {
  const { body, channel } = sending;
  const allowed = sending.allowEphemeral === true ? SENDER_FLAGS : SENDER_FLAGS & ~MessageFlag.Ephemeral;
  const flags = numberOf(body.flags) & allowed;
  const ephemeral = (flags & MessageFlag.Ephemeral) !== 0;
  const content = contentOf(body);
  const parts = embedFiles(simulation, {
    embeds: embedsOf(body),
    components: numberComponents(listOf(body.components)),
    standing: { embeds: [], components: [] },
    attachments: attachmentsFromBody(
      simulation,
      { channelId: channel.id, ephemeral, existing: [] },
      body,
      sending.files,
    ),
  });
  return {
    content,
    ...parts,
    flags,
    tts: body.tts === true,
    mentions: mentionsOf(simulation, sending, content, parts.components),
  };
}

/** The changes that a PATCH asks for; what it leaves out stays. Throws 50006 when nothing would be left. */
export function changesOf(simulation: Simulation, message: Message, sending: Sending): Partial<Message> {
  const { body, channel, files } = sending;
  const flags = editedFlags(message, body);
  const ephemeral = (message.flags & MessageFlag.Ephemeral) !== 0;
  const attachments = attachmentsFromBody(
    simulation,
    { channelId: channel.id, ephemeral, existing: message.attachments },
    body,
    files,
  );
  const content = body.content === undefined ? message.content : contentOf(body);
  const parts = embedFiles(simulation, {
    embeds: body.embeds === undefined && body.embed === undefined ? undefined : embedsOf(body),
    components: body.components === undefined ? undefined : numberComponents(listOf(body.components)),
    standing: message,
    attachments,
  });
  const { embeds, components } = parts;
  refuseLegacyParts(flags, { ...body, content, embeds });
  if (content === '' && embeds.length + components.length + attachments.length === 0) throw refuse('emptyMessage');
  const mentionsMayChange = body.content !== undefined || body.components !== undefined;
  return {
    content,
    ...parts,
    flags: flags & ~MessageFlag.Loading,
    ...(mentionsMayChange ? { mentions: mentionsOf(simulation, sending, content, components) } : {}),
  };
}

/** An edit may suppress embeds and may turn components V2 on, never off. */
function editedFlags(message: Message, body: Json): number {
  if (body.flags === undefined || body.flags === null) return message.flags;
  const asked = numberOf(body.flags);
  const kept = message.flags & ~MessageFlag.SuppressEmbeds;
  return kept | (asked & (MessageFlag.SuppressEmbeds | MessageFlag.ComponentsV2));
}

function refuseLegacyParts(flags: number, body: Json): void {
  if ((flags & MessageFlag.ComponentsV2) === 0) return;
  const legacy = ['content', 'embeds', 'poll', 'sticker_ids'].find((key) => {
    const value = body[key];
    return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== '';
  });
  if (legacy === undefined) return;
  throw invalidForm(
    [legacy],
    'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
    `The '${legacy}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
  );
}

function mentionsOf(
  simulation: Simulation,
  sending: Sending,
  content: string,
  components: Json[],
): Message['mentions'] {
  return findMentions({
    world: simulation.world,
    channel: sending.channel,
    content,
    shownTexts: shownTexts(components),
    rules: mentionRules(sending.body.allowed_mentions, sending.mentionDefault),
    authorId: sending.authorId,
    repliedUserId: sending.repliedUserId,
  });
}

// Discord trims the content of a message.
const contentOf = (body: Json): string => (typeof body.content === 'string' ? body.content.trim() : '');
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);
const listOf = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);
const embedsOf = (body: Json): Json[] =>
  listOf(body.embeds ?? (body.embed ? [body.embed] : [])).map((embed) => ({ ...embed, type: 'rich' }));
