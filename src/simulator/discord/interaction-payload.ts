import type { InteractionStart } from './interactions.ts';
import type { Interaction, Json } from './model.ts';
import { rightsIn } from './rights.ts';
import { serializeInteractionChannel } from './serialize/channels.ts';
import { serializeMessage } from './serialize/messages.ts';
import { serializeMember, serializeUser } from './serialize/users.ts';
import type { Simulation } from './simulation.ts';
import { existing, guildOf } from './world.ts';

const CONTEXT_GUILD = 0;
const CONTEXT_BOT_DM = 1;

/** INTERACTION_CREATE needs no intent, and no right to view the channel. */
export function announceInteraction(simulation: Simulation, interaction: Interaction, start: InteractionStart): void {
  const body = interactionPayload(simulation, interaction, start);
  simulation.dispatch({ event: 'INTERACTION_CREATE', guildId: interaction.guildId, data: () => body });
}

function interactionPayload(simulation: Simulation, interaction: Interaction, start: InteractionStart): Json {
  const { world, applicationId, botUserId, settings } = simulation;
  const { channel } = start;
  const guild = guildOf(world, channel);
  const user = existing(world.users, interaction.userId);
  const member = guild && existing(guild.members, user.id);
  return {
    id: interaction.id,
    application_id: applicationId,
    type: interaction.type,
    token: interaction.token,
    version: 1,
    data: start.data,
    channel_id: channel.id,
    channel: serializeInteractionChannel(world, channel, user.id, botUserId),
    app_permissions: String(rightsIn(world, channel, botUserId)),
    locale: user.locale,
    entitlements: [],
    entitlement_sku_ids: [],
    authorizing_integration_owners: { 0: guild?.id ?? '0' },
    context: guild ? CONTEXT_GUILD : CONTEXT_BOT_DM,
    attachment_size_limit: settings.attachmentSizeLimit,
    ...(guild && member
      ? {
          guild_id: guild.id,
          guild: { id: guild.id, locale: guild.locale, features: [] },
          guild_locale: guild.locale,
          member: { ...serializeMember(member, user), permissions: String(rightsIn(world, channel, user.id)) },
        }
      : { user: serializeUser(user) }),
    ...(start.sourceMessage ? { message: serializeMessage(simulation, start.sourceMessage) } : {}),
  };
}
