import { announce } from './announce.ts';
import { addMessage, changeMessage } from './messages.ts';
import { type Channel, ChannelType, type Message, MessageFlag } from './model.ts';
import { refuse } from './rest/failure.ts';
import { serializeChannel } from './serialize/channels.ts';
import type { Simulation } from './simulation.ts';
import { scheduleAutoArchive } from './thread-activity.ts';
import { channelsOf, existing, guildOf } from './world.ts';

/** The number is the community's; Discord documents the error only. */
const ACTIVE_THREADS_PER_GUILD = 1_000;
const DEFAULT_AUTO_ARCHIVE_MINUTES = 4_320;
const MESSAGE_TYPE_THREAD_CREATED = 18;
const MESSAGE_TYPE_THREAD_STARTER = 21;

interface NewThread {
  parent: Channel;
  ownerId: string;
  name: string;
  type: number;
  /** The thread takes the id of the message that it starts from. */
  fromMessage?: Message | undefined;
  autoArchiveMinutes?: number | undefined;
  invitable?: boolean | undefined;
  slowModeSeconds?: number | undefined;
  appliedTags?: string[] | undefined;
}

export function createThread(simulation: Simulation, wanted: NewThread): Channel {
  const { world } = simulation;
  const { parent, ownerId, fromMessage } = wanted;
  const guild = guildOf(world, parent);
  if (!guild) throw refuse('wrongChannelType');
  if (fromMessage && world.channels.has(fromMessage.id)) throw refuse('threadExists');
  const active = channelsOf(world, guild).filter(({ thread }) => thread && !thread.archived);
  if (active.length >= ACTIVE_THREADS_PER_GUILD) throw refuse('tooManyThreads');
  const now = simulation.clock.now();
  const thread: Channel = {
    id: fromMessage?.id ?? simulation.newId(),
    type: wanted.type,
    guildId: guild.id,
    parentId: parent.id,
    name: wanted.name,
    topic: null,
    nsfw: false,
    position: 0,
    slowModeSeconds: wanted.slowModeSeconds ?? 0,
    overwrites: [],
    availableTags: [],
    recipientIds: [],
    messages: new Map(),
    lastMessageId: null,
    typing: new Map(),
    oldEditsAt: [],
    thread: {
      ownerId,
      archived: false,
      locked: false,
      invitable: wanted.invitable ?? true,
      autoArchiveMinutes: wanted.autoArchiveMinutes ?? DEFAULT_AUTO_ARCHIVE_MINUTES,
      archiveChangedAt: now,
      createdAt: now,
      members: new Map([[ownerId, now]]),
      messageCount: 0,
      totalMessagesSent: 0,
      appliedTags: wanted.appliedTags ?? [],
      cancelAutoArchive: () => undefined,
    },
  };
  world.channels.set(thread.id, thread);
  guild.channelIds.add(thread.id);
  scheduleAutoArchive(simulation, thread);
  announce(simulation, thread, 'THREAD_CREATE', () => ({
    ...serializeChannel(world, thread, simulation.botUserId),
    newly_created: true,
  }));
  simulation.events.emit(() => ({
    type: 'thread-created',
    at: now,
    channelId: thread.id,
    parentId: parent.id,
    name: wanted.name,
  }));
  if (parent.type !== ChannelType.GuildForum) addSystemMessages(simulation, thread, wanted);
  return thread;
}

function addSystemMessages(
  simulation: Simulation,
  thread: Channel,
  { parent, ownerId, name, fromMessage }: NewThread,
): void {
  if (fromMessage) {
    const flags = fromMessage.flags | MessageFlag.HasThread;
    changeMessage(simulation, fromMessage, { threadId: thread.id, flags }, { isEdit: false });
    addMessage(simulation, thread, {
      authorId: ownerId,
      content: '',
      type: MESSAGE_TYPE_THREAD_STARTER,
      reference: { messageId: fromMessage.id, channelId: parent.id, guildId: parent.guildId },
    });
  } else if (thread.type !== ChannelType.PrivateThread) {
    addMessage(simulation, parent, {
      authorId: ownerId,
      content: name,
      type: MESSAGE_TYPE_THREAD_CREATED,
      reference: { messageId: undefined, channelId: thread.id, guildId: parent.guildId },
    });
  }
}

export function removeChannel(simulation: Simulation, channel: Channel): void {
  const { world } = simulation;
  channel.thread?.cancelAutoArchive();
  const guild = guildOf(world, channel);
  if (channel.thread) {
    announce(simulation, channel, 'THREAD_DELETE', () => ({
      id: channel.id,
      guild_id: channel.guildId,
      parent_id: channel.parentId,
      type: channel.type,
    }));
    simulation.events.emit(() => ({
      type: 'thread-deleted',
      at: simulation.clock.now(),
      channelId: channel.id,
      parentId: channel.parentId,
      name: channel.name ?? '',
    }));
  } else {
    announce(simulation, channel, 'CHANNEL_DELETE', () => serializeChannel(world, channel, simulation.botUserId));
  }
  for (const id of guild?.channelIds ?? []) {
    const other = existing(world.channels, id);
    if (other.thread && other.parentId === channel.id) dropChannel(simulation, other);
  }
  dropChannel(simulation, channel);
}

function dropChannel({ world }: Simulation, channel: Channel): void {
  channel.thread?.cancelAutoArchive();
  world.channels.delete(channel.id);
  guildOf(world, channel)?.channelIds.delete(channel.id);
  for (const webhook of world.webhooks.values()) {
    if (webhook.channelId === channel.id) world.webhooks.delete(webhook.id);
  }
}
