import { MessageFlags, type REST, Routes } from 'discord.js';
import { clip } from '../core/text.ts';
import type { History } from '../storage/history.ts';
import { toComponents } from './controls.ts';
import { readPlace } from './place.ts';

const SHOWN_LENGTH = 200;

/**
 * Tells a person of their private questions that a crash broke off and that could not be reached afterwards, with a
 * button that has them answered again. Each is told once.
 */
export async function tellInterrupted({
  history,
  conversationId,
  rest,
  applicationId,
  token,
}: {
  history: History;
  conversationId: string;
  /** For the routes of interactions. */
  rest: REST;
  applicationId: string;
  token: string;
}): Promise<void> {
  const { inFlight } = await history.summary(conversationId);
  for (const { replyId, userMessageId, place } of inFlight) {
    if (!readPlace(place)?.isInterrupted) continue;
    const turn = await history.find(conversationId, userMessageId);
    if (turn) {
      const question = clip(turn.user.content.replaceAll(/\s+/g, ' '), SHOWN_LENGTH);
      await rest.post(Routes.webhook(applicationId, token), {
        auth: false,
        body: {
          content: `An earlier question of yours was interrupted by a restart of the bot:\n> ${question}`,
          components: toComponents([{ action: 'retry', id: userMessageId }]),
          flags: MessageFlags.Ephemeral,
          allowed_mentions: { parse: [] },
        },
      });
    }
    await history.endTurn(conversationId, replyId);
  }
}
