import type { BaseInteraction, Message } from 'discord.js';
import type { Place } from '../chat/choices.ts';

type Located = Pick<BaseInteraction | Message, 'guildId' | 'channel'> & { channelId: string };

/** Where something happened. Discord sends the channel with each interaction, so a thread's parent is known without a request. */
export function placeOf({ guildId, channelId, channel }: Located): Place {
  const thread = channel?.isThread() ? channel : undefined;
  const restricted = thread ? thread.parent : channel;
  const isAgeRestricted = restricted !== null && restricted !== undefined && 'nsfw' in restricted && restricted.nsfw;
  return {
    channelId,
    ...(thread?.parentId ? { parentId: thread.parentId } : {}),
    ...(guildId ? { guildId } : {}),
    ...(isAgeRestricted ? { isAgeRestricted } : {}),
  };
}
