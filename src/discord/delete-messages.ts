import { type REST, Routes } from 'discord.js';
import { isGone } from './report-error.ts';

/** Deletes messages of the bot. Those that are gone, or stand where the bot may not look, are left as they are. */
export async function deleteMessages(rest: REST, channelId: string, messageIds: readonly string[]): Promise<void> {
  for (const id of messageIds) {
    try {
      await rest.delete(Routes.channelMessage(channelId, id));
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
}
