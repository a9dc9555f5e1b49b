import type { Json, Member, User } from '../model.ts';
import { serializeMember } from '../serialize/users.ts';
import type { Simulation } from '../simulation.ts';
import { existing } from '../world.ts';
import { Intent } from './intents.ts';

const CHUNK_SIZE = 1_000;
const USER_IDS_LIMIT = 100;

/** Answers of REQUEST_GUILD_MEMBERS, in order; none when the request needs an intent that the session lacks. */
export function memberChunks(simulation: Simulation, intents: number, request: Json): Json[] {
  const guild = simulation.world.guilds.get(String(request.guild_id));
  if (!guild?.members.has(simulation.botUserId)) return [];
  const everyone = [...guild.members.values()].map((member) => ({
    member,
    user: existing(simulation.world.users, member.userId),
  }));
  const wanted = pick(everyone, request, intents);
  if (!wanted) return [];
  const askedIds = askedUserIds(request);
  const missing = askedIds?.filter((id) => !guild.members.has(id));
  const count = Math.max(1, Math.ceil(wanted.length / CHUNK_SIZE));
  return Array.from({ length: count }, (_, index) => ({
    guild_id: guild.id,
    members: wanted
      .slice(index * CHUNK_SIZE, (index + 1) * CHUNK_SIZE)
      .map(({ member, user }) => serializeMember(member, user)),
    chunk_index: index,
    chunk_count: count,
    ...(missing && missing.length > 0 ? { not_found: missing } : {}),
    ...(request.nonce === undefined ? {} : { nonce: request.nonce }),
  }));
}

function askedUserIds({ user_ids: ids }: Json): string[] | undefined {
  if (ids === undefined) return undefined;
  return (Array.isArray(ids) ? ids : [ids]).map(String).slice(0, USER_IDS_LIMIT);
}

function pick(everyone: { member: Member; user: User }[], request: Json, intents: number) {
  const ids = askedUserIds(request);
  if (ids) return everyone.filter(({ user }) => ids.includes(user.id));
  const query = typeof request.query === 'string' ? request.query.toLowerCase() : undefined;
  const limit = Number(request.limit ?? 0);
  if (query === undefined) return undefined;
  if (query === '' && limit === 0) return (intents & Intent.GuildMembers) === 0 ? undefined : everyone;
  return everyone
    .filter(({ member, user }) =>
      [member.nick, user.username].some((name) => name?.toLowerCase().startsWith(query) === true),
    )
    .slice(0, Math.min(limit === 0 ? 100 : limit, 100));
}
