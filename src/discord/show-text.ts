import {
  type APIButtonComponentWithCustomId,
  ComponentType,
  MessageFlags,
  type RepliableInteraction,
} from 'discord.js';
import { splitReply } from '../chat/split.ts';

export type TextButton = Omit<APIButtonComponentWithCustomId, 'type'>;

export function buttonRow(buttons: TextButton[]) {
  if (buttons.length === 0) return [];
  return [
    {
      type: ComponentType.ActionRow as const,
      components: buttons.map((button) => ({ type: ComponentType.Button as const, ...button })),
    },
  ];
}

/** Puts text of any length in the place of an acknowledged interaction; buttons go below its end. */
export async function showText(
  interaction: RepliableInteraction,
  text: string,
  { buttons = [], isPrivate }: { buttons?: TextButton[]; isPrivate: boolean },
): Promise<void> {
  const parts = splitReply(text);
  for (const [index, content] of parts.entries()) {
    const components = index === parts.length - 1 ? buttonRow(buttons) : [];
    const body = { content, components, allowedMentions: { parse: [] } };
    if (index === 0) await interaction.editReply(body);
    else await interaction.followUp({ ...body, ...(isPrivate ? { flags: MessageFlags.Ephemeral } : {}) });
  }
}
