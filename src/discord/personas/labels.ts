import type { LoadedPersona } from '../../chat/personas.ts';
import { UserError } from '../../core/errors.ts';
import type { PersonaRef } from '../../core/refs.ts';
import { clip } from '../../core/text.ts';
import type { PersonaSummary } from '../../storage/personas.ts';
import type { Suggest } from '../command.ts';
import type { Asked } from '../models/asked.ts';
import { readShortRef } from './short-ref.ts';
import { folded, oneLine } from './words.ts';

/** A persona of a list, under a name that no other one in it has. */
export interface ListedPersona extends PersonaSummary {
  label: string;
}

/** With a number behind it within what Discord takes for a suggestion and for the label of an option. */
const LABEL_MAX_LENGTH = 90;
const SUGGESTIONS_MAX = 25;

/** Those that the person can choose here: the server's, their own, the built-in ones. Of equal names the later ones are numbered. */
export async function listedPersonas({ bot, place, person }: Asked): Promise<ListedPersona[]> {
  const seen = new Map<string, number>();
  return (await bot.personas.visible(place, person.id)).map((summary) => {
    const name = clip(oneLine(summary.name), LABEL_MAX_LENGTH);
    const number = (seen.get(folded(name)) ?? 0) + 1;
    seen.set(folded(name), number);
    return { ...summary, label: number === 1 ? name : `${name} (${number})` };
  });
}

/**
 * The persona that a person means by what they typed or chose from the suggestions.
 *
 * @throws UserError `missing` with the nearest names
 */
export async function findPersona(asked: Asked, typed: string): Promise<ListedPersona> {
  const listed = await listedPersonas(asked);
  const exact = listed.find(({ label }) => folded(label) === folded(typed));
  if (exact) return exact;
  const { ref } = await asked.bot.personas.find(asked.place, asked.person.id, typed);
  return listedPersona(asked, ref);
}

/** Names of personas for what was typed so far; those that begin with it come first. */
export const suggestPersonas: Suggest = async (typed, asked) => {
  const wanted = folded(typed);
  const found = (await listedPersonas(asked)).filter((persona) =>
    namesOf(persona).some((name) => name.includes(wanted)),
  );
  const isFirst = (persona: ListedPersona) => namesOf(persona).some((name) => name.startsWith(wanted));
  return [...found.filter(isFirst), ...found.filter((persona) => !isFirst(persona))]
    .map(({ label }) => label)
    .slice(0, SUGGESTIONS_MAX);
};

/**
 * The persona that a component was made for.
 *
 * @throws UserError `missing` if it was deleted, or belongs elsewhere
 */
export async function pressedPersona(asked: Asked, shortRef: string): Promise<ListedPersona> {
  return listedPersona(asked, readShortRef(shortRef));
}

/** @throws UserError `missing` if it was deleted, or belongs elsewhere */
export async function listedPersona(asked: Asked, ref: PersonaRef | undefined): Promise<ListedPersona> {
  const found = ref && (await listedPersonas(asked)).find((persona) => persona.ref === ref);
  if (!found) throw gone();
  return found;
}

/** @throws UserError `missing` if it was deleted meanwhile */
export async function loadPersona(
  { bot }: Pick<Asked, 'bot'>,
  { ref }: Pick<PersonaSummary, 'ref'>,
): Promise<LoadedPersona> {
  const loaded = await bot.personas.load(ref);
  if (!loaded) throw gone();
  return loaded;
}

/** "Rich (speaks as Ricky)". */
export function labelWords({ label, spoken }: Pick<ListedPersona, 'label' | 'spoken'>): string {
  return spoken === undefined ? label : `${label} (speaks as ${clip(oneLine(spoken), LABEL_MAX_LENGTH)})`;
}

function namesOf({ label, spoken }: ListedPersona): string[] {
  return [label, ...(spoken === undefined ? [] : [spoken])].map(folded);
}

export function gone(): UserError {
  return new UserError(
    'missing',
    'This persona was deleted, or does not belong here. `/persona list` shows those that do.',
  );
}
