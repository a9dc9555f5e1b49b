import { DiscordAPIError, MessageFlags, type RepliableInteraction } from 'discord.js';
import type { Logger } from '../core/logger.ts';
import { describeError } from '../core/report.ts';

// Discord's codes for an interaction that can no longer be answered, and for a message or channel that is gone or closed.
const GONE_CODES = new Set<number | string>([10_003, 10_008, 10_015, 10_062, 50_001, 50_013, 50_027]);

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
    /** How the interaction was acknowledged: an update has its message taken, so the error is a private message beside it. */
    answers: 'reply' | 'update';
    acknowledged: Promise<unknown>;
    logger: Logger;
  },
): Promise<void> {
  try {
    await acknowledged;
    const content = describeError(error, logger);
    const body = { content, allowedMentions: { parse: [] } };
    if (answers === 'reply') await interaction.editReply({ ...body, components: [] });
    else await interaction.followUp({ ...body, flags: MessageFlags.Ephemeral });
  } catch (failure) {
    logger.warn({ err: failure, cause: String(error) }, 'an error could not be shown to the person');
  }
}
