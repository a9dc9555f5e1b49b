import { Permission } from './judge/permissions.ts';
import type { Channel } from './model.ts';
import { refuse } from './rest/failure.ts';
import { may } from './rights.ts';
import type { Simulation } from './simulation.ts';

// What follows is topics/threads of discord-api-docs. A webhook (no user id) has no rights, and so no way around a lock.

/** A message wakes an archived thread; a locked one takes none but from those who manage threads. */
export function requireOpenForMessages(simulation: Simulation, channel: Channel, userId: string | undefined): void {
  if (isShut(simulation, channel, userId)) throw refuse('threadLocked');
}

/** In an archived thread nothing changes. */
export function requireOpenForEdits(simulation: Simulation, channel: Channel, userId: string | undefined): void {
  if (channel.thread?.archived === true) throw refuse('threadArchived');
  requireOpenForMessages(simulation, channel, userId);
}

/** Messages may still be deleted from an archived thread, unless it is locked as well. */
export function requireOpenForDeletions(simulation: Simulation, channel: Channel, userId: string | undefined): void {
  if (channel.thread?.archived === true) requireOpenForMessages(simulation, channel, userId);
}

function isShut({ world }: Simulation, channel: Channel, userId: string | undefined): boolean {
  if (channel.thread?.locked !== true) return false;
  return userId === undefined || !may(world, channel, userId, Permission.ManageThreads);
}
