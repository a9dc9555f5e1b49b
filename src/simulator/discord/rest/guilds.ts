import { Permission } from '../judge/permissions.ts';
import { requireGuildRight } from '../rights.ts';
import { serializeChannel } from '../serialize/channels.ts';
import { serializeGuild } from '../serialize/guilds.ts';
import { serializeMember, serializeRole } from '../serialize/users.ts';
import type { Simulation } from '../simulation.ts';
import { channelsOf, existing } from '../world.ts';
import { refuse } from './failure.ts';
import { isVisible, joinedGuild } from './lookup.ts';
import { ok, type RestRequest, type Route } from './router.ts';

const MEMBERS_MAX = 1_000;

export function guildRoutes(simulation: Simulation): Route[] {
  const { world, botUserId, settings } = simulation;
  const guildOf = ({ params }: RestRequest) => joinedGuild(simulation, params.guild);
  return [
    {
      method: 'GET',
      template: '/guilds/:guild',
      handle(request) {
        const guild = guildOf(request);
        const counts = { approximate_member_count: guild.members.size, approximate_presence_count: guild.members.size };
        return ok({
          ...serializeGuild(guild, botUserId),
          ...(request.query.get('with_counts') === 'true' ? counts : {}),
        });
      },
    },
    {
      method: 'GET',
      template: '/guilds/:guild/channels',
      // Channels that the bot may not view are left out (change log of 12 August 2026); threads are listed elsewhere.
      handle: (request) =>
        ok(
          channelsOf(world, guildOf(request))
            .filter((channel) => !channel.thread && isVisible(simulation, channel))
            .map((channel) => serializeChannel(world, channel, botUserId)),
        ),
    },
    {
      method: 'GET',
      template: '/guilds/:guild/roles',
      handle(request) {
        const guild = guildOf(request);
        return ok([...guild.roles.values()].map((role) => serializeRole(role, guild, botUserId)));
      },
    },
    {
      method: 'GET',
      template: '/guilds/:guild/members/search',
      handle(request) {
        const query = (request.query.get('query') ?? '').toLowerCase();
        const found = [...guildOf(request).members.values()]
          .map((member) => ({ member, user: existing(world.users, member.userId) }))
          .filter(({ member, user }) =>
            [member.nick, user.username].some((name) => name?.toLowerCase().startsWith(query)),
          );
        return ok(
          found
            .slice(0, Number(request.query.get('limit') ?? 1))
            .map(({ member, user }) => serializeMember(member, user)),
        );
      },
    },
    {
      method: 'GET',
      template: '/guilds/:guild/members/:userOrMe',
      handle(request) {
        const member = guildOf(request).members.get(request.params.userOrMe ?? '');
        if (!member) throw refuse('unknownMember');
        return ok(serializeMember(member, existing(world.users, member.userId)));
      },
    },
    {
      method: 'PATCH',
      template: '/guilds/:guild/members/@me',
      handle(request) {
        const guild = guildOf(request);
        requireGuildRight(guild, botUserId, Permission.ChangeNickname);
        const member = existing(guild.members, botUserId);
        const { nick } = request.body;
        if (typeof nick === 'string' || nick === null) member.nick = nick === '' ? null : nick;
        return ok(serializeMember(member, existing(world.users, botUserId)));
      },
    },
    {
      method: 'GET',
      template: '/guilds/:guild/members',
      handle(request) {
        const guild = guildOf(request);
        if (!settings.membersIntent) throw refuse('missingAccess');
        const limit = Math.min(Number(request.query.get('limit') ?? 1), MEMBERS_MAX);
        const after = BigInt(request.query.get('after') ?? 0);
        const members = [...guild.members.values()].filter(({ userId }) => BigInt(userId) > after).slice(0, limit);
        return ok(members.map((member) => serializeMember(member, existing(world.users, member.userId))));
      },
    },
  ];
}
