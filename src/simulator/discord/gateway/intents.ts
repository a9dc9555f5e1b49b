import type { Json } from '../model.ts';

export const Intent = {
  Guilds: 1 << 0,
  GuildMembers: 1 << 1,
  GuildWebhooks: 1 << 5,
  GuildPresences: 1 << 8,
  GuildMessages: 1 << 9,
  GuildMessageReactions: 1 << 10,
  GuildMessageTyping: 1 << 11,
  DirectMessages: 1 << 12,
  DirectMessageReactions: 1 << 13,
  DirectMessageTyping: 1 << 14,
  MessageContent: 1 << 15,
} as const;

/** Bits 0 to 16, 20, 21 (auto moderation), 24 and 25 (polls); any other is close code 4013. */
const KNOWN_INTENTS = 0x1ffff | (3 << 20) | (3 << 24);

export function areKnownIntents(intents: unknown): intents is number {
  return typeof intents === 'number' && Number.isInteger(intents) && intents >= 0 && (intents & ~KNOWN_INTENTS) === 0;
}

export interface GatewayDispatch {
  event: string;
  guildId: string | undefined;
  /** Built once for each session that gets it, since what it shows depends on the session's intents. */
  data: (intents: number) => Json;
  /** Needs these intents instead of the usual ones of the event; 0 for none. */
  onlyWith?: number | undefined;
}

/** The intent that an event needs, or 0 when it always comes. `onlyWith` of the dispatch overrides it. */
export function intentFor({ event, guildId, onlyWith }: GatewayDispatch): number {
  if (onlyWith !== undefined) return onlyWith;
  const inGuild = guildId !== undefined;
  if (event.startsWith('MESSAGE_REACTION_')) {
    return inGuild ? Intent.GuildMessageReactions : Intent.DirectMessageReactions;
  }
  if (event.startsWith('MESSAGE_')) return inGuild ? Intent.GuildMessages : Intent.DirectMessages;
  if (event === 'TYPING_START') return inGuild ? Intent.GuildMessageTyping : Intent.DirectMessageTyping;
  if (event.startsWith('GUILD_MEMBER_')) return Intent.GuildMembers;
  if (event === 'WEBHOOKS_UPDATE') return Intent.GuildWebhooks;
  if (event.startsWith('THREAD_') || event.startsWith('CHANNEL_') || event.startsWith('GUILD_')) return Intent.Guilds;
  return 0;
}
