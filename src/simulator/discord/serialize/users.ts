import type { Guild, Json, Member, Role, User } from '../model.ts';

export const iso = (ms: number): string => new Date(ms).toISOString().replace('Z', '000+00:00');

export function serializeUser(user: User): Json {
  return {
    id: user.id,
    username: user.username,
    discriminator: user.bot ? '0001' : '0',
    global_name: user.globalName,
    avatar: null,
    avatar_decoration_data: null,
    collectibles: null,
    primary_guild: null,
    public_flags: 0,
    ...(user.bot ? { bot: true } : {}),
  };
}

export function serializeSelf(user: User): Json {
  return {
    ...serializeUser(user),
    flags: 0,
    banner: null,
    accent_color: null,
    locale: user.locale,
    mfa_enabled: true,
    verified: true,
    email: null,
    premium_type: 0,
    bio: '',
  };
}

/** Without the user, as in message events. */
export function serializePartialMember(member: Member): Json {
  return {
    nick: member.nick,
    avatar: null,
    banner: null,
    avatar_decoration_data: null,
    roles: member.roleIds,
    joined_at: iso(member.joinedAt),
    premium_since: null,
    communication_disabled_until: null,
    pending: false,
    deaf: false,
    mute: false,
    flags: 0,
  };
}

export function serializeMember(member: Member, user: User): Json {
  return { ...serializePartialMember(member), user: serializeUser(user) };
}

export function serializeRole(role: Role, guild: Guild, applicationBotId: string): Json {
  return {
    id: role.id,
    name: role.name,
    description: null,
    permissions: String(role.permissions),
    position: role.position,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    managed: role.managed,
    mentionable: false,
    icon: null,
    unicode_emoji: null,
    flags: 0,
    ...(role.id === guild.botRoleId ? { tags: { bot_id: applicationBotId } } : {}),
  };
}
