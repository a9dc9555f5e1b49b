import type { Persona } from '../../personas/persona.ts';

/** What a persona is called in prompts: the nickname, if the card has one. */
export function spokenNameOf({ name, nickname }: Pick<Persona, 'name' | 'nickname'>): string {
  return nickname?.trim() || name;
}
