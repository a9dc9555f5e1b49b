import type { Place } from '../../chat/place.ts';
import type { PersonaRef } from '../../core/refs.ts';
import type { Scene } from '../../storage/scenes.ts';
import type { Bot, Person } from '../bot.ts';
import { choose } from '../personas/use.ts';

/** `left`: others of the roleplay play on. `ended`: it was the last one. `off`: the assistant replies there now. */
export type SwitchedOff = 'left' | 'ended' | 'off' | 'not-there';

/** Takes a persona out of the roleplay of a place, or else out of the place. */
export async function switchOff(
  bot: Bot,
  { where, ref, person }: { where: Place; ref: PersonaRef; person: Person },
): Promise<SwitchedOff> {
  const { channelId } = where;
  let hasLeft = false;
  const { after } = await bot.scenes.update(channelId, (scene) => {
    hasLeft = isPlaying(scene) && scene.personas.includes(ref);
    return hasLeft && scene ? without(scene, ref, bot.clock.now()) : scene;
  });
  if (hasLeft && isPlaying(after)) return 'left';
  // Whether it may speak there is not the question here.
  const { members, missing } = await bot.casting.of({ ...where, isAgeRestricted: true });
  const isChosen = missing.includes(ref) || members.some((member) => member.ref === ref);
  if (isChosen) await choose({ bot, person }, { channelId }, null);
  if (hasLeft) return 'ended';
  return isChosen ? 'off' : 'not-there';
}

function isPlaying(scene: Scene | undefined): scene is Scene {
  return scene !== undefined && scene.endedAt === undefined;
}

function without(scene: Scene, ref: PersonaRef, nowMs: number): Scene {
  const personas = scene.personas.filter((other) => other !== ref);
  return { ...scene, personas, ...(personas.length === 0 ? { endedAt: nowMs } : {}) };
}
