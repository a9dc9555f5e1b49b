import { ComponentType, MessageFlags, type RepliableInteraction } from 'discord.js';
import { splitReply } from '../chat/split.ts';
import type { Row, Show, View } from './view.ts';

/** Puts a view in the place of an acknowledged interaction; its rows go below the end of the text. */
async function showView(interaction: RepliableInteraction, { text, rows = [] }: View, isPrivate: boolean) {
  const parts = splitReply(text);
  for (const [index, content] of parts.entries()) {
    const components = index === parts.length - 1 ? rows.filter(hasContent).map(toActionRow) : [];
    const body = { content, components, allowedMentions: { parse: [] } };
    if (index === 0) await interaction.editReply(body);
    else await interaction.followUp({ ...body, ...(isPrivate ? { flags: MessageFlags.Ephemeral } : {}) });
  }
}

/** How an interaction's action shows its answer, as soon as Discord has the acknowledgement. */
export function createShow(
  interaction: RepliableInteraction,
  { acknowledged, isPrivate }: { acknowledged: Promise<unknown>; isPrivate: boolean },
): Show {
  return async (shown, buttons = []) => {
    await acknowledged;
    const { text, rows = [] } = typeof shown === 'string' ? { text: shown } : shown;
    await showView(interaction, { text, rows: [...rows, buttons] }, isPrivate);
  };
}

function hasContent(row: Row): boolean {
  return !Array.isArray(row) || row.length > 0;
}

function toActionRow(row: Row) {
  return {
    type: ComponentType.ActionRow as const,
    components: Array.isArray(row)
      ? row.map((button) => ({ type: ComponentType.Button as const, ...button }))
      : [{ type: ComponentType.StringSelect as const, ...row }],
  };
}
