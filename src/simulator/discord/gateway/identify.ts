import type { Json } from '../model.ts';
import { serializeSelf } from '../serialize/users.ts';
import type { Simulation } from '../simulation.ts';
import { existing } from '../world.ts';
import { areKnownIntents, Intent } from './intents.ts';
import type { Session } from './session.ts';

/** Application flags for a message content intent that is switched on in the portal but not reviewed, and its members twin. */
const FLAG_MESSAGE_CONTENT_LIMITED = 1 << 19;
const FLAG_MESSAGE_CONTENT = 1 << 18;
const FLAG_MEMBERS_LIMITED = 1 << 15;
const FLAG_PRESENCE_LIMITED = 1 << 13;

/** From this many guilds on an app must shard (close code 4011). */
const GUILDS_PER_SHARD = 2_500;

export const CloseCode = {
  UnknownOpcode: 4001,
  DecodeError: 4002,
  NotAuthenticated: 4003,
  AuthenticationFailed: 4004,
  AlreadyAuthenticated: 4005,
  InvalidSequence: 4007,
  RateLimited: 4008,
  SessionTimedOut: 4009,
  InvalidShard: 4010,
  ShardingRequired: 4011,
  InvalidVersion: 4012,
  InvalidIntents: 4013,
  DisallowedIntents: 4014,
} as const;

export function applicationFlags({ settings }: Simulation): number {
  return (
    (settings.messageContentIntent ? FLAG_MESSAGE_CONTENT | FLAG_MESSAGE_CONTENT_LIMITED : 0) |
    (settings.membersIntent ? FLAG_MEMBERS_LIMITED : 0) |
    (settings.presenceIntent ? FLAG_PRESENCE_LIMITED : 0)
  );
}

export interface Identity {
  intents: number;
  shard: [number, number];
}

/** The identity asked for, or the code that Discord closes with. */
export function judgeIdentify(simulation: Simulation, data: Json): Identity | { closeCode: number } {
  if (data.token !== simulation.token) return { closeCode: CloseCode.AuthenticationFailed };
  const { properties, intents, shard = [0, 1] } = data;
  if (typeof properties !== 'object' || properties === null) return { closeCode: CloseCode.DecodeError };
  if (!areKnownIntents(intents)) return { closeCode: CloseCode.InvalidIntents };
  if (!isShard(shard)) return { closeCode: CloseCode.InvalidShard };
  if ((intents & disallowedIntents(simulation)) !== 0) return { closeCode: CloseCode.DisallowedIntents };
  if (guildsOf(simulation, shard).length > GUILDS_PER_SHARD) return { closeCode: CloseCode.ShardingRequired };
  return { intents, shard };
}

function disallowedIntents({ settings }: Simulation): number {
  return (
    (settings.messageContentIntent ? 0 : Intent.MessageContent) |
    (settings.membersIntent ? 0 : Intent.GuildMembers) |
    (settings.presenceIntent ? 0 : Intent.GuildPresences)
  );
}

function isShard(value: unknown): value is [number, number] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [id, count] = value as unknown[];
  return Number.isInteger(id) && Number.isInteger(count) && Number(id) >= 0 && Number(id) < Number(count);
}

/** Guilds with the bot in them go to shard `(id >> 22) % count`. */
export function belongsToShard(guildId: string, [id, count]: [number, number]): boolean {
  return Number((BigInt(guildId) >> 22n) % BigInt(count)) === id;
}

export function guildsOf(simulation: Simulation, shard: [number, number]): string[] {
  return [...simulation.world.guilds.values()]
    .filter((guild) => guild.members.has(simulation.botUserId) && belongsToShard(guild.id, shard))
    .map((guild) => guild.id);
}

export function readyPayload(simulation: Simulation, session: Session): Json {
  return {
    v: 10,
    user: serializeSelf(existing(simulation.world.users, simulation.botUserId)),
    user_settings: {},
    guilds: guildsOf(simulation, session.shard).map((id) => ({ id, unavailable: true })),
    session_id: session.id,
    session_type: 'normal',
    resume_gateway_url: `${simulation.origin.replace('http', 'ws')}/gateway`,
    shard: session.shard,
    application: { id: simulation.applicationId, flags: applicationFlags(simulation) },
    private_channels: [],
    presences: [],
    relationships: [],
    guild_join_requests: [],
    geo_ordered_rtc_regions: [],
    auth: {},
  };
}
