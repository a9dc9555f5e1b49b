import type { Guild, Json } from '../model.ts';
import { canView } from '../rights.ts';
import { channelsOf, existing, type World } from '../world.ts';
import { serializeForGateway } from './channels.ts';
import { iso, serializeMember, serializeRole } from './users.ts';

const LARGE_GUILD_MEMBERS = 50;

export function serializeGuild(guild: Guild, botUserId: string): Json {
  return {
    id: guild.id,
    name: guild.name,
    owner_id: guild.ownerId,
    icon: null,
    icon_hash: null,
    splash: null,
    discovery_splash: null,
    banner: null,
    description: null,
    home_header: null,
    region: 'deprecated',
    afk_channel_id: null,
    afk_timeout: 300,
    widget_enabled: false,
    widget_channel_id: null,
    verification_level: 1,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    mfa_level: 0,
    nsfw: guild.nsfwLevel === 1 || guild.nsfwLevel === 3,
    nsfw_level: guild.nsfwLevel,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    public_updates_channel_id: null,
    safety_alerts_channel_id: null,
    max_presences: null,
    max_members: 500_000,
    max_stage_video_channel_users: 50,
    max_video_channel_users: 25,
    vanity_url_code: null,
    premium_tier: 0,
    premium_subscription_count: 0,
    premium_progress_bar_enabled: false,
    preferred_locale: guild.locale,
    hub_type: null,
    latest_onboarding_question_id: null,
    incidents_data: null,
    features: [],
    emojis: [],
    stickers: [],
    roles: [...guild.roles.values()].map((role) => serializeRole(role, guild, botUserId)),
  };
}

export function serializeGuildCreate(world: World, guild: Guild, botUserId: string): Json {
  const channels = channelsOf(world, guild);
  const bot = existing(guild.members, botUserId);
  return {
    ...serializeGuild(guild, botUserId),
    joined_at: iso(guild.joinedAt),
    large: guild.members.size > LARGE_GUILD_MEMBERS,
    unavailable: false,
    geo_restricted: false,
    member_count: guild.members.size,
    // Without the presence intent Discord sends the bot's own member only.
    members: [serializeMember(bot, existing(world.users, botUserId))],
    channels: channels
      .filter((channel) => !channel.thread)
      .map((channel) => serializeForGateway(world, channel, botUserId)),
    threads: channels
      .filter((channel) => channel.thread && !channel.thread.archived && canView(world, channel, botUserId))
      .map((channel) => serializeForGateway(world, channel, botUserId)),
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}
