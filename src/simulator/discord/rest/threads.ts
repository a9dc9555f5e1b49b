import { Permission } from '../judge/permissions.ts';
import { type Channel, ChannelType, type Guild, type Json } from '../model.ts';
import { may, requireRights } from '../rights.ts';
import { serializeChannel, serializeThreadMember } from '../serialize/channels.ts';
import { serializeMessage } from '../serialize/messages.ts';
import { serializeMember } from '../serialize/users.ts';
import type { Simulation } from '../simulation.ts';
import { addThreadMember, removeThreadMember } from '../thread-members.ts';
import { createThread } from '../threads.ts';
import { channelsOf, existing, guildOf } from '../world.ts';
import { refuse } from './failure.ts';
import { channelAndMessage, isVisible, joinedGuild, limitOf, viewableChannel } from './lookup.ts';
import { postAsBot } from './messages.ts';
import { created, noContent, ok, type RestAnswer, type RestRequest, type Route } from './router.ts';

const ARCHIVED_MAX = 100;

export function threadRoutes(simulation: Simulation): Route[] {
  const { world, botUserId } = simulation;
  return [
    {
      method: 'POST',
      template: '/channels/:channel/messages/:message/threads',
      handle(request) {
        const { channel, message } = channelAndMessage(simulation, request);
        if (channel.thread || channel.guildId === undefined) throw refuse('wrongChannelType');
        requireRights(world, channel, botUserId, Permission.CreatePublicThreads);
        const thread = createThread(simulation, {
          ...settingsOf(request.body),
          parent: channel,
          ownerId: botUserId,
          type: publicTypeOf(channel),
          fromMessage: message,
        });
        return created(serializeChannel(world, thread, botUserId));
      },
    },
    { method: 'POST', template: '/channels/:channel/threads', handle: (request) => start(simulation, request) },
    {
      method: 'GET',
      template: '/guilds/:guild/threads/active',
      handle({ params }) {
        const threads = threadsOf(simulation, joinedGuild(simulation, params.guild));
        return ok(
          listing(
            simulation,
            threads.filter(({ thread }) => thread?.archived === false),
          ),
        );
      },
    },
    {
      method: 'GET',
      template: '/channels/:channel/threads/archived/public',
      handle: (request) => archived(simulation, request, (thread) => thread.type !== ChannelType.PrivateThread),
    },
    {
      method: 'GET',
      template: '/channels/:channel/threads/archived/private',
      handle(request) {
        requireRights(world, viewableChannel(simulation, request.params.channel), botUserId, Permission.ManageThreads);
        return archived(simulation, request, (thread) => thread.type === ChannelType.PrivateThread);
      },
    },
    {
      method: 'GET',
      template: '/channels/:channel/users/@me/threads/archived/private',
      handle: (request) =>
        archived(
          simulation,
          request,
          ({ type, thread }) => type === ChannelType.PrivateThread && thread?.members.has(botUserId) === true,
        ),
    },
    {
      method: 'GET',
      template: '/channels/:channel/thread-members',
      handle({ params }) {
        const channel = viewableThread(simulation, params.channel);
        return ok([...(channel.thread?.members.keys() ?? [])].map((id) => serializeThreadMember(channel, id)));
      },
    },
    ...memberRoutes(simulation),
  ];
}

function memberRoutes(simulation: Simulation): Route[] {
  const { world, botUserId } = simulation;
  const template = '/channels/:channel/thread-members/:userOrMe';
  const target = ({ params }: RestRequest) => ({
    channel: viewableThread(simulation, params.channel),
    userId: params.userOrMe === '@me' ? botUserId : (params.userOrMe ?? ''),
  });
  return [
    {
      method: 'GET',
      template,
      handle(request) {
        const { channel, userId } = target(request);
        if (channel.thread?.members.has(userId) !== true) throw refuse('unknownMember');
        const member = guildOf(world, channel)?.members.get(userId);
        const wanted = request.query.get('with_member') === 'true' && member;
        return ok({
          ...serializeThreadMember(channel, userId),
          ...(wanted ? { member: serializeMember(wanted, existing(world.users, userId)) } : {}),
        });
      },
    },
    {
      method: 'PUT',
      template,
      handle(request) {
        const { channel, userId } = target(request);
        if (channel.thread?.archived === true) throw refuse('threadArchived');
        requireRights(world, channel, botUserId, Permission.SendMessagesInThreads);
        requireInviting(simulation, channel);
        if (guildOf(world, channel)?.members.has(userId) !== true) throw refuse('unknownMember');
        addThreadMember(simulation, channel, userId);
        return noContent;
      },
    },
    {
      method: 'DELETE',
      template,
      handle(request) {
        const { channel, userId } = target(request);
        if (channel.thread?.archived === true) throw refuse('threadArchived');
        const ownsPrivate = channel.type === ChannelType.PrivateThread && channel.thread?.ownerId === botUserId;
        if (userId !== botUserId && !ownsPrivate) {
          requireRights(world, channel, botUserId, Permission.ManageThreads);
        }
        removeThreadMember(simulation, channel, userId);
        return noContent;
      },
    },
  ];
}

