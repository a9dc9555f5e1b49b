import type { LoadedPersona } from '../../chat/personas.ts';
import type { StoredMessage } from '../../storage/history.ts';
import type { Suggest } from '../command.ts';
import { greetingLabel, greetingsToChoose } from './greetings.ts';
import { playerOf } from './scene-of.ts';

type Asked = Parameters<Suggest>[1];

const SUGGESTED_MAX = 25;

/** Personas that may speak here: those whose names begin with what is typed, then those that have it in them. */
export async function suggestPersonas(typed: string, { bot, place, person }: Asked): Promise<string[]> {
  const visible = await bot.personas.visible(place, person.id);
  const offered = visible.filter(({ isAdult }) => !isAdult || place.isAgeRestricted);
  const names = matching(
    offered.map(({ name }) => name),
    typed,
  );
  const nicknames = typed.trim() === '' ? [] : offered.flatMap(({ spoken }) => spoken ?? []);
  return [...new Set([...names, ...matching(nicknames, typed)])].slice(0, SUGGESTED_MAX);
}

/** Those that play here, by what they are called and by their full names. */
export async function suggestPlaying(typed: string, { bot, place }: Asked): Promise<string[]> {
  const { members, missing } = await bot.casting.of(place);
  const names = members.flatMap(({ name, persona }) => [name, persona.name]);
  return matching([...names, ...(missing.length > 0 ? [DELETED] : [])], typed);
}

/** What stands for personas of a roleplay that were deleted. */
export const DELETED = 'deleted personas';

/** The first words of the chosen persona's greetings, numbered. */
export async function suggestGreetings(typed: string, asked: Asked): Promise<string[]> {
  const { bot, place, person, other } = asked;
  const name = other?.('persona');
  if (!name) return [];
  const { ref } = await bot.personas.find(place, person.id, name);
  const speaker = await bot.personas.load(ref);
  if (!speaker) return [];
  const user = cueOf(await playerOf(asked));
  const greetings = await bot.scenePrompts.expand(
    { conversationId: place.channelId, speaking: alone(speaker), user },
    greetingsToChoose(speaker.persona),
  );
  return matching(greetings.map(greetingLabel), typed);
}

function alone(speaker: LoadedPersona) {
  return { speaker, members: [speaker], generation: 'normal' as const };
}

function cueOf(author: { id: string; name: string }): StoredMessage {
  return { id: 'suggested', role: 'user', author, content: '', discordMessageIds: [], at: 0, isCue: true };
}

function matching(names: readonly string[], typed: string): string[] {
  const wanted = typed.trim().toLowerCase();
  const unique = [...new Set(names)];
  const begin = unique.filter((name) => name.toLowerCase().startsWith(wanted));
  const contain = unique.filter((name) => !begin.includes(name) && name.toLowerCase().includes(wanted));
  return [...begin, ...contain].slice(0, SUGGESTED_MAX);
}
