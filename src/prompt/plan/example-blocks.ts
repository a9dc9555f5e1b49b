import { parseExamples } from '../examples.ts';
import type { PlannedMessage, PlanRequest } from '../plan.ts';
import { spokenNameOf } from './names.ts';

/** The blocks of example dialogue, the lore's before and behind the card's, each under its heading. */
export function exampleBlocks(request: PlanRequest, ownExamples: string): PlannedMessage[][] {
  const { lore, preset, persona, group, user, macros } = request;
  const names = { user: user.name, char: spokenNameOf(persona), others: group?.members.map(spokenNameOf) };
  const texts = [...lore.examplesTop, ownExamples, ...lore.examplesBottom];
  const blocks = texts.flatMap((text) => parseExamples(text, names));
  if (blocks.length === 0) return [];
  const heading = macros.expand(preset.texts.newExampleChat);
  const headings: PlannedMessage[] = heading === '' ? [] : [{ role: 'system', content: heading }];
  return blocks.map((turns) => [
    ...headings,
    ...turns.map(
      ({ speaker, name, content }): PlannedMessage => ({
        role: 'system',
        content: group ? `${name}: ${content}` : content,
        name: `example_${speaker}`,
      }),
    ),
  ]);
}
