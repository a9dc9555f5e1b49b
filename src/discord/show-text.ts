import { ComponentType, MessageFlags, type RepliableInteraction } from 'discord.js';
import { splitReply } from '../chat/split.ts';
import type { Row, Show, View, ViewFile } from './view.ts';

/** Puts a view in the place of an acknowledged interaction; all but its text goes below the end of the text. */
async function showView(interaction: RepliableInteraction, view: View, isPrivate: boolean) {
  const { text, rows = [], embeds = [], files = [] } = view;
  const split = splitReply(text);
  const parts = split.length === 0 && embeds.length + files.length > 0 ? [''] : split;
  for (const [index, content] of parts.entries()) {
    const isLast = index === parts.length - 1;
    const body = {
      content,
      components: isLast ? rows.filter(hasContent).map(toActionRow) : [],
      // Without these Discord would leave those of an earlier answer.
      embeds: isLast ? embeds : [],
      attachments: [],
      ...(isLast && files.length > 0 ? { files: files.map(toAttachment) } : {}),
      allowedMentions: { parse: [] },
    };
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
    const view = typeof shown === 'string' ? { text: shown } : shown;
    await showView(interaction, { ...view, rows: [...(view.rows ?? []), buttons] }, isPrivate);
  };
}

function hasContent(row: Row): boolean {
  return !Array.isArray(row) || row.length > 0;
}

/** A row as Discord's API takes it. */
export function toActionRow(row: Row) {
  const components = Array.isArray(row)
    ? row.map((button) => ({ type: ComponentType.Button as const, ...button }))
    : [toMenu(row)];
  return { type: ComponentType.ActionRow as const, components };
}

function toMenu(menu: Exclude<Row, unknown[]>) {
  if (!('kind' in menu)) return { type: ComponentType.StringSelect as const, ...menu };
  if (menu.kind === 'role') {
    const { kind: _, ...rest } = menu;
    return { type: ComponentType.RoleSelect as const, ...rest };
  }
  const { kind: _, ...rest } = menu;
  return { type: ComponentType.ChannelSelect as const, ...rest };
}

function toAttachment({ name, bytes, description }: ViewFile) {
  const attachment = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { name, attachment, ...(description === undefined ? {} : { description }) };
}
