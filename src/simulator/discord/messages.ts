import { announce, announceMessage, emitMessage } from './announce.ts';
import { type Channel, type Message, MessageFlag } from './model.ts';
import type { Simulation } from './simulation.ts';
import { noteThreadActivity } from './thread-activity.ts';
import { addThreadMember } from './thread-members.ts';
import { existing } from './world.ts';

type Draft = Pick<Message, 'authorId' | 'content'> & Partial<Message>;

/** Message types that count as written by somebody. */
const ORDINARY_TYPES = new Set([0, 19, 20, 23]);

/** Puts a message into its channel and tells everybody who may see it; `remember` runs before anybody is told. */
export function addMessage(
  simulation: Simulation,
  channel: Channel,
  draft: Draft,
  remember: (message: Message) => void = () => undefined,
): Message {
  const message: Message = {
    type: 0,
    webhookAuthor: undefined,
    applicationId: undefined,
    embeds: [],
    components: [],
    attachments: [],
    flags: 0,
    tts: false,
    pinned: false,
    mentions: { userIds: [], roleIds: [], everyone: false },
    reference: undefined,
    reactions: new Map(),
    interaction: undefined,
    nonce: undefined,
    threadId: undefined,
    ephemeralFor: undefined,
    editedAt: undefined,
    revisions: 0,
    id: simulation.newId(),
    createdAt: simulation.clock.now(),
    ...draft,
    channelId: channel.id,
    guildId: channel.guildId,
  };
  channel.messages.set(message.id, message);
  remember(message);
  channel.typing.delete(message.authorId);
  if (message.ephemeralFor === undefined) {
    channel.lastMessageId = message.id;
    for (const userId of [message.authorId, ...message.mentions.userIds]) addThreadMember(simulation, channel, userId);
    if (channel.thread) noteThreadActivity(simulation, channel, { counts: ORDINARY_TYPES.has(message.type) });
  }
  announceMessage(simulation, 'MESSAGE_CREATE', message);
  emitMessage(simulation, 'message-created', message);
  return message;
}

/**
 * Filling a deferred answer for the first time does not show as an edit, nor does what Discord itself changes
 * (`isEdit: false`: a thread was opened on the message).
 */
export function changeMessage(
  simulation: Simulation,
  message: Message,
  changes: Partial<Message>,
  { isEdit = true }: { isEdit?: boolean } = {},
): void {
  const wasLoading = (message.flags & MessageFlag.Loading) !== 0;
  Object.assign(message, changes);
  if (isEdit) message.revisions += 1;
  if (isEdit && !wasLoading) message.editedAt = simulation.clock.now();
  announceMessage(simulation, 'MESSAGE_UPDATE', message);
  emitMessage(simulation, 'message-updated', message);
}

export function removeMessage(simulation: Simulation, message: Message): void {
  const channel = existing(simulation.world.channels, message.channelId);
  takeOut(simulation, channel, message);
  if (message.ephemeralFor !== undefined) return;
  announce(simulation, channel, 'MESSAGE_DELETE', () => ({
    id: message.id,
    channel_id: channel.id,
    ...(channel.guildId === undefined ? {} : { guild_id: channel.guildId }),
  }));
}

export function removeMessages(simulation: Simulation, channel: Channel, messages: readonly Message[]): void {
  for (const message of messages) takeOut(simulation, channel, message);
  announce(simulation, channel, 'MESSAGE_DELETE_BULK', () => ({
    ids: messages.map(({ id }) => id),
    channel_id: channel.id,
    guild_id: channel.guildId,
  }));
}

function takeOut(simulation: Simulation, channel: Channel, message: Message): void {
  channel.messages.delete(message.id);
  if (channel.thread && message.ephemeralFor === undefined) channel.thread.messageCount -= 1;
  for (const { url } of message.attachments) simulation.world.files.delete(new URL(url).pathname);
  emitMessage(simulation, 'message-deleted', message);
}
