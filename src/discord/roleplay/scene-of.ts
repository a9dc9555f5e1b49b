import type { BaseInteraction } from 'discord.js';
import { requireGrownUpPlace } from '../../chat/casting.ts';
import type { LoadedPersona } from '../../chat/personas.ts';
import type { Place } from '../../chat/place.ts';
import { UserError } from '../../core/errors.ts';
import type { PersonaSummary } from '../../storage/personas.ts';
import type { Scene } from '../../storage/scenes.ts';
import type { Bot, Person } from '../bot.ts';
import { personName } from '../models/words.ts';

/** Somebody who does something in a roleplay, or wants one. */
export interface OnScene {
  bot: Bot;
  person: Person;
  place: Place;
  interaction: Pick<BaseInteraction, 'channel'>;
}

/** @throws UserError `missing` */
export async function requireScene({ bot, place }: Pick<OnScene, 'bot' | 'place'>): Promise<Scene> {
  const scene = await bot.scenes.read(place.channelId);
  if (scene?.isRoleplay) return scene;
  throw new UserError(
    'missing',
    'There is no roleplay here. `/roleplay start` begins one; its other commands work where it is played.',
  );
}

/** One that has not ended, in a thread that is not locked. @throws UserError */
export async function requirePlaying(on: OnScene): Promise<Scene> {
  const scene = await requireScene(on);
  if (scene.endedAt !== undefined) {
    throw new UserError('input', 'This roleplay has ended. `/roleplay end` shows how to resume it.');
  }
  requireUnlocked(on);
  return scene;
}

/** @throws UserError `permission` */
function requireUnlocked({ interaction: { channel } }: Pick<OnScene, 'interaction'>): void {
  if (!channel?.isThread() || !channel.locked) return;
  throw new UserError('permission', 'This thread is locked, so the story stands still. A moderator can unlock it.');
}

/** Those who started a roleplay, and moderators, lead it. @throws UserError `permission` */
export function requireLeader(scene: Scene, { person, place }: Pick<OnScene, 'person' | 'place'>, what: string): void {
  if (mayLead(scene, { person, place })) return;
  const starter = scene.startedBy ? `${personName(scene.startedBy.name)}, who started this roleplay,` : 'Its starter';
  throw new UserError('permission', `${starter} or a moderator can ${what}.`);
}

export function mayLead({ startedBy }: Scene, { person, place }: Pick<OnScene, 'person' | 'place'>): boolean {
  return place.guildId === undefined || person.isModerator || startedBy?.id === person.id;
}

/** The persona that a person means. @throws UserError if there is none, or it may not speak here */
export async function requirePersona(
  { bot, person, place }: Pick<OnScene, 'bot' | 'person' | 'place'>,
  typed: string,
): Promise<{ speaker: LoadedPersona; summary: PersonaSummary }> {
  const summary = await bot.personas.find(place, person.id, typed);
  requireGrownUpPlace(summary, place);
  const speaker = await bot.personas.load(summary.ref);
  if (!speaker) throw new UserError('missing', `${personName(summary.name)} was just deleted. Choose another persona.`);
  return { speaker, summary };
}

/** As whom a member plays. */
export async function playerOf({
  bot,
  person,
}: Pick<OnScene, 'bot' | 'person'>): Promise<{ id: string; name: string }> {
  return { id: person.id, name: await bot.players.nameOf(person) };
}
