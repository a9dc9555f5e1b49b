import { newestTimed } from '../core/scene-bounds.ts';
import { boundedVariables } from '../prompt/macros/variables.ts';
import type { Scene, TimedEffect } from '../storage/scenes.ts';
import type { SceneCounts } from './scene-counts.ts';

/** What lore and macros keep of a scene between its turns. */
export type SceneState = Required<{ [Key in 'timed' | 'variables']: NonNullable<Scene[Key]> }>;

/** What a turn saw, and what it made of it. */
export interface SceneChanges {
  before: SceneState;
  after: SceneState;
}

export function stateOf(scene: Scene | undefined): SceneState {
  const { timed = { sticky: {}, cooldown: {}, matched: [] }, variables = {} } = scene ?? {};
  return { timed, variables };
}

/** What a turn makes of the effects. Turns that were answered later have gone on with them as they were. */
export function timedAfter(
  before: SceneState['timed'],
  after: SceneState['timed'],
  { isNewest, isAnswered }: Pick<SceneCounts, 'isNewest' | 'isAnswered'>,
): SceneState['timed'] {
  if (isNewest) return after;
  if (isAnswered) return before;
  // Others have asked meanwhile: what runs by their count is not over by this one's.
  return {
    sticky: { ...after.sticky, ...before.sticky },
    cooldown: { ...after.cooldown, ...before.cooldown },
    matched: after.matched,
  };
}

/**
 * The state as it is now with what one turn has changed: others may have changed it since that turn saw it. What they
 * left alone goes as the turn says, and within the bounds of the store the newest effects and the oldest variables stay.
 */
export function withChanges(current: SceneState, { before, after }: SceneChanges): SceneState {
  const effects = (kind: 'sticky' | 'cooldown') => {
    const { ended, started } = differences(before.timed[kind], after.timed[kind], isSameEffect);
    const now = new Map(Object.entries(current.timed[kind]));
    for (const [key, effect] of ended) if (isSameEffect(now.get(key), effect)) now.delete(key);
    for (const [key, effect] of started) {
      const other = now.get(key);
      if (other && other.start > effect.start && !isSameEffect(before.timed[kind][key], other)) continue;
      now.delete(key);
      now.set(key, effect);
    }
    return Object.fromEntries(newestTimed([...now], ([key]) => key));
  };
  const seen = new Set(before.timed.matched);
  const matched = new Set([...current.timed.matched, ...after.timed.matched.filter((key) => !seen.has(key))]);
  return {
    timed: {
      sticky: effects('sticky'),
      cooldown: effects('cooldown'),
      matched: newestTimed([...matched], (key) => key),
    },
    variables: variablesAfter(current.variables, differences(before.variables, after.variables, Object.is)),
  };
}

function variablesAfter(
  current: SceneState['variables'],
  { ended, started }: { ended: [string, string][]; started: [string, string][] },
): SceneState['variables'] {
  const now = new Map(Object.entries(current));
  const variables = boundedVariables(now);
  for (const [name, value] of ended) if (now.get(name) === value) variables.remove(name);
  for (const [name, value] of started) variables.set(name, value);
  return Object.fromEntries(now);
}

function differences<T>(
  before: Record<string, T>,
  after: Record<string, T>,
  isSame: (one: T | undefined, other: T) => boolean,
): { ended: [string, T][]; started: [string, T][] } {
  const [was, is] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return {
    ended: [...was].filter(([key]) => !is.has(key)),
    started: [...is].filter(([key, value]) => !isSame(was.get(key), value)),
  };
}

function isSameEffect(one: TimedEffect | undefined, { start, end, isProtected, hash }: TimedEffect): boolean {
  return one?.start === start && one.end === end && one.isProtected === isProtected && one.hash === hash;
}
