import type { ScenePrompts } from './scene-prompt.ts';

/** Opened when the first persona speaks: many bots have none, and macros and lore take memory. */
export function createLateScenePrompts(open: () => Promise<ScenePrompts>): ScenePrompts {
  let opened: Promise<ScenePrompts> | undefined;
  const get = () => (opened ??= open());
  return {
    prepare: async (request) => (await get()).prepare(request),
    expand: async (request, texts) => (await get()).expand(request, texts),
  };
}
