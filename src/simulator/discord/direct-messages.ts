import { type Channel, ChannelType, type User } from './model.ts';
import type { Simulation } from './simulation.ts';
import { existing } from './world.ts';

/** The one channel between the bot and a person, made when first wanted. */
export function openDirectMessages(simulation: Simulation, person: User): Channel {
  const { world, botUserId } = simulation;
  if (person.dmChannelId !== undefined) return existing(world.channels, person.dmChannelId);
  const channel: Channel = {
    id: simulation.newId(),
    type: ChannelType.Dm,
    guildId: undefined,
    parentId: undefined,
    name: null,
    topic: null,
    nsfw: false,
    position: 0,
    slowModeSeconds: 0,
    overwrites: [],
    availableTags: [],
    recipientIds: [person.id, botUserId],
    messages: new Map(),
    lastMessageId: null,
    thread: undefined,
    typing: new Map(),
    oldEditsAt: [],
  };
  world.channels.set(channel.id, channel);
  person.dmChannelId = channel.id;
  return channel;
}
