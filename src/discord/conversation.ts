import { type BaseInteraction, PermissionFlagsBits } from 'discord.js';
import type { ComponentInteraction } from './button.ts';

/** The conversation that a person has by private questions, wherever they ask them. */
export function privateConversation(personId: string): string {
  return `private:${personId}`;
}

/** The conversation that a component's message belongs to: Discord vouches for the channel and for who sees the message. */
export function conversationOf(interaction: Located): string {
  return isEphemeral(interaction) ? privateConversation(interaction.user.id) : interaction.channelId;
}

export function isEphemeral({ message }: Pick<ComponentInteraction, 'message'>): boolean {
  return message?.flags.has('Ephemeral') ?? false;
}

/** The bot's own account cannot change a message that it cannot look at; the press of a button below can. */
export function isReachedByPressOnly(
  interaction: Pick<ComponentInteraction, 'message'> & Pick<BaseInteraction, 'appPermissions'>,
): boolean {
  return isEphemeral(interaction) || !(interaction.appPermissions?.has(PermissionFlagsBits.ViewChannel) ?? true);
}

type Located = Pick<ComponentInteraction, 'message' | 'user'> & { channelId: string };
