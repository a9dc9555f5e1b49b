import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import { type Scene, sceneSchema } from './scene-record.ts';
import type { Store } from './store.ts';
import { createValues } from './values.ts';

export type { Scene, SceneNote, TimedEffect, TimedLore } from './scene-record.ts';

/** Both methods throw UserError ('unavailable') for a scene that a newer release wrote. */
export interface SceneStore {
  read(channelId: string): Promise<Scene | undefined>;
  /**
   * Writes what `change` makes of the scene, after every earlier update of the channel: `undefined` deletes it, the same
   * writes nothing. Both states are what `read` gives, and what `change` throws is thrown.
   *
   * @throws TypeError that names the field, if the scene is too large or could not be read back
   */
  update(
    channelId: string,
    change: (current: Scene | undefined) => Scene | undefined,
  ): Promise<{ before?: Scene | undefined; after?: Scene | undefined }>;
}

/** One writer per store. A scene that cannot be read is moved aside, named in the log and counts as none. */
export function createSceneStore(options: { store: Store; clock: Clock; logger: Logger }): SceneStore {
  const scenes = createValues({
    ...options,
    schema: sceneSchema,
    writtenByNewerRelease:
      'The scene here was written by a newer release of the bot. It opens again when the bot is updated.',
  });
  const keyOf = (channelId: string) => `scene:${channelId}`;
  return {
    read: (channelId) => scenes.read(keyOf(channelId)),
    update: (channelId, change) => scenes.update(keyOf(channelId), change),
  };
}
