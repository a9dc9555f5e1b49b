import { randomBytes } from 'node:crypto';
import { announce } from '../announce.ts';
import { Permission } from '../judge/permissions.ts';
import type { Channel, Json, Webhook } from '../model.ts';
import { requireGuildRight, requireRights } from '../rights.ts';
import { serializeUser } from '../serialize/users.ts';
import type { Simulation } from '../simulation.ts';
import { existing } from '../world.ts';
import { refuse } from './failure.ts';
import { joinedGuild, viewableChannel } from './lookup.ts';
import { noContent, ok, type RestAnswer, type RestRequest, type Route } from './router.ts';

const SECRET_BYTES = 51;
const WEBHOOKS_PER_CHANNEL = 15;

export function webhookRoutes(simulation: Simulation): Route[] {
  const { world } = simulation;
  const managed = ({ params }: RestRequest): Webhook => {
    const webhook = world.webhooks.get(params.webhook ?? '');
    if (!webhook) throw refuse('unknownWebhook');
    requireRights(world, existing(world.channels, webhook.channelId), simulation.botUserId, Permission.ManageWebhooks);
    return webhook;
  };
  return [
    { method: 'POST', template: '/channels/:channel/webhooks', handle: (request) => create(simulation, request) },
    {
      method: 'GET',
      template: '/channels/:channel/webhooks',
      handle({ params }) {
        const channel = viewableChannel(simulation, params.channel);
        requireRights(world, channel, simulation.botUserId, Permission.ManageWebhooks);
        return ok(webhooksIn(simulation, channel).map((webhook) => serializeWebhook(simulation, webhook)));
      },
    },
    {
      method: 'GET',
      template: '/guilds/:guild/webhooks',
      handle({ params }) {
        const guild = joinedGuild(simulation, params.guild);
        requireGuildRight(guild, simulation.botUserId, Permission.ManageWebhooks);
        const ofGuild = [...world.webhooks.values()].filter(({ guildId }) => guildId === guild.id);
        return ok(ofGuild.map((webhook) => serializeWebhook(simulation, webhook)));
      },
    },
    {
      method: 'GET',
      template: '/webhooks/:webhook',
      handle: (request) => ok(serializeWebhook(simulation, managed(request))),
    },
    {
      method: 'PATCH',
      template: '/webhooks/:webhook',
      handle(request) {
        const webhook = managed(request);
        if (typeof request.body.name === 'string') webhook.name = request.body.name;
        if (typeof request.body.channel_id === 'string') {
          webhook.channelId = viewableChannel(simulation, request.body.channel_id).id;
        }
        return ok(serializeWebhook(simulation, webhook));
      },
    },
    {
      method: 'DELETE',
      template: '/webhooks/:webhook',
      handle: (request) => removeWebhook(simulation, managed(request)),
    },
    {
      method: 'GET',
      template: '/webhooks/:webhook/:token',
      auth: 'none',
      handle(request) {
        const { user: _, ...webhook } = serializeWebhook(simulation, webhookByToken(simulation, request));
        return ok(webhook);
      },
    },
    {
      method: 'DELETE',
      template: '/webhooks/:webhook/:token',
      auth: 'none',
      handle: (request) => removeWebhook(simulation, webhookByToken(simulation, request)),
    },
  ];
}

function webhooksIn({ world }: Simulation, channel: Channel): Webhook[] {
  return [...world.webhooks.values()].filter(({ channelId }) => channelId === channel.id);
}

function create(simulation: Simulation, { params, body }: RestRequest): RestAnswer {
  const channel = viewableChannel(simulation, params.channel);
  if (channel.thread || channel.guildId === undefined) throw refuse('wrongChannelType');
  requireRights(simulation.world, channel, simulation.botUserId, Permission.ManageWebhooks);
  if (webhooksIn(simulation, channel).length >= WEBHOOKS_PER_CHANNEL) throw refuse('maximumWebhooks');
  const webhook: Webhook = {
    id: simulation.newId(),
    token: randomBytes(SECRET_BYTES).toString('base64url'),
    channelId: channel.id,
    guildId: channel.guildId,
    name: String(body.name),
    applicationId: simulation.applicationId,
    creatorId: simulation.botUserId,
  };
  simulation.world.webhooks.set(webhook.id, webhook);
  announceChange(simulation, channel);
  return ok(serializeWebhook(simulation, webhook));
}

function removeWebhook(simulation: Simulation, webhook: Webhook): RestAnswer {
  simulation.world.webhooks.delete(webhook.id);
  announceChange(simulation, existing(simulation.world.channels, webhook.channelId));
  return noContent;
}

function announceChange(simulation: Simulation, channel: Channel): void {
  announce(simulation, channel, 'WEBHOOKS_UPDATE', () => ({ guild_id: channel.guildId, channel_id: channel.id }));
}

function serializeWebhook(simulation: Simulation, webhook: Webhook): Json {
  return {
    id: webhook.id,
    type: 1,
    token: webhook.token,
    name: webhook.name,
    avatar: null,
    channel_id: webhook.channelId,
    guild_id: webhook.guildId,
    application_id: webhook.applicationId,
    user: serializeUser(existing(simulation.world.users, webhook.creatorId)),
    url: `${simulation.origin}/api/webhooks/${webhook.id}/${webhook.token}`,
  };
}

export function webhookByToken({ world }: Simulation, { params }: RestRequest): Webhook {
  const webhook = world.webhooks.get(params.webhook ?? '');
  if (!webhook) throw refuse('unknownWebhook');
  if (webhook.token !== params.token) throw refuse('invalidWebhookToken');
  return webhook;
}
