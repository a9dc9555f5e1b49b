import { announce, emitMessage } from './announce.ts';
import type { Message, Reaction } from './model.ts';
import { refuse } from './rest/failure.ts';
import { serializeEmoji } from './serialize/messages.ts';
import { serializeMember } from './serialize/users.ts';
import type { Simulation } from './simulation.ts';
import { existing, guildOf } from './world.ts';

const CUSTOM_EMOJI = /^(?:a:)?(\w{2,32}):(\d{17,20})$/;
const UNICODE_EMOJI = /^(?:\p{RGI_Emoji}|[\p{Emoji}--[0-9#*]])$/v;

/** Reads `😀` or `name:id`; throws 10014 for anything else. */
export function parseEmoji(text: string): Reaction['emoji'] {
  const custom = CUSTOM_EMOJI.exec(text);
  if (custom) return { id: custom[2] ?? null, name: custom[1] ?? '' };
  if (!UNICODE_EMOJI.test(text)) throw refuse('unknownEmoji');
  return { id: null, name: text };
}

export const reactionKey = ({ id, name }: Reaction['emoji']): string => id ?? name;

export function addReaction(simulation: Simulation, message: Message, emoji: Reaction['emoji'], userId: string): void {
  const reaction = message.reactions.get(reactionKey(emoji)) ?? { emoji, userIds: new Set<string>() };
  if (reaction.userIds.has(userId)) return;
  reaction.userIds.add(userId);
  message.reactions.set(reactionKey(emoji), reaction);
  announceReaction(simulation, 'MESSAGE_REACTION_ADD', message, emoji, userId);
}

export function removeReaction(
  simulation: Simulation,
  message: Message,
  emoji: Reaction['emoji'],
  userId: string,
): void {
  const reaction = message.reactions.get(reactionKey(emoji));
  if (!reaction?.userIds.delete(userId)) return;
  if (reaction.userIds.size === 0) message.reactions.delete(reactionKey(emoji));
  announceReaction(simulation, 'MESSAGE_REACTION_REMOVE', message, emoji, userId);
}

export function removeAllReactions(
  simulation: Simulation,
  message: Message,
  emoji: Reaction['emoji'] | undefined,
): void {
  const channel = existing(simulation.world.channels, message.channelId);
  if (emoji) message.reactions.delete(reactionKey(emoji));
  else message.reactions.clear();
  announce(simulation, channel, emoji ? 'MESSAGE_REACTION_REMOVE_EMOJI' : 'MESSAGE_REACTION_REMOVE_ALL', () => ({
    channel_id: channel.id,
    message_id: message.id,
    ...(channel.guildId === undefined ? {} : { guild_id: channel.guildId }),
    ...(emoji ? { emoji: serializeEmoji(emoji) } : {}),
  }));
  emitMessage(simulation, 'reaction', message);
}

function announceReaction(
  simulation: Simulation,
  event: string,
  message: Message,
  emoji: Reaction['emoji'],
  userId: string,
): void {
  const { world } = simulation;
  const channel = existing(world.channels, message.channelId);
  const member = guildOf(world, channel)?.members.get(userId);
  const isAdd = event === 'MESSAGE_REACTION_ADD';
  announce(simulation, channel, event, () => ({
    user_id: userId,
    channel_id: channel.id,
    message_id: message.id,
    emoji: serializeEmoji(emoji),
    burst: false,
    type: 0,
    ...(channel.guildId === undefined ? {} : { guild_id: channel.guildId }),
    ...(isAdd ? { message_author_id: message.authorId } : {}),
    ...(isAdd && member ? { member: serializeMember(member, existing(world.users, userId)) } : {}),
  }));
  emitMessage(simulation, 'reaction', message);
}
