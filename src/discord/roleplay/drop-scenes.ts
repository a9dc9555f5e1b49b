import { type Client, Events } from 'discord.js';
import type { Logger } from '../../core/logger.ts';
import type { SceneStore } from '../../storage/scenes.ts';

/**
 * Forgets the roleplays of channels and threads that were deleted; what was said in them stays in the history. A thread
 * that Discord had archived before the bot started is not known to it, and its scene stays without harm.
 */
export function dropScenesOfDeleted(options: { client: Client; scenes: SceneStore; logger: Logger }): void {
  const { client, scenes, logger } = options;

  async function drop(channelIds: readonly string[]): Promise<void> {
    for (const channelId of channelIds) {
      try {
        await scenes.update(channelId, () => undefined);
      } catch (error) {
        logger.warn({ err: error, channelId }, 'the roleplay of a deleted channel could not be dropped');
      }
    }
  }

  client.on(Events.ThreadDelete, ({ id }) => void drop([id]));
  client.on(Events.ChannelDelete, (channel) => {
    const threadIds = 'threads' in channel ? [...channel.threads.cache.keys()] : [];
    void drop([channel.id, ...threadIds]);
  });
}
