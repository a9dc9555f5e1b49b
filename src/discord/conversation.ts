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

type Located = Pick<ComponentInteraction, 'message' | 'user'> & { channelId: string };
