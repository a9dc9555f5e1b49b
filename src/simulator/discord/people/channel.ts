import { Intent } from '../gateway/intents.ts';
import type { Channel, Guild, Overwrite, Webhook } from '../model.ts';
import { serializeForGateway } from '../serialize/channels.ts';
import { type ShownMessage, showMessage } from '../shown.ts';
import type { Simulation } from '../simulation.ts';
import { setArchived } from '../thread-activity.ts';
import { removeChannel } from '../threads.ts';
import { addWebhook, removeWebhook, webhooksIn } from '../webhooks.ts';
import { guildOf } from '../world.ts';

export interface ChannelHandle {
  id: string;
  name: string;
  guildId: string | undefined;
  /** Everything in it, ephemeral messages of everybody included, oldest first. */
  messages(): ShownMessage[];
  setOverwrites(overwrites: readonly NewOverwrite[]): void;
  /** Of the channel itself; its threads follow it. */
  setAgeRestricted(ageRestricted: boolean): void;
  /** Archives or unarchives a thread, as a moderator would. */
  setArchived(archived: boolean): void;
  /** Locks a thread, which archives it as well. */
  lock(): void;
  /** Unlocks a thread and opens it again. */
  unlock(): void;
  /** With all its threads, messages and webhooks. */
  delete(): void;
  /** As the settings of the channel list them, oldest first. */
  webhooks(): WebhookHandle[];
  /** A webhook that a person makes in the settings. */
  createWebhook(name: string): WebhookHandle;
}

export interface WebhookHandle {
  id: string;
  name: string;
  /** Whether the bot made it. */
  isOfBot: boolean;
  /** `http://127.0.0.1:PORT/api/webhooks/ID/TOKEN`. */
  url: string;
  delete(): void;
}

export interface NewOverwrite {
  id: string;
  type: 0 | 1;
  allow?: bigint | undefined;
  deny?: bigint | undefined;
}

export interface NewChannel {
  name: string;
  nsfw?: boolean | undefined;
  topic?: string | undefined;
  overwrites?: readonly NewOverwrite[] | undefined;
}

/** Adds a text channel or a forum to the server. */
export function addChannel(simulation: Simulation, guild: Guild, type: number, wanted: NewChannel): ChannelHandle {
  const channel: Channel = {
    id: simulation.newId(),
    type,
    guildId: guild.id,
    parentId: undefined,
    name: wanted.name,
    topic: wanted.topic ?? null,
    nsfw: wanted.nsfw ?? false,
    position: guild.channelIds.size,
    slowModeSeconds: 0,
    overwrites: toOverwrites(wanted.overwrites ?? []),
    availableTags: [],
    recipientIds: [],
    messages: new Map(),
    lastMessageId: null,
    thread: undefined,
    typing: new Map(),
    oldEditsAt: [],
  };
  simulation.world.channels.set(channel.id, channel);
  guild.channelIds.add(channel.id);
  announceChannel(simulation, channel, 'CHANNEL_CREATE');
  return channelHandle(simulation, channel);
}

function announceChannel(simulation: Simulation, channel: Channel, event: string): void {
  simulation.dispatch({
    event,
    guildId: channel.guildId,
    onlyWith: Intent.Guilds,
    data: () => serializeForGateway(simulation.world, channel, simulation.botUserId),
  });
}

function toOverwrites(overwrites: readonly NewOverwrite[]): Overwrite[] {
  return overwrites.map(({ id, type, allow = 0n, deny = 0n }) => ({ id, type, allow, deny }));
}

export function channelHandle(simulation: Simulation, channel: Channel): ChannelHandle {
  return {
    id: channel.id,
    name: channel.name ?? '',
    guildId: channel.guildId,
    messages: () => [...channel.messages.values()].map((message) => showMessage(simulation.world, message)),
    setOverwrites(overwrites) {
      channel.overwrites = toOverwrites(overwrites);
      announceChannel(simulation, channel, 'CHANNEL_UPDATE');
    },
    setAgeRestricted(ageRestricted) {
      if (channel.thread || channel.guildId === undefined)
        throw new Error('only channels of a server are age-restricted');
      channel.nsfw = ageRestricted;
      announceChannel(simulation, channel, 'CHANNEL_UPDATE');
    },
    setArchived: (archived) => setArchived(simulation, channel, archived),
    lock: () => setLocked(simulation, channel, true),
    unlock: () => setLocked(simulation, channel, false),
    delete: () => removeChannel(simulation, channel),
    webhooks: () => webhooksIn(simulation, channel.id).map((webhook) => webhookHandle(simulation, webhook)),
    createWebhook(name) {
      const guild = guildOf(simulation.world, channel);
      const wanted = { name, applicationId: null, creatorId: guild?.ownerId ?? '' };
      return webhookHandle(simulation, addWebhook(simulation, channel, wanted));
    },
  };
}

function setLocked(simulation: Simulation, channel: Channel, locked: boolean): void {
  if (!channel.thread) throw new Error('only threads can be locked');
  channel.thread.locked = locked;
  setArchived(simulation, channel, locked);
}

function webhookHandle(simulation: Simulation, webhook: Webhook): WebhookHandle {
  return {
    id: webhook.id,
    name: webhook.name,
    isOfBot: webhook.applicationId === simulation.applicationId,
    url: `${simulation.origin}/api/webhooks/${webhook.id}/${webhook.token}`,
    delete: () => removeWebhook(simulation, webhook),
  };
}
