import { Permission } from '../judge/permissions.ts';
import type { Channel, Json } from '../model.ts';
import { may } from '../rights.ts';
import type { Simulation } from '../simulation.ts';
import { announceThread, scheduleAutoArchive } from '../thread-activity.ts';
import { refuse } from './failure.ts';

/**
 * Who may change what of a thread (discord-api-docs, topics/threads): its owner and those with MANAGE_THREADS everything
 * but the lock, which needs MANAGE_THREADS; anybody who may write may unarchive one that is not locked. An archived
 * thread takes no other change unless the same request unarchives it.
 */
export function editThread(simulation: Simulation, channel: Channel, body: Json): void {
  const { thread } = channel;
  if (!thread) throw refuse('wrongChannelType');
  const { world, botUserId, clock } = simulation;
  const manages = may(world, channel, botUserId, Permission.ManageThreads);
  const writes = may(world, channel, botUserId, Permission.SendMessagesInThreads);
  const unarchives = thread.archived && body.archived === false;
  const onlyUnarchives = unarchives && Object.keys(body).length === 1;
  if (!manages) {
    if (thread.locked || 'locked' in body || !writes) throw refuse('missingPermissions');
    if (thread.ownerId !== botUserId && !onlyUnarchives) throw refuse('missingPermissions');
  }
  if (thread.archived && !unarchives) throw refuse('threadArchived');
  if (typeof body.name === 'string') channel.name = body.name;
  if (typeof body.rate_limit_per_user === 'number') channel.slowModeSeconds = body.rate_limit_per_user;
  if (typeof body.auto_archive_duration === 'number') thread.autoArchiveMinutes = body.auto_archive_duration;
  if (typeof body.invitable === 'boolean') thread.invitable = body.invitable;
  if (typeof body.locked === 'boolean') thread.locked = body.locked;
  if (Array.isArray(body.applied_tags)) thread.appliedTags = body.applied_tags.map(String);
  if (typeof body.archived === 'boolean' && body.archived !== thread.archived) {
    thread.archived = body.archived;
    thread.archiveChangedAt = clock.now();
  }
  scheduleAutoArchive(simulation, channel);
  announceThread(simulation, channel, { isOpened: unarchives });
}
