import { announce } from './announce.ts';
import type { Channel } from './model.ts';
import { serializeChannel, serializeThreadMember } from './serialize/channels.ts';
import type { Simulation } from './simulation.ts';

const MINUTE_MS = 60_000;

/** A new message wakes an archived thread (locked ones were refused before) and puts its archiving off. */
export function noteThreadActivity(simulation: Simulation, channel: Channel, { counts }: { counts: boolean }): void {
  const { thread } = channel;
  if (!thread) return;
  if (counts) {
    thread.messageCount += 1;
    thread.totalMessagesSent += 1;
  }
  if (thread.archived) setArchived(simulation, channel, false);
  else scheduleAutoArchive(simulation, channel);
}

export function setArchived(simulation: Simulation, channel: Channel, archived: boolean): void {
  const { thread } = channel;
  if (!thread) return;
  const isOpened = thread.archived && !archived;
  thread.archived = archived;
  thread.archiveChangedAt = simulation.clock.now();
  scheduleAutoArchive(simulation, channel);
  announceThread(simulation, channel, { isOpened });
}

export function scheduleAutoArchive(simulation: Simulation, channel: Channel): void {
  const { thread } = channel;
  thread?.cancelAutoArchive();
  if (!thread || thread.archived) return;
  thread.cancelAutoArchive = simulation.clock.setTimeout(
    () => setArchived(simulation, channel, true),
    thread.autoArchiveMinutes * MINUTE_MS,
  );
}

/**
 * THREAD_UPDATE to the bot, and to those who watch. The bot may have forgotten an archived thread, so that it is told
 * of its own membership when one is opened.
 */
export function announceThread(simulation: Simulation, channel: Channel, { isOpened }: { isOpened: boolean }): void {
  announce(simulation, channel, 'THREAD_UPDATE', () =>
    serializeChannel(simulation.world, channel, simulation.botUserId),
  );
  if (isOpened && channel.thread?.members.has(simulation.botUserId) === true) {
    announce(simulation, channel, 'THREAD_MEMBER_UPDATE', () => ({
      ...serializeThreadMember(channel, simulation.botUserId),
      guild_id: channel.guildId,
    }));
  }
  simulation.events.emit(() => ({
    type: 'thread-updated',
    at: simulation.clock.now(),
    channelId: channel.id,
    parentId: channel.parentId,
    name: channel.name ?? '',
  }));
}
