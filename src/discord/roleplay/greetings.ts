import { UserError } from '../../core/errors.ts';
import { clip } from '../../core/text.ts';
import { greetingsOf, type Persona } from '../../personas/persona.ts';
import { SWIPES_MAX } from '../../storage/history.ts';

const LABEL_MAX_LENGTH = 90;

/** As many as one reply has versions. */
export function greetingsToChoose(persona: Persona): string[] {
  return greetingsOf(persona).slice(0, SWIPES_MAX);
}

/** What they say to one another when they meet in company. */
export function groupGreetings({ groupOnlyGreetings }: Persona): string[] {
  return groupOnlyGreetings.filter((greeting) => greeting.trim() !== '').slice(0, SWIPES_MAX);
}

/** One line by which a greeting is chosen; its number comes first. */
export function greetingLabel(greeting: string, index: number): string {
  return clip(`${index + 1}: ${greeting.replaceAll(/[*_\s]+/g, ' ').trim()}`, LABEL_MAX_LENGTH);
}

/**
 * The greeting that a person means by its number, as suggestions begin with one.
 *
 * @throws UserError `input`
 */
export function greetingIndex(typed: string | undefined, { name, count }: { name: string; count: number }): number {
  if (typed === undefined) return 0;
  const number = Number(/^\s*(\d{1,3})(?!\d)/.exec(typed)?.[1]);
  if (number >= 1 && number <= count) return number - 1;
  throw new UserError(
    'input',
    count === 0
      ? `${name} has no greetings: leave the option out, and write the first message yourself.`
      : `${name} has ${count === 1 ? 'one greeting' : `${count} greetings`}: give a number${count === 1 ? ', 1' : ` from 1 to ${count}`}, or choose one of those that Discord suggests.`,
  );
}