/** Into a private thread that is not `invitable` moderators bring people, and here whoever opened it. */
function requireInviting({ world, botUserId }: Simulation, channel: Channel): void {
  const isOpen = channel.type !== ChannelType.PrivateThread || channel.thread?.invitable !== false;
  if (isOpen || channel.thread?.ownerId === botUserId) return;
  requireRights(world, channel, botUserId, Permission.ManageThreads);
}

function settingsOf(body: Json) {
  return {
    name: String(body.name),
    autoArchiveMinutes: typeof body.auto_archive_duration === 'number' ? body.auto_archive_duration : undefined,
    slowModeSeconds: typeof body.rate_limit_per_user === 'number' ? body.rate_limit_per_user : undefined,
    invitable: typeof body.invitable === 'boolean' ? body.invitable : undefined,
    appliedTags: Array.isArray(body.applied_tags) ? body.applied_tags.map(String) : undefined,
  };
}

const publicTypeOf = (parent: Channel): number =>
  parent.type === ChannelType.GuildAnnouncement ? ChannelType.AnnouncementThread : ChannelType.PublicThread;

function start(simulation: Simulation, request: RestRequest): RestAnswer {
  const { world, botUserId } = simulation;
  const { body } = request;
  const parent = viewableChannel(simulation, request.params.channel);
  if (parent.thread || parent.guildId === undefined) throw refuse('wrongChannelType');
  if (parent.type === ChannelType.GuildForum) return forumPost(simulation, parent, request);
  // Without a type Discord makes a private thread (resources/channel#start-thread-without-message).
  const type = typeof body.type === 'number' ? body.type : ChannelType.PrivateThread;
  const isPrivate = type === ChannelType.PrivateThread;
  requireRights(world, parent, botUserId, isPrivate ? Permission.CreatePrivateThreads : Permission.CreatePublicThreads);
  const thread = createThread(simulation, { ...settingsOf(body), parent, ownerId: botUserId, type });
  return created(serializeChannel(world, thread, botUserId));
}

function forumPost(simulation: Simulation, parent: Channel, { body, files }: RestRequest): RestAnswer {
  const { world, botUserId } = simulation;
  requireRights(world, parent, botUserId, Permission.SendMessages);
  const thread = createThread(simulation, {
    ...settingsOf(body),
    parent,
    ownerId: botUserId,
    type: ChannelType.PublicThread,
  });
  const message = postAsBot(simulation, thread, (body.message as Json | undefined) ?? {}, files, thread.id);
  return created({ ...serializeChannel(world, thread, botUserId), message: serializeMessage(simulation, message) });
}

function viewableThread(simulation: Simulation, id: string | undefined): Channel {
  const channel = viewableChannel(simulation, id);
  if (!channel.thread) throw refuse('wrongChannelType');
  return channel;
}

function threadsOf(simulation: Simulation, guild: Guild): Channel[] {
  return channelsOf(simulation.world, guild).filter((channel) => channel.thread && isVisible(simulation, channel));
}

function listing({ world, botUserId }: Simulation, threads: readonly Channel[]): Json {
  return {
    threads: threads.map((thread) => serializeChannel(world, thread, botUserId)),
    members: threads
      .filter(({ thread }) => thread?.members.has(botUserId))
      .map((thread) => serializeThreadMember(thread, botUserId)),
  };
}

function archived(
  simulation: Simulation,
  { params, query }: RestRequest,
  wanted: (thread: Channel) => boolean,
): RestAnswer {
  const parent = viewableChannel(simulation, params.channel);
  const guild = guildOf(simulation.world, parent);
  if (!guild || parent.thread) throw refuse('wrongChannelType');
  if (!may(simulation.world, parent, simulation.botUserId, Permission.ReadMessageHistory))
    throw refuse('missingAccess');
  const limit = limitOf(query, { fallback: ARCHIVED_MAX, max: ARCHIVED_MAX });
  const newestFirst = threadsOf(simulation, guild)
    .filter((channel) => channel.parentId === parent.id && channel.thread?.archived === true && wanted(channel))
    .sort((a, b) => (b.thread?.archiveChangedAt ?? 0) - (a.thread?.archiveChangedAt ?? 0));
  return ok({ ...listing(simulation, newestFirst.slice(0, limit)), has_more: newestFirst.length > limit });
}
