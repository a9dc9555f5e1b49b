import type { Channel, Guild, Message } from '../model.ts';
import { canView, requireRights } from '../rights.ts';
import type { Simulation } from '../simulation.ts';
import { invalidForm, refuse } from './failure.ts';
import type { RestRequest } from './router.ts';

/** The channel of a bot-token route, which the bot must be able to view. */
export function viewableChannel(simulation: Simulation, id: string | undefined): Channel {
  const channel = simulation.world.channels.get(id ?? '');
  if (!channel) throw refuse('unknownChannel');
  requireRights(simulation.world, channel, simulation.botUserId);
  return channel;
}

/** Ephemeral messages do not exist for bot-token routes. */
export function publicMessage(channel: Channel, id: string | undefined): Message {
  const message = channel.messages.get(id ?? '');
  if (!message || message.ephemeralFor !== undefined) throw refuse('unknownMessage');
  return message;
}

export function channelAndMessage(
  simulation: Simulation,
  { params }: RestRequest,
): { channel: Channel; message: Message } {
  const channel = viewableChannel(simulation, params.channel);
  return { channel, message: publicMessage(channel, params.message) };
}

/** A guild that the bot is not in answers as unknown. */
export function joinedGuild(simulation: Simulation, id: string | undefined): Guild {
  const guild = simulation.world.guilds.get(id ?? '');
  if (!guild?.members.has(simulation.botUserId)) throw refuse('unknownGuild');
  return guild;
}

export function isVisible(simulation: Simulation, channel: Channel): boolean {
  return canView(simulation.world, channel, simulation.botUserId);
}

/** A `limit` query between `min` and `max`. */
export function limitOf(query: URLSearchParams, { fallback, max }: { fallback: number; max: number }): number {
  const asked = query.get('limit');
  if (asked === null) return fallback;
  const limit = Number(asked);
  if (Number.isInteger(limit) && limit >= 1 && limit <= max) return limit;
  throw invalidForm(['limit'], 'NUMBER_TYPE_RANGE', `int value should be between 1 and ${max}.`);
}
