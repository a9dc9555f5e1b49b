import {
  Client,
  DiscordAPIError,
  GatewayIntentBits,
  Options,
  Partials,
  REST,
  type RESTGetCurrentApplicationResult,
  Routes,
} from 'discord.js';
import { StartError } from '../core/errors.ts';

export interface DiscordOptions {
  apiUrl: string;
  token: string;
}

// A handler is kept for the token of every interaction, which is of no use after 15 minutes and mostly after seconds.
const HANDLER_SWEEP_INTERVAL_MS = 120_000;
// Enough for those who talk; everybody else comes with their messages and interactions.
const MAX_CACHED_MEMBERS = 200;

// GATEWAY_MESSAGE_CONTENT and GATEWAY_MESSAGE_CONTENT_LIMITED: without one of them the gateway closes with 4014.
const MESSAGE_CONTENT_FLAGS = (1 << 18) | (1 << 19);

/** REST clients for the bot's own routes and for those of interactions, which Discord exempts from its global limit. */
export function createRest({ apiUrl, token }: DiscordOptions): { rest: REST; interactionRest: REST } {
  // A stand-in for Discord on this machine also keeps its pictures.
  const { protocol, origin } = new URL(apiUrl);
  const pictures = protocol === 'http:' ? { cdn: origin } : {};
  const options = { api: apiUrl, ...pictures, handlerSweepInterval: HANDLER_SWEEP_INTERVAL_MS };
  return {
    rest: new REST(options).setToken(token),
    interactionRest: new REST({ ...options, globalRequestsPerSecond: Number.POSITIVE_INFINITY }),
  };
}

/**
 * Asks Discord who the bot is and what it may see.
 *
 * @throws StartError when the token is wrong or Discord cannot be reached.
 */
export async function readApplication(rest: REST): Promise<{ id: string; name: string; canReadMessages: boolean }> {
  try {
    const { id, name, flags } = (await rest.get(Routes.currentApplication())) as RESTGetCurrentApplicationResult;
    return { id, name, canReadMessages: ((flags ?? 0) & MESSAGE_CONTENT_FLAGS) !== 0 };
  } catch (error) {
    if (error instanceof DiscordAPIError && error.status === 401) {
      throw new StartError(
        'Discord does not accept DISCORD_TOKEN. Make a new one in the developer portal: your application > Bot > Reset Token.',
      );
    }
    throw new StartError(
      `Discord could not be reached (${error instanceof Error ? error.message : String(error)}). ` +
        'Check the network connection and DISCORD_API_URL.',
    );
  }
}

export function createClient({ apiUrl, canReadMessages }: { apiUrl: string; canReadMessages: boolean }): Client {
  return new Client({
    intents: [
      GatewayIntentBits.Guilds,
      GatewayIntentBits.GuildMessages,
      GatewayIntentBits.DirectMessages,
      ...(canReadMessages ? [GatewayIntentBits.MessageContent] : []),
    ],
    partials: [Partials.Channel, Partials.Message],
    allowedMentions: { parse: [], repliedUser: false },
    // It answers interactions, which are exempt; the bot's own routes go through the client made above.
    rest: {
      api: apiUrl,
      handlerSweepInterval: HANDLER_SWEEP_INTERVAL_MS,
      globalRequestsPerSecond: Number.POSITIVE_INFINITY,
    },
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      ApplicationCommandManager: 0,
      ApplicationEmojiManager: 0,
      AutoModerationRuleManager: 0,
      GuildBanManager: 0,
      GuildEmojiManager: 0,
      GuildInviteManager: 0,
      GuildScheduledEventManager: 0,
      GuildStickerManager: 0,
      GuildMemberManager: {
        maxSize: MAX_CACHED_MEMBERS,
        keepOverLimit: (member) => member.id === member.client.user.id,
      },
      MessageManager: 0,
      PresenceManager: 0,
      ReactionManager: 0,
      ReactionUserManager: 0,
      StageInstanceManager: 0,
      ThreadMemberManager: 0,
      UserManager: { maxSize: MAX_CACHED_MEMBERS, keepOverLimit: (user) => user.id === user.client.user.id },
      VoiceStateManager: 0,
    }),
  });
}
