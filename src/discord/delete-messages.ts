import { DiscordAPIError, type REST, RESTJSONErrorCodes, Routes } from 'discord.js';

/** Deletes messages of the bot; those that are gone already count as deleted. */
export async function deleteMessages(rest: REST, channelId: string, messageIds: string[]): Promise<void> {
  for (const id of messageIds) {
    try {
      await rest.delete(Routes.channelMessage(channelId, id));
    } catch (error) {
      if (!(error instanceof DiscordAPIError && error.code === RESTJSONErrorCodes.UnknownMessage)) throw error;
    }
  }
}
