import { computePermissions, hasPermission, Permission } from './judge/permissions.ts';
import { type Channel, ChannelType, type Guild } from './model.ts';
import { refuse } from './rest/failure.ts';
import { guildOf, rulingChannel, type World } from './world.ts';

const DIRECT_MESSAGE_RIGHTS =
  Permission.ViewChannel |
  Permission.SendMessages |
  Permission.EmbedLinks |
  Permission.AttachFiles |
  Permission.AddReactions |
  Permission.ReadMessageHistory |
  Permission.UseExternalEmojis |
  Permission.UseApplicationCommands;

/** What `userId` may do in the guild as a whole. */
export function rightsInGuild(guild: Guild, userId: string): bigint {
  return rights(guild, userId, [], false);
}

/** What `userId` may do in the channel; a thread obeys its parent's overwrites. */
export function rightsIn(world: World, channel: Channel, userId: string): bigint {
  const guild = guildOf(world, channel);
  if (!guild) return channel.recipientIds.includes(userId) ? DIRECT_MESSAGE_RIGHTS : 0n;
  return rights(guild, userId, rulingChannel(world, channel).overwrites, channel.thread !== undefined);
}

function rights(guild: Guild, userId: string, overwrites: Channel['overwrites'], inThread: boolean): bigint {
  const member = guild.members.get(userId);
  if (!member) return 0n;
  return computePermissions({
    ownerId: guild.ownerId,
    userId,
    memberRoleIds: member.roleIds,
    roles: [...guild.roles.values()],
    everyoneRoleId: guild.id,
    overwrites,
    inThread,
  });
}

export function may(world: World, channel: Channel, userId: string, right: bigint): boolean {
  return hasPermission(rightsIn(world, channel, userId), right);
}

/** A channel that has been deleted is hidden from everybody. */
export function canView(world: World, channel: Channel, userId: string): boolean {
  if (world.channels.get(channel.id) !== channel) return false;
  const bits = rightsIn(world, channel, userId);
  if (!hasPermission(bits, Permission.ViewChannel)) return false;
  if (channel.type !== ChannelType.PrivateThread || !channel.thread) return true;
  return channel.thread.members.has(userId) || hasPermission(bits, Permission.ManageThreads);
}

/** The right to write differs between channels and threads. */
export function writingRight(channel: Channel): bigint {
  return channel.thread ? Permission.SendMessagesInThreads : Permission.SendMessages;
}

/** Throws 50001 when the channel is hidden from the user, 50013 when a named right is missing. */
export function requireRights(world: World, channel: Channel, userId: string, ...needed: bigint[]): void {
  if (!canView(world, channel, userId)) throw refuse('missingAccess');
  const bits = rightsIn(world, channel, userId);
  if (needed.some((right) => !hasPermission(bits, right))) throw refuse('missingPermissions');
}

export function requireGuildRight(guild: Guild, userId: string, needed: bigint): void {
  if (!hasPermission(rightsInGuild(guild, userId), needed)) throw refuse('missingPermissions');
}
