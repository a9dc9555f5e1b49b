import { Permission } from '../judge/permissions.ts';
import type { Channel, Json, Webhook } from '../model.ts';
import { requireGuildRight, requireRights } from '../rights.ts';
import type { Simulation } from '../simulation.ts';
import { addWebhook, changeWebhook, removeWebhook, serializeWebhook, webhooksIn } from '../webhooks.ts';
import { existing } from '../world.ts';
import { refuse } from './failure.ts';
import { joinedGuild, viewableChannel } from './lookup.ts';
import { noContent, ok, type RestRequest, type Route } from './router.ts';

export function webhookRoutes(simulation: Simulation): Route[] {
  return [...placeRoutes(simulation), ...botRoutes(simulation), ...tokenRoutes(simulation)];
}

/** The webhooks of a channel, or of a guild. */
function placeRoutes(simulation: Simulation): Route[] {
  const { world, applicationId, botUserId } = simulation;
  const manageable = ({ params }: RestRequest): Channel => {
    const channel = viewableChannel(simulation, params.channel);
    requireRights(world, channel, botUserId, Permission.ManageWebhooks);
    return channel;
  };
  return [
    {
      method: 'POST',
      template: '/channels/:channel/webhooks',
      handle(request) {
        const { avatar, name } = request.body;
        const wanted = { name: String(name), avatar, applicationId, creatorId: botUserId };
        return ok(serializeWebhook(simulation, addWebhook(simulation, manageable(request), wanted)));
      },
    },
    {
      method: 'GET',
      template: '/channels/:channel/webhooks',
      handle: (request) =>
        ok(webhooksIn(simulation, manageable(request).id).map((webhook) => serializeWebhook(simulation, webhook))),
    },
    {
      method: 'GET',
      template: '/guilds/:guild/webhooks',
      handle({ params }) {
        const guild = joinedGuild(simulation, params.guild);
        requireGuildRight(guild, botUserId, Permission.ManageWebhooks);
        const ofGuild = [...world.webhooks.values()].filter(({ guildId }) => guildId === guild.id);
        return ok(ofGuild.map((webhook) => serializeWebhook(simulation, webhook)));
      },
    },
  ];
}

/** One webhook, with the token of the bot. */
function botRoutes(simulation: Simulation): Route[] {
  const { world, applicationId, botUserId } = simulation;
  const template = '/webhooks/:webhook';
  const find = ({ params }: RestRequest): Webhook => {
    const webhook = world.webhooks.get(params.webhook ?? '');
    if (!webhook) throw refuse('unknownWebhook');
    return webhook;
  };
  const managed = (request: RestRequest): Webhook => {
    const webhook = find(request);
    requireRights(world, existing(world.channels, webhook.channelId), botUserId, Permission.ManageWebhooks);
    return webhook;
  };
  return [
    {
      method: 'GET',
      template,
      handle(request) {
        const found = find(request);
        const webhook = found.applicationId === applicationId ? found : managed(request);
        return ok(serializeWebhook(simulation, webhook));
      },
    },
    {
      method: 'PATCH',
      template,
      handle(request) {
        const webhook = managed(request);
        changeWebhook(simulation, webhook, request.body, moveTarget(simulation, webhook, request.body));
        return ok(serializeWebhook(simulation, webhook));
      },
    },
    {
      method: 'DELETE',
      template,
      handle(request) {
        removeWebhook(simulation, managed(request));
        return noContent;
      },
    },
  ];
}

function moveTarget(simulation: Simulation, webhook: Webhook, body: Json): Channel | undefined {
  if (typeof body.channel_id !== 'string') return undefined;
  const channel = viewableChannel(simulation, body.channel_id);
  if (channel.guildId !== webhook.guildId || channel.thread) throw refuse('wrongChannelType');
  requireRights(simulation.world, channel, simulation.botUserId, Permission.ManageWebhooks);
  return channel;
}

/** One webhook, with its own token: no right is needed, and nobody is told who made it. */
function tokenRoutes(simulation: Simulation): Route[] {
  const template = '/webhooks/:webhook/:token';
  const anonymous = (webhook: Webhook): Json => {
    const { user: _, ...rest } = serializeWebhook(simulation, webhook);
    return rest;
  };
  return [
    {
      method: 'GET',
      template,
      auth: 'none',
      handle: (request) => ok(anonymous(webhookByToken(simulation, request))),
    },
    {
      method: 'PATCH',
      template,
      auth: 'none',
      handle(request) {
        const webhook = webhookByToken(simulation, request);
        changeWebhook(simulation, webhook, request.body);
        return ok(anonymous(webhook));
      },
    },
    {
      method: 'DELETE',
      template,
      auth: 'none',
      handle(request) {
        removeWebhook(simulation, webhookByToken(simulation, request));
        return noContent;
      },
    },
  ];
}

export function webhookByToken({ world }: Simulation, { params }: RestRequest): Webhook {
  const webhook = world.webhooks.get(params.webhook ?? '');
  if (!webhook) throw refuse('unknownWebhook');
  if (webhook.token !== params.token) throw refuse('invalidWebhookToken');
  return webhook;
}
