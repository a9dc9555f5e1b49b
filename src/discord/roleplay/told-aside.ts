import { type ChatInputCommandInteraction, MessageFlags } from 'discord.js';
import { UserError } from '../../core/errors.ts';

/** Where the answer for all stands already, a refusal must not take its place: it is told beside it, to its person alone. */
export async function toldAside<T>(
  interaction: Pick<ChatInputCommandInteraction, 'followUp'>,
  work: Promise<T>,
): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { message: content } = error;
    await interaction.followUp({ content, flags: MessageFlags.Ephemeral, allowedMentions: { parse: [] } });
    return undefined;
  }
}
