import { MessageFlags, type RepliableInteraction } from 'discord.js';

/**
 * Answers an interaction that was acknowledged for everybody so that only its person sees it. Discord settles with the
 * acknowledgement who sees the answer, and takes the first follow-up for that answer unless it was edited before. So the
 * answer is filled in, said again in private, and taken away; if Discord refuses one of these, it stands there for all.
 * (Taken away first, there would be nothing to stand: follow-ups were refused then, discord-api-docs issue 2739.) In direct
 * messages nobody else could see it.
 */
export async function answerPrivately(interaction: RepliableInteraction, content: string): Promise<void> {
  const body = { content, components: [], allowedMentions: { parse: [] } };
  await interaction.editReply(body);
  if (interaction.guildId === null) return;
  await interaction.followUp({ ...body, flags: MessageFlags.Ephemeral });
  await interaction.deleteReply();
}
