import type { Channel, Command, Guild, Interaction, User, Webhook } from './model.ts';

/** Everything that exists in the simulated Discord. Threads and direct-message channels are channels. */
export interface World {
  users: Map<string, User>;
  guilds: Map<string, Guild>;
  channels: Map<string, Channel>;
  webhooks: Map<string, Webhook>;
  /** Key is the guild's id, or `global`. */
  commands: Map<string, Map<string, Command>>;
  interactions: Map<string, Interaction>;
  interactionsByToken: Map<string, Interaction>;
  files: Map<string, { data: Buffer; contentType: string }>;
  /** Pictures of webhooks by `<owner's id>/<hash>`; they stay when their owner takes another one. */
  avatars: Map<string, { data: Buffer; contentType: string }>;
}

export const GLOBAL_COMMANDS = 'global';

export function createWorld(): World {
  return {
    users: new Map(),
    guilds: new Map(),
    channels: new Map(),
    webhooks: new Map(),
    commands: new Map(),
    interactions: new Map(),
    interactionsByToken: new Map(),
    files: new Map(),
    avatars: new Map(),
  };
}

/** For ids that the simulator itself has handed out; an unknown one is a fault of the caller, not of the bot. */
export function existing<T>(map: ReadonlyMap<string, T>, id: string): T {
  const found = map.get(id);
  if (found === undefined) throw new Error(`the simulated Discord knows no ${id}`);
  return found;
}

export function guildOf(world: World, channel: Channel): Guild | undefined {
  return channel.guildId === undefined ? undefined : existing(world.guilds, channel.guildId);
}

/** The channel whose overwrites and age restriction count: a thread's parent, else the channel itself. */
export function rulingChannel(world: World, channel: Channel): Channel {
  return channel.thread && channel.parentId !== undefined ? existing(world.channels, channel.parentId) : channel;
}

export function isAgeRestricted(world: World, channel: Channel): boolean {
  return rulingChannel(world, channel).nsfw;
}

export function channelsOf(world: World, guild: Guild): Channel[] {
  return [...guild.channelIds].map((id) => existing(world.channels, id));
}

export function shareGuild(world: World, userId: string, otherId: string): boolean {
  return [...world.guilds.values()].some((guild) => guild.members.has(userId) && guild.members.has(otherId));
}
