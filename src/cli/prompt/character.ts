import { personaOf, readCard } from '../../personas/cards/card.ts';
import type { Lorebook } from '../../personas/lorebook.ts';
import type { Persona } from '../../personas/persona.ts';
import { fieldsOf, textOf } from './fields.ts';

export interface CaseCharacter {
  persona: Persona;
  /** The lorebook that the card is linked to. */
  world: string | undefined;
  /** The card's own, if it was imported as a lorebook. */
  ownBook: Lorebook | undefined;
}

/**
 * A character as SillyTavern has it: a name is enough, nicknames are not known, and of an imported book its entries alone
 * (recorded cases 019, 310).
 */
export function readCharacter(
  json: unknown,
  { importsBook, stripsExamples }: { importsBook: boolean; stripsExamples: boolean },
): CaseCharacter {
  const { name, spec, data } = fieldsOf(json);
  const isOnlyNamed = typeof name === 'string' && spec === undefined && data === undefined;
  const card = readCard(isOnlyNamed ? { description: '', ...fieldsOf(json) } : json);
  const { lorebook, nickname: _unknown, ...persona } = personaOf(card);
  const extensions = fieldsOf(fieldsOf(card.raw.data).extensions);
  const { scanDepth: _depth, tokenBudget: _budget, recursive: _recursive, ...entries } = lorebook ?? emptyBook();
  return {
    persona: stripsExamples ? { ...persona, exampleDialogue: '' } : persona,
    world: textOf(extensions.world) || undefined,
    ownBook: importsBook && lorebook ? entries : undefined,
  };
}

function emptyBook(): Lorebook {
  return { name: '', description: '', entries: [] };
}
