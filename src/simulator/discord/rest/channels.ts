import { announce } from '../announce.ts';
import { Permission } from '../judge/permissions.ts';
import { type Channel, ChannelType, type Json } from '../model.ts';
import { requireRights, writingRight } from '../rights.ts';
import { serializeChannel } from '../serialize/channels.ts';
import type { Simulation } from '../simulation.ts';
import { removeChannel } from '../threads.ts';
import { startTyping } from '../typing.ts';
import { refuse } from './failure.ts';
import { viewableChannel } from './lookup.ts';
import { noContent, ok, type RestAnswer, type RestRequest, type Route } from './router.ts';
import { editThread } from './thread-edit.ts';

export function channelRoutes(simulation: Simulation): Route[] {
  const { world, botUserId } = simulation;
  return [
    {
      method: 'GET',
      template: '/channels/:channel',
      handle: ({ params }) => ok(serializeChannel(world, viewableChannel(simulation, params.channel), botUserId)),
    },
    { method: 'PATCH', template: '/channels/:channel', handle: (request) => edit(simulation, request) },
    { method: 'DELETE', template: '/channels/:channel', handle: (request) => remove(simulation, request) },
    {
      method: 'POST',
      template: '/channels/:channel/typing',
      handle({ params }) {
        const channel = viewableChannel(simulation, params.channel);
        if (channel.type === ChannelType.GuildForum) throw refuse('nonTextChannel');
        requireRights(world, channel, botUserId, writingRight(channel));
        startTyping(simulation, channel, botUserId);
        return noContent;
      },
    },
  ];
}

function edit(simulation: Simulation, { params, body }: RestRequest): RestAnswer {
  const channel = viewableChannel(simulation, params.channel);
  if (channel.type === ChannelType.Dm) throw refuse('notInDm');
  if (channel.thread) editThread(simulation, channel, body);
  else editGuildChannel(simulation, channel, body);
  return ok(serializeChannel(simulation.world, channel, simulation.botUserId));
}

function editGuildChannel(simulation: Simulation, channel: Channel, body: Json): void {
  requireRights(simulation.world, channel, simulation.botUserId, Permission.ManageChannels);
  if (typeof body.name === 'string') channel.name = body.name;
  if (typeof body.topic === 'string' || body.topic === null) channel.topic = body.topic;
  if (typeof body.nsfw === 'boolean') channel.nsfw = body.nsfw;
  if (typeof body.rate_limit_per_user === 'number') channel.slowModeSeconds = body.rate_limit_per_user;
  announce(simulation, channel, 'CHANNEL_UPDATE', () =>
    serializeChannel(simulation.world, channel, simulation.botUserId),
  );
}

function remove(simulation: Simulation, { params }: RestRequest): RestAnswer {
  const channel = viewableChannel(simulation, params.channel);
  const body = serializeChannel(simulation.world, channel, simulation.botUserId);
  // Deleting a direct-message channel only closes it for the bot.
  if (channel.type === ChannelType.Dm) return ok(body);
  const right = channel.thread ? Permission.ManageThreads : Permission.ManageChannels;
  requireRights(simulation.world, channel, simulation.botUserId, right);
  removeChannel(simulation, channel);
  return ok(body);
}
