import type { Guild, Json } from '../model.ts';
import { rightsIn } from '../rights.ts';
import { serializeChannel } from '../serialize/channels.ts';
import { serializePartialMember, serializeRole, serializeUser } from '../serialize/users.ts';
import type { Simulation } from '../simulation.ts';

export interface Resolved {
  add(kind: string, id: string, value: Json): void;
  /** Adds what the id names; false when there is no such thing (or no channel of the allowed types). */
  refer(kind: 'user' | 'channel' | 'role', id: string, channelTypes?: readonly number[]): boolean;
  toJson(): Json | undefined;
}

/** The `resolved` part of an interaction: everything that its values name by id. */
export function createResolved(simulation: Simulation, guild: Guild | undefined): Resolved {
  const { world, botUserId } = simulation;
  const parts: Record<string, Record<string, Json>> = {};
  const add = (kind: string, id: string, value: Json) => {
    parts[kind] = { ...parts[kind], [id]: value };
  };

  function referUser(id: string): boolean {
    const user = world.users.get(id);
    if (!user) return false;
    add('users', id, serializeUser(user));
    const member = guild?.members.get(id);
    if (member) add('members', id, { ...serializePartialMember(member), permissions: '0' });
    return true;
  }

  function referChannel(id: string, channelTypes: readonly number[] | undefined): boolean {
    const channel = world.channels.get(id);
    if (!channel || channel.guildId !== guild?.id || channelTypes?.includes(channel.type) === false) return false;
    add('channels', id, {
      ...serializeChannel(world, channel, botUserId),
      permissions: '0',
      app_permissions: String(rightsIn(world, channel, botUserId)),
    });
    return true;
  }

  function referRole(id: string): boolean {
    const role = guild?.roles.get(id);
    if (!guild || !role) return false;
    add('roles', id, serializeRole(role, guild, botUserId));
    return true;
  }

  return {
    add,
    refer(kind, id, channelTypes) {
      if (kind === 'user') return referUser(id);
      return kind === 'role' ? referRole(id) : referChannel(id, channelTypes);
    },
    toJson: () => (Object.keys(parts).length > 0 ? parts : undefined),
  };
}
