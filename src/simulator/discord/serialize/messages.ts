import { type Attachment, ChannelType, type Json, type Message, MessageFlag } from '../model.ts';
import type { Simulation } from '../simulation.ts';
import { existing } from '../world.ts';
import { serializeChannel } from './channels.ts';
import { iso, serializePartialMember, serializeUser } from './users.ts';

export function serializeAttachment(attachment: Attachment): Json {
  return {
    id: attachment.id,
    filename: attachment.filename,
    size: attachment.size,
    url: attachment.url,
    proxy_url: attachment.url,
    content_type: attachment.contentType,
    content_scan_version: 0,
    ...(attachment.description === undefined ? {} : { description: attachment.description }),
    ...(attachment.ephemeral ? { ephemeral: true } : {}),
  };
}

export function serializeEmoji(emoji: { id: string | null; name: string }): Json {
  return { id: emoji.id, name: emoji.name };
}

/** The message as the REST API gives it; gateway events add the guild and the member. */
export function serializeMessage(simulation: Simulation, message: Message): Json {
  const { world } = simulation;
  return {
    id: message.id,
    type: message.type,
    channel_id: message.channelId,
    author: serializeAuthor(simulation, message),
    content: message.content,
    timestamp: iso(message.createdAt),
    edited_timestamp: message.editedAt === undefined ? null : iso(message.editedAt),
    tts: message.tts,
    mention_everyone: message.mentions.everyone,
    mentions: message.mentions.userIds.map((id) => serializeUser(existing(world.users, id))),
    mention_roles: message.mentions.roleIds,
    attachments: message.attachments.filter(({ embedded }) => !embedded).map(serializeAttachment),
    embeds: message.embeds,
    components: message.components,
    pinned: message.pinned,
    flags: message.flags,
    ...optionalParts(simulation, message),
  };
}

function optionalParts(simulation: Simulation, message: Message): Json {
  const parts: Json = {};
  if (message.reactions.size > 0) parts.reactions = serializeReactions(simulation, message);
  if (message.nonce !== undefined) parts.nonce = message.nonce;
  if (message.webhookAuthor) parts.webhook_id = message.webhookAuthor.id;
  else if (message.interaction) parts.webhook_id = simulation.applicationId;
  if (message.applicationId !== undefined) parts.application_id = message.applicationId;
  if (message.interaction) Object.assign(parts, serializeInteractionOf(simulation, message));
  if (message.reference) {
    const { messageId, channelId, guildId } = message.reference;
    parts.message_reference = {
      type: 0,
      channel_id: channelId,
      ...(messageId === undefined ? {} : { message_id: messageId }),
      ...(guildId === undefined ? {} : { guild_id: guildId }),
    };
    if (messageId !== undefined) parts.referenced_message = serializeReferenced(simulation, channelId, messageId);
  }
  const thread = message.threadId === undefined ? undefined : simulation.world.channels.get(message.threadId);
  if (thread && (message.flags & MessageFlag.HasThread) !== 0) {
    parts.thread = serializeChannel(simulation.world, thread, simulation.botUserId);
  }
  return parts;
}

function serializeReferenced(simulation: Simulation, channelId: string, messageId: string): Json | null {
  const referenced = simulation.world.channels.get(channelId)?.messages.get(messageId);
  if (!referenced) return null;
  // Discord nests one level only.
  const { referenced_message: _, ...rest } = serializeMessage(simulation, { ...referenced, reference: undefined });
  return rest;
}

function serializeReactions(simulation: Simulation, message: Message): Json[] {
  return [...message.reactions.values()].map(({ emoji, userIds }) => ({
    emoji: serializeEmoji(emoji),
    count: userIds.size,
    count_details: { burst: 0, normal: userIds.size },
    burst_colors: [],
    me: userIds.has(simulation.botUserId),
    me_burst: false,
    burst_me: false,
    burst_count: 0,
  }));
}

function serializeInteractionOf(simulation: Simulation, message: Message): Json {
  const { interaction } = message;
  if (!interaction) return {};
  const user = serializeUser(existing(simulation.world.users, interaction.userId));
  const named = interaction.name === undefined ? {} : { name: interaction.name };
  return {
    interaction_metadata: {
      id: interaction.id,
      type: interaction.type,
      user,
      authorizing_integration_owners: { 0: message.guildId ?? '0' },
      ...named,
    },
    ...(interaction.name === undefined
      ? {}
      : { interaction: { id: interaction.id, type: interaction.type, user, ...named } }),
  };
}

function serializeAuthor(simulation: Simulation, message: Message): Json {
  if (!message.webhookAuthor) return serializeUser(existing(simulation.world.users, message.authorId));
  const { id, name, avatarHash } = message.webhookAuthor;
  return {
    id,
    username: name,
    avatar: avatarHash,
    discriminator: '0000',
    public_flags: 0,
    flags: 0,
    bot: true,
    global_name: null,
  };
}

/** With guild and member, as in MESSAGE_CREATE and MESSAGE_UPDATE. */
export function serializeMessageEvent(simulation: Simulation, message: Message): Json {
  const body = serializeMessage(simulation, message);
  const { world } = simulation;
  const guild = message.guildId === undefined ? undefined : existing(world.guilds, message.guildId);
  const channelType = existing(world.channels, message.channelId).type;
  if (!guild) return { ...body, channel_type: channelType };
  const member = message.webhookAuthor ? undefined : guild.members.get(message.authorId);
  return {
    ...body,
    channel_type: channelType,
    guild_id: guild.id,
    mentions: message.mentions.userIds.map((id) => {
      const mentioned = guild.members.get(id);
      const user = serializeUser(existing(world.users, id));
      return mentioned ? { ...user, member: serializePartialMember(mentioned) } : user;
    }),
    ...(member ? { member: serializePartialMember(member) } : {}),
  };
}

/**
 * Without the message content intent these parts are empty, except in the app's own messages, in direct messages and
 * in messages that mention the app (discord-api-docs, events/gateway#message-content-intent).
 */
export function blankContent(simulation: Simulation, message: Message, body: Json): Json {
  const referenced = body.referenced_message as Json | null | undefined;
  const original = message.reference?.messageId;
  const target =
    original === undefined ? undefined : simulation.world.channels.get(message.channelId)?.messages.get(original);
  const shown =
    referenced && target ? { ...body, referenced_message: blankContent(simulation, target, referenced) } : body;
  if (keepsContent(simulation, message)) return shown;
  return { ...shown, content: '', embeds: [], attachments: [], components: [] };
}

function keepsContent(simulation: Simulation, message: Message): boolean {
  const channel = existing(simulation.world.channels, message.channelId);
  return (
    channel.type === ChannelType.Dm ||
    message.authorId === simulation.botUserId ||
    message.applicationId === simulation.applicationId ||
    message.mentions.userIds.includes(simulation.botUserId)
  );
}
