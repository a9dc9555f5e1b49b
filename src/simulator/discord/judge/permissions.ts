// developers/topics/permissions of Discord's documentation.
export const Permission = {
  CreateInstantInvite: 1n << 0n,
  KickMembers: 1n << 1n,
  BanMembers: 1n << 2n,
  Administrator: 1n << 3n,
  ManageChannels: 1n << 4n,
  ManageGuild: 1n << 5n,
  AddReactions: 1n << 6n,
  ViewAuditLog: 1n << 7n,
  PrioritySpeaker: 1n << 8n,
  Stream: 1n << 9n,
  ViewChannel: 1n << 10n,
  SendMessages: 1n << 11n,
  SendTTSMessages: 1n << 12n,
  ManageMessages: 1n << 13n,
  EmbedLinks: 1n << 14n,
  AttachFiles: 1n << 15n,
  ReadMessageHistory: 1n << 16n,
  MentionEveryone: 1n << 17n,
  UseExternalEmojis: 1n << 18n,
  ViewGuildInsights: 1n << 19n,
  Connect: 1n << 20n,
  Speak: 1n << 21n,
  MuteMembers: 1n << 22n,
  DeafenMembers: 1n << 23n,
  MoveMembers: 1n << 24n,
  UseVAD: 1n << 25n,
  ChangeNickname: 1n << 26n,
  ManageNicknames: 1n << 27n,
  ManageRoles: 1n << 28n,
  ManageWebhooks: 1n << 29n,
  ManageGuildExpressions: 1n << 30n,
  UseApplicationCommands: 1n << 31n,
  RequestToSpeak: 1n << 32n,
  ManageEvents: 1n << 33n,
  ManageThreads: 1n << 34n,
  CreatePublicThreads: 1n << 35n,
  CreatePrivateThreads: 1n << 36n,
  UseExternalStickers: 1n << 37n,
  SendMessagesInThreads: 1n << 38n,
  UseEmbeddedActivities: 1n << 39n,
  ModerateMembers: 1n << 40n,
  ViewCreatorMonetizationAnalytics: 1n << 41n,
  UseSoundboard: 1n << 42n,
  CreateGuildExpressions: 1n << 43n,
  CreateEvents: 1n << 44n,
  UseExternalSounds: 1n << 45n,
  SendVoiceMessages: 1n << 46n,
  SetVoiceChannelStatus: 1n << 48n,
  SendPolls: 1n << 49n,
  UseExternalApps: 1n << 50n,
  PinMessages: 1n << 51n,
  BypassSlowmode: 1n << 52n,
} as const satisfies Record<string, bigint>;

const ALL = union(Object.values(Permission));

/** Rights over the server as a whole: the only ones left to a member who cannot see the channel. */
const SERVER_WIDE = union([
  Permission.KickMembers,
  Permission.BanMembers,
  Permission.Administrator,
  Permission.ManageGuild,
  Permission.ViewAuditLog,
  Permission.ViewGuildInsights,
  Permission.ChangeNickname,
  Permission.ManageNicknames,
  Permission.ManageGuildExpressions,
  Permission.CreateGuildExpressions,
  Permission.ModerateMembers,
  Permission.ViewCreatorMonetizationAnalytics,
]);

const NEEDS_SENDING = union([
  Permission.MentionEveryone,
  Permission.SendTTSMessages,
  Permission.AttachFiles,
  Permission.EmbedLinks,
]);

export interface PermissionOverwrite {
  id: string;
  /** 0 a role, 1 a member. */
  type: 0 | 1;
  allow: bigint;
  deny: bigint;
}

export interface PermissionQuestion {
  ownerId: string;
  userId: string;
  memberRoleIds: readonly string[];
  roles: readonly { id: string; permissions: bigint }[];
  everyoneRoleId: string;
  /** Those of the channel; of the parent channel for a thread; none for rights over the server. */
  overwrites: readonly PermissionOverwrite[];
  /** In a thread SendMessagesInThreads stands where SendMessages stands elsewhere. */
  inThread?: boolean | undefined;
}

/** What a member may do in a channel, implicit denials applied. */
export function computePermissions(question: PermissionQuestion): bigint {
  const { ownerId, userId, memberRoleIds, roles, everyoneRoleId, overwrites, inThread = false } = question;
  if (userId === ownerId) return ALL;
  const held = new Set(memberRoleIds).add(everyoneRoleId);
  const base = union(roles.filter((role) => held.has(role.id)).map((role) => role.permissions));
  if (hasPermission(base, Permission.Administrator)) return ALL;

  const ofEveryone = overwrites.filter(({ id, type }) => type === 0 && id === everyoneRoleId);
  const ofRoles = overwrites.filter(({ id, type }) => type === 0 && id !== everyoneRoleId && held.has(id));
  const ofMember = overwrites.filter(({ id, type }) => type === 1 && id === userId);
  const explicit = [ofEveryone, ofRoles, ofMember].reduce(applyLayer, base);
  return withoutImplicitlyDenied(explicit, inThread);
}

export function hasPermission(bits: bigint, flag: bigint): boolean {
  return (bits & flag) === flag;
}

/** The names of the known rights in `bits`, in the order of their bits. */
export function permissionNames(bits: bigint): (keyof typeof Permission)[] {
  const names = Object.keys(Permission) as (keyof typeof Permission)[];
  return names.filter((name) => hasPermission(bits, Permission[name]));
}

/** Within one layer an allow beats a deny, whatever the order of the roles. */
function applyLayer(bits: bigint, layer: readonly PermissionOverwrite[]): bigint {
  const deny = union(layer.map((overwrite) => overwrite.deny));
  const allow = union(layer.map((overwrite) => overwrite.allow));
  return (bits & ~deny) | allow;
}

function withoutImplicitlyDenied(bits: bigint, inThread: boolean): bigint {
  if (!hasPermission(bits, Permission.ViewChannel)) return bits & SERVER_WIDE;
  const sending = inThread ? Permission.SendMessagesInThreads : Permission.SendMessages;
  return hasPermission(bits, sending) ? bits : bits & ~NEEDS_SENDING;
}

function union(flags: readonly bigint[]): bigint {
  return flags.reduce((bits, flag) => bits | flag, 0n);
}
