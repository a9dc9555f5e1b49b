import { announce } from './announce.ts';
import type { Channel } from './model.ts';
import { serializeMember } from './serialize/users.ts';
import type { Simulation } from './simulation.ts';
import { existing, guildOf } from './world.ts';

/** Clients show somebody as typing for ten seconds, or until their message comes. */
const TYPING_SHOWN_MS = 10_000;

export function startTyping(simulation: Simulation, channel: Channel, userId: string): void {
  const { clock, world } = simulation;
  const untilAt = clock.now() + TYPING_SHOWN_MS;
  channel.typing.set(userId, untilAt);
  const guild = guildOf(world, channel);
  const member = guild?.members.get(userId);
  announce(simulation, channel, 'TYPING_START', () => ({
    channel_id: channel.id,
    user_id: userId,
    timestamp: Math.floor(clock.now() / 1_000),
    ...(guild ? { guild_id: guild.id } : {}),
    ...(member ? { member: serializeMember(member, existing(world.users, userId)) } : {}),
  }));
  simulation.events.emit(() => ({ type: 'typing', at: clock.now(), channelId: channel.id, userId, untilAt }));
}

export function typingIn(simulation: Simulation, channel: Channel): string[] {
  const now = simulation.clock.now();
  return [...channel.typing].filter(([, untilAt]) => untilAt > now).map(([userId]) => userId);
}
