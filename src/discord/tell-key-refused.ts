import { type APIChannel, type REST, Routes } from 'discord.js';
import type { UpstreamsOptions } from '../chat/upstreams.ts';
import type { Logger } from '../core/logger.ts';

/** Writes to whoever entered a server's API key that the API refuses it. Their direct messages may be closed: `/settings` shows it as well. */
export function createTellKeyRefused({ rest, logger }: { rest: REST; logger: Logger }): UpstreamsOptions['onRefused'] {
  async function tell(guildId: string, personId: string, content: string): Promise<void> {
    try {
      const channel = (await rest.post(Routes.userChannels(), { body: { recipient_id: personId } })) as APIChannel;
      await rest.post(Routes.channelMessages(channel.id), { body: { content, allowed_mentions: { parse: [] } } });
    } catch (error) {
      logger.warn({ err: error, guildId }, 'an admin could not be told that the API refuses their server’s key');
    }
  }

  return (guildId, { hint, by }) => {
    const content =
      `The API refuses the key ending in …${hint}, which you entered for the server https://discord.com/channels/${guildId}. ` +
      'Its questions cannot be answered until the key works again. The key was kept, because an outage of the API looks just the same; ' +
      'if it lasts, enter a new one there with `/settings` → API key.';
    void tell(guildId, by.id, content);
  };
}
