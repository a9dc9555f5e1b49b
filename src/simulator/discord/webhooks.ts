import { randomBytes } from 'node:crypto';
import { announce } from './announce.ts';
import { storeAvatar } from './avatars.ts';
import type { Channel, Json, Webhook } from './model.ts';
import { refuse } from './rest/failure.ts';
import { serializeUser } from './serialize/users.ts';
import type { Simulation } from './simulation.ts';
import { existing } from './world.ts';

const SECRET_BYTES = 51;
const WEBHOOKS_PER_CHANNEL = 15;
const WEBHOOKS_PER_GUILD = 1_000;

interface NewWebhook {
  name: string;
  /** A data URI that has passed the judge. */
  avatar?: unknown;
  applicationId: string | null;
  creatorId: string;
}

export function webhooksIn({ world }: Simulation, channelId: string): Webhook[] {
  return [...world.webhooks.values()].filter((webhook) => webhook.channelId === channelId);
}

/** Throws 50024 where there can be none, 30007 and 30058 where there are too many. */
export function addWebhook(simulation: Simulation, channel: Channel, wanted: NewWebhook): Webhook {
  const { world } = simulation;
  if (channel.thread || channel.guildId === undefined) throw refuse('wrongChannelType');
  if (webhooksIn(simulation, channel.id).length >= WEBHOOKS_PER_CHANNEL) throw refuse('maximumWebhooks');
  const ofGuild = [...world.webhooks.values()].filter(({ guildId }) => guildId === channel.guildId);
  if (ofGuild.length >= WEBHOOKS_PER_GUILD) throw refuse('maximumGuildWebhooks');
  const id = simulation.newId();
  const webhook: Webhook = {
    id,
    token: randomBytes(SECRET_BYTES).toString('base64url'),
    channelId: channel.id,
    guildId: channel.guildId,
    name: wanted.name.trim(),
    avatarHash: storeAvatar(simulation, id, wanted.avatar),
    applicationId: wanted.applicationId,
    creatorId: wanted.creatorId,
  };
  world.webhooks.set(id, webhook);
  announceChange(simulation, channel.id);
  return webhook;
}

/** Earlier messages keep the name and the picture that they were sent with. */
export function changeWebhook(simulation: Simulation, webhook: Webhook, body: Json, moveTo?: Channel): void {
  if (typeof body.name === 'string') webhook.name = body.name.trim();
  if (body.avatar !== undefined) webhook.avatarHash = storeAvatar(simulation, webhook.id, body.avatar);
  announceChange(simulation, webhook.channelId);
  if (!moveTo || moveTo.id === webhook.channelId) return;
  webhook.channelId = moveTo.id;
  announceChange(simulation, moveTo.id);
}

export function removeWebhook(simulation: Simulation, webhook: Webhook): void {
  simulation.world.webhooks.delete(webhook.id);
  announceChange(simulation, webhook.channelId);
}

function announceChange(simulation: Simulation, channelId: string): void {
  const channel = existing(simulation.world.channels, channelId);
  announce(simulation, channel, 'WEBHOOKS_UPDATE', () => ({ guild_id: channel.guildId, channel_id: channel.id }));
}

export function serializeWebhook(simulation: Simulation, webhook: Webhook): Json {
  return {
    id: webhook.id,
    type: 1,
    token: webhook.token,
    name: webhook.name,
    avatar: webhook.avatarHash,
    channel_id: webhook.channelId,
    guild_id: webhook.guildId,
    application_id: webhook.applicationId,
    user: serializeUser(existing(simulation.world.users, webhook.creatorId)),
    url: `${simulation.origin}/api/webhooks/${webhook.id}/${webhook.token}`,
  };
}
