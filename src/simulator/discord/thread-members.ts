import { announce } from './announce.ts';
import { Intent } from './gateway/intents.ts';
import { type Channel, ChannelType } from './model.ts';
import { serializeChannel, serializeThreadMember } from './serialize/channels.ts';
import type { Simulation } from './simulation.ts';
import { guildOf } from './world.ts';

/** Writing in a thread and being mentioned there both make somebody a member of it. */
export function addThreadMember(simulation: Simulation, channel: Channel, userId: string): void {
  const guild = guildOf(simulation.world, channel);
  if (!channel.thread || channel.thread.members.has(userId) || guild?.members.has(userId) !== true) return;
  channel.thread.members.set(userId, simulation.clock.now());
  if (userId === simulation.botUserId && channel.type === ChannelType.PrivateThread) {
    announce(simulation, channel, 'THREAD_CREATE', () =>
      serializeChannel(simulation.world, channel, simulation.botUserId),
    );
  }
  announceMembers(simulation, channel, { added: [userId], removed: [] });
}

export function removeThreadMember(simulation: Simulation, channel: Channel, userId: string): void {
  if (!channel.thread?.members.delete(userId)) return;
  announceMembers(simulation, channel, { added: [], removed: [userId] });
}

/** Needs the members intent, except for the bot's own coming and going. */
function announceMembers(
  simulation: Simulation,
  channel: Channel,
  change: { added: string[]; removed: string[] },
): void {
  const concernsBot = [...change.added, ...change.removed].includes(simulation.botUserId);
  const guild = guildOf(simulation.world, channel);
  if (!guild) return;
  simulation.dispatch({
    event: 'THREAD_MEMBERS_UPDATE',
    guildId: guild.id,
    onlyWith: concernsBot ? Intent.Guilds : Intent.GuildMembers,
    data: () => ({
      id: channel.id,
      guild_id: guild.id,
      member_count: channel.thread?.members.size ?? 0,
      added_members: change.added.map((id) => serializeThreadMember(channel, id)),
      removed_member_ids: change.removed,
    }),
  });
}
