import { ComponentType } from 'discord.js';
import type { ButtonContext } from '../button.ts';
import type { TextButton } from '../view.ts';
import type { ChangeView } from './choose.ts';

/** Tells the whole channel what a press on a private message changed. */
export async function announce(
  { interaction, acknowledged }: Pick<ButtonContext, 'interaction' | 'acknowledged'>,
  { text, rows = [], isChanged }: ChangeView,
): Promise<void> {
  if (!isChanged) return;
  await acknowledged;
  const components = rows
    .filter((row): row is TextButton[] => Array.isArray(row) && row.length > 0)
    .map((row) => ({
      type: ComponentType.ActionRow as const,
      components: row.map((button) => ({ type: ComponentType.Button as const, ...button })),
    }));
  await interaction.followUp({ content: text, components, allowedMentions: { parse: [] } });
}
