import { type Channel, ChannelType, type Json } from '../model.ts';
import { canView, rightsIn } from '../rights.ts';
import { existing, type World } from '../world.ts';
import { iso, serializeUser } from './users.ts';

const OBFUSCATED_FLAG = 1 << 17;
/** Discord counts at most 50 thread members. */
const COUNTED_MEMBERS = 50;

export function serializeChannel(world: World, channel: Channel, viewerId: string): Json {
  if (channel.thread) return serializeThread(channel, viewerId);
  if (channel.type === ChannelType.Dm) {
    return {
      id: channel.id,
      type: channel.type,
      flags: 0,
      last_message_id: channel.lastMessageId,
      recipients: channel.recipientIds
        .filter((id) => id !== viewerId)
        .map((id) => serializeUser(existing(world.users, id))),
    };
  }
  return {
    id: channel.id,
    type: channel.type,
    guild_id: channel.guildId,
    name: channel.name,
    topic: channel.topic,
    nsfw: channel.nsfw,
    position: channel.position,
    parent_id: channel.parentId ?? null,
    last_message_id: channel.lastMessageId,
    last_pin_timestamp: null,
    rate_limit_per_user: channel.slowModeSeconds,
    flags: 0,
    permission_overwrites: channel.overwrites.map(({ id, type, allow, deny }) => ({
      id,
      type,
      allow: String(allow),
      deny: String(deny),
    })),
    ...(channel.type === ChannelType.GuildForum
      ? {
          available_tags: channel.availableTags,
          default_reaction_emoji: null,
          default_sort_order: null,
          default_forum_layout: 0,
        }
      : {}),
  };
}

/** In gateway events a channel that the bot may not view keeps its place but not its name (change log of 12 August 2026). */
export function serializeForGateway(world: World, channel: Channel, viewerId: string): Json {
  const whole = serializeChannel(world, channel, viewerId);
  if (canView(world, channel, viewerId)) return whole;
  return { ...whole, name: '___hidden___', topic: null, last_message_id: null, flags: OBFUSCATED_FLAG };
}

function serializeThread(channel: Channel, viewerId: string): Json {
  const { thread } = channel;
  if (!thread) throw new Error(`channel ${channel.id} is not a thread`);
  return {
    id: channel.id,
    type: channel.type,
    guild_id: channel.guildId,
    parent_id: channel.parentId,
    owner_id: thread.ownerId,
    name: channel.name,
    last_message_id: channel.lastMessageId,
    message_count: thread.messageCount,
    total_message_sent: thread.totalMessagesSent,
    member_count: Math.min(thread.members.size, COUNTED_MEMBERS),
    rate_limit_per_user: channel.slowModeSeconds,
    flags: 0,
    applied_tags: thread.appliedTags,
    thread_metadata: {
      archived: thread.archived,
      auto_archive_duration: thread.autoArchiveMinutes,
      archive_timestamp: iso(thread.archiveChangedAt),
      create_timestamp: iso(thread.createdAt),
      locked: thread.locked,
      ...(channel.type === ChannelType.PrivateThread ? { invitable: thread.invitable } : {}),
    },
    ...(thread.members.has(viewerId) ? { member: serializeThreadMember(channel, viewerId) } : {}),
  };
}

export function serializeThreadMember(channel: Channel, userId: string): Json {
  return { id: channel.id, user_id: userId, join_timestamp: iso(channel.thread?.members.get(userId) ?? 0), flags: 0 };
}

/** The channel of an interaction, with the invoker's own permissions. */
export function serializeInteractionChannel(
  world: World,
  channel: Channel,
  invokerId: string,
  botUserId: string,
): Json {
  return {
    ...serializeChannel(world, channel, botUserId),
    permissions: String(rightsIn(world, channel, invokerId)),
    app_permissions: String(rightsIn(world, channel, botUserId)),
  };
}
