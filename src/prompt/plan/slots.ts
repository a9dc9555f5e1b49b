import type { AuthorsNote, PlannedMessage, PlanRequest, Slot } from '../plan.ts';
import type { OrderedPrompt } from './ordered-prompts.ts';

type Elsewhere = PlanRequest['lore']['elsewhere'][number]['place'];

/** Which lore of a decorator stands before or after the prompt of a marker. */
const PLACES: Record<string, { before: Elsewhere[]; after: Elsewhere[] } | undefined> = {
  charDescription: { before: ['before_desc'], after: ['after_desc'] },
  charPersonality: { before: [], after: ['personality'] },
  scenario: { before: [], after: ['scenario'] },
};

export function slotsOf(
  { lore }: PlanRequest,
  prompts: readonly OrderedPrompt[],
  note: AuthorsNote | undefined,
  blocks: PlannedMessage[][],
): Slot[] {
  const loreAt = (places: readonly Elsewhere[] = []) =>
    lore.elsewhere
      .filter(({ place }) => places.includes(place))
      .flatMap(({ content }) => textSlot('lore', { role: 'system', content }));
  const noteAt = (position: AuthorsNote['position']) =>
    note?.position === position ? textSlot("author's note", { role: note.role, content: note.text }) : [];

  return prompts.flatMap(({ identifier, name, role, content, inChat }): Slot[] => {
    if (identifier === 'chatHistory') return [{ kind: 'history' }];
    if (identifier === 'dialogueExamples') return blocks.length > 0 ? [{ kind: 'examples', blocks }] : [];
    const own = inChat ? [] : textSlot(name, { role, content });
    if (identifier === 'main') return inChat ? [] : [...noteAt('before-main'), ...own, ...noteAt('after-main')];
    return [...loreAt(PLACES[identifier]?.before), ...own, ...loreAt(PLACES[identifier]?.after)];
  });
}

function textSlot(name: string, message: PlannedMessage): Slot[] {
  return message.content === '' ? [] : [{ kind: 'text', name, message }];
}
