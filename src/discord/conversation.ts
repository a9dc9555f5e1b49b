import type { ButtonInteraction } from 'discord.js';

/** The conversation that a person has by private questions, wherever they ask them. */
export function privateConversation(personId: string): string {
  return `private:${personId}`;
}

/** The conversation that a button's message belongs to: Discord vouches for the channel and for who sees the message. */
export function conversationOf(interaction: ButtonInteraction): string {
  return isEphemeral(interaction) ? privateConversation(interaction.user.id) : interaction.channelId;
}

export function isEphemeral(interaction: ButtonInteraction): boolean {
  return interaction.message.flags.has('Ephemeral');
}
