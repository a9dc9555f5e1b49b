import { Permission } from '../judge/permissions.ts';
import { ChannelType, type Guild, type Member, type Role, type User } from '../model.ts';
import { rightsIn } from '../rights.ts';
import { serializeGuildCreate } from '../serialize/guilds.ts';
import { serializeMember, serializeRole, serializeUser } from '../serialize/users.ts';
import type { Simulation } from '../simulation.ts';
import { existing } from '../world.ts';
import { addChannel, type ChannelHandle, type NewChannel } from './channel.ts';

/** What a fresh server lets its members do. */
export const MEMBER_RIGHTS =
  Permission.ViewChannel |
  Permission.SendMessages |
  Permission.SendMessagesInThreads |
  Permission.CreatePublicThreads |
  Permission.CreatePrivateThreads |
  Permission.EmbedLinks |
  Permission.AttachFiles |
  Permission.AddReactions |
  Permission.UseExternalEmojis |
  Permission.ReadMessageHistory |
  Permission.UseApplicationCommands |
  Permission.ChangeNickname;

/** What the bot is invited with unless told otherwise: those of a member, webhooks and moderation of messages and threads. */
export const BOT_RIGHTS =
  MEMBER_RIGHTS | Permission.ManageWebhooks | Permission.ManageMessages | Permission.ManageThreads;

export interface GuildHandle {
  id: string;
  name: string;
  /** The id of the everyone role, for overwrites. */
  everyoneRoleId: string;
  botRoleId: string;
  createTextChannel(channel: NewChannel): ChannelHandle;
  createForum(channel: NewChannel): ChannelHandle;
  createRole(role: { name: string; permissions: bigint }): { id: string; name: string };
  /** Exactly these server-wide rights for the bot. */
  setBotPermissions(permissions: bigint): void;
  /** What ordinary members may do. */
  setMemberPermissions(permissions: bigint): void;
  join(
    person: { id: string },
    options?: { nick?: string | undefined; roles?: readonly { id: string }[] | undefined },
  ): void;
  leave(person: { id: string }): void;
  /** Removes the bot. */
  removeBot(): void;
  botPermissionsIn(channel: { id: string }): bigint;
}

export interface NewGuild {
  name: string;
  ownerId?: string | undefined;
  botPermissions?: bigint | undefined;
  nsfwLevel?: number | undefined;
  locale?: string | undefined;
}

export function createGuild(simulation: Simulation, wanted: NewGuild): GuildHandle {
  const { world, clock, botUserId, newId } = simulation;
  const id = newId();
  const role = (roleId: string, name: string, permissions: bigint, managed = false): [string, Role] => [
    roleId,
    { id: roleId, name, permissions, position: roleId === id ? 0 : 1, managed },
  ];
  const [memberRoleId, botRoleId] = [newId(), newId()];
  const guild: Guild = {
    id,
    name: wanted.name,
    ownerId: wanted.ownerId ?? newId(),
    roles: new Map([
      role(id, '@everyone', 0n),
      role(memberRoleId, 'Members', MEMBER_RIGHTS),
      role(botRoleId, existing(world.users, botUserId).username, wanted.botPermissions ?? BOT_RIGHTS, true),
    ]),
    members: new Map(),
    channelIds: new Set(),
    botRoleId,
    memberRoleId,
    nsfwLevel: wanted.nsfwLevel ?? 0,
    locale: wanted.locale ?? 'en-US',
    joinedAt: clock.now(),
  };
  guild.members.set(botUserId, { userId: botUserId, nick: null, roleIds: [botRoleId], joinedAt: clock.now() });
  if (!world.users.has(guild.ownerId)) world.users.set(guild.ownerId, newOwner(guild.ownerId));
  const owner: Member = { userId: guild.ownerId, nick: null, roleIds: [memberRoleId], joinedAt: clock.now() };
  guild.members.set(guild.ownerId, owner);
  world.guilds.set(id, guild);
  announceGuild(simulation, guild, 'GUILD_CREATE', () => serializeGuildCreate(world, guild, botUserId));
  return guildHandle(simulation, guild);
}

function newOwner(id: string): User {
  const username = `owner${id.slice(-4)}`;
  return { id, username, globalName: null, bot: false, locale: 'en-US', acceptsDms: true, dmChannelId: undefined };
}

function announceGuild(
  { dispatch }: Simulation,
  guild: Guild,
  event: string,
  data: () => Record<string, unknown>,
): void {
  dispatch({ event, guildId: guild.id, data });
}

function guildHandle(simulation: Simulation, guild: Guild): GuildHandle {
  const { world, botUserId } = simulation;

  function addRole(name: string, permissions: bigint): Role {
    const role: Role = { id: simulation.newId(), name, permissions, position: guild.roles.size, managed: false };
    guild.roles.set(role.id, role);
    announceGuild(simulation, guild, 'GUILD_ROLE_CREATE', () => ({
      guild_id: guild.id,
      role: serializeRole(role, guild, botUserId),
    }));
    return role;
  }

  function setRoleRights(roleId: string, permissions: bigint): void {
    const role = existing(guild.roles, roleId);
    role.permissions = permissions;
    announceGuild(simulation, guild, 'GUILD_ROLE_UPDATE', () => ({
      guild_id: guild.id,
      role: serializeRole(role, guild, botUserId),
    }));
  }

  function removeMember(userId: string): void {
    if (!guild.members.delete(userId)) return;
    const user = serializeUser(existing(world.users, userId));
    announceGuild(simulation, guild, 'GUILD_MEMBER_REMOVE', () => ({ guild_id: guild.id, user }));
  }

  return {
    id: guild.id,
    name: guild.name,
    everyoneRoleId: guild.id,
    botRoleId: guild.botRoleId,
    createTextChannel: (wanted) => addChannel(simulation, guild, ChannelType.GuildText, wanted),
    createForum: (wanted) => addChannel(simulation, guild, ChannelType.GuildForum, wanted),
    createRole: ({ name, permissions }) => ({ id: addRole(name, permissions).id, name }),
    setBotPermissions: (permissions) => setRoleRights(guild.botRoleId, permissions),
    setMemberPermissions: (permissions) => setRoleRights(guild.memberRoleId, permissions),
    join({ id }, { nick, roles = [] } = {}) {
      const roleIds = [guild.memberRoleId, ...roles.map((role) => existing(guild.roles, role.id).id)];
      const member: Member = { userId: id, nick: nick ?? null, roleIds, joinedAt: simulation.clock.now() };
      const isNew = !guild.members.has(id);
      guild.members.set(id, member);
      announceGuild(simulation, guild, isNew ? 'GUILD_MEMBER_ADD' : 'GUILD_MEMBER_UPDATE', () => ({
        guild_id: guild.id,
        ...serializeMember(member, existing(world.users, id)),
      }));
    },
    leave: ({ id }) => removeMember(id),
    removeBot() {
      guild.members.delete(botUserId);
      announceGuild(simulation, guild, 'GUILD_DELETE', () => ({ id: guild.id }));
    },
    botPermissionsIn: ({ id }) => rightsIn(world, existing(world.channels, id), botUserId),
  };
}
