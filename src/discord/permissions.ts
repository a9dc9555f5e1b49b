import { type BaseInteraction, type Message, PermissionFlagsBits } from 'discord.js';
import type { Person } from './bot.ts';

/** The person behind an interaction; Discord's own word on their rights in this channel comes with it. */
export function personOf(interaction: BaseInteraction): Person {
  const { member, user } = interaction;
  const nickname = member && ('displayName' in member ? member.displayName : member.nick);
  return {
    id: user.id,
    name: nickname ?? user.displayName,
    isModerator: interaction.memberPermissions?.has(PermissionFlagsBits.ManageMessages) ?? true,
    isAdmin: interaction.memberPermissions?.has(PermissionFlagsBits.ManageGuild) ?? false,
  };
}

export function authorOf(message: Message): { id: string; name: string } {
  return { id: message.author.id, name: message.member?.displayName ?? message.author.displayName };
}
