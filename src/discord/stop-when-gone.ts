import { PlaceGone } from '../chat/place-gone.ts';
import type { ReplyTarget } from '../chat/reply-target.ts';
import { isGone } from './report-error.ts';

/**
 * Ends a reply as soon as Discord says that there is no place for it (any more): nobody could read the rest. What its
 * methods then throw is a `PlaceGone`.
 */
export function stopWhenGone(target: ReplyTarget, stop: () => void): ReplyTarget {
  async function attempt(send: () => Promise<void>): Promise<void> {
    try {
      await send();
    } catch (error) {
      if (!isGone(error)) throw error;
      stop();
      throw new PlaceGone(error);
    }
  }

  return {
    ...target,
    create: (index, part) => attempt(() => target.create(index, part)),
    edit: (index, part) => attempt(() => target.edit(index, part)),
    remove: (index) => attempt(() => target.remove(index)),
  };
}
