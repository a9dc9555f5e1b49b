import { Intent } from '../gateway/intents.ts';
import { type Channel, type Guild, type Overwrite } from '../model.ts';
import { serializeForGateway } from '../serialize/channels.ts';
import { type ShownMessage, showMessage } from '../shown.ts';
import type { Simulation } from '../simulation.ts';
import { setArchived } from '../thread-activity.ts';
import { removeChannel } from '../threads.ts';

export interface ChannelHandle {
  id: string;
  name: string;
  guildId: string | undefined;
  /** Everything in it, ephemeral messages of everybody included, oldest first. */
  messages(): ShownMessage[];
  setOverwrites(overwrites: readonly NewOverwrite[]): void;
  setNsfw(nsfw: boolean): void;
  /** Archives or unarchives a thread, as a moderator would. */
  setArchived(archived: boolean): void;
  lock(): void;
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
    setNsfw(nsfw) {
      channel.nsfw = nsfw;
      announceChannel(simulation, channel, 'CHANNEL_UPDATE');
    },
    setArchived: (archived) => setArchived(simulation, channel, archived),
    lock() {
      if (!channel.thread) throw new Error('only threads can be locked');
      channel.thread.locked = true;
      setArchived(simulation, channel, true);
    },
    delete: () => removeChannel(simulation, channel),
  };
}
