import { DiscordAPIError, MessageFlags, type RepliableInteraction } from 'discord.js';
import { UserError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { describeError } from '../core/report.ts';
import { answerPrivately } from './answer-privately.ts';

// Discord's codes for an interaction that can no longer be answered, and for a message, channel or thread that is gone or closed.
const GONE_CODES = new Set<number | string>([10_003, 10_008, 10_015, 10_062, 50_001, 50_013, 50_027, 50_083, 160_005]);

/** True if Discord says that there is no place (any more) where the answer could be shown. */
export function isGone(error: unknown): boolean {
  return error instanceof DiscordAPIError && GONE_CODES.has(error.code);
}

/** Says what went wrong in the place where the answer would have been. Never throws. */
export async function reportError(
  error: unknown,
  {
    interaction,
    answers,
    acknowledged,
    logger,
  }: {
    interaction: RepliableInteraction;
    /**
     * How the interaction is answered. An update has its message taken and a modal may stand before the channel, so the
     * error is a private message beside it.
     */
    answers: 'reply' | 'public reply' | 'update' | 'modal';
    /** Settled for a modal, before which nothing is acknowledged. */
    acknowledged: Promise<unknown>;
    logger: Logger;
  },
): Promise<void> {
  try {
    await acknowledged;
    const content = describeError(error, logger);
    const body = { content, allowedMentions: { parse: [] } };
    // A refusal is nobody else's business; a fault is, because it concerns the next question of anyone.
    if (answers === 'public reply' && error instanceof UserError) await answerPrivately(interaction, content);
    else if (answers === 'reply' || answers === 'public reply')
      await interaction.editReply({ ...body, components: [] });
    else if (answers === 'modal' && !interaction.replied)
      await interaction.reply({ ...body, flags: MessageFlags.Ephemeral });
    else await interaction.followUp({ ...body, flags: MessageFlags.Ephemeral });
  } catch (failure) {
    logger.warn({ err: failure, cause: String(error) }, 'an error could not be shown to the person');
  }
}
