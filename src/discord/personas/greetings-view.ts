import { UserError } from '../../core/errors.ts';
import { escapeText } from '../../core/escape-text.ts';
import { clip } from '../../core/text.ts';
import type { View } from '../view.ts';
import { type ListedPersona, loadPersona } from './labels.ts';
import { isHidden } from './list-view.ts';
import { mayEdit, type PersonaAsked } from './rights.ts';
import { writeShortRef } from './short-ref.ts';
import type { Notice } from './show-view.ts';
import { button } from './words.ts';

/** An embed holds so much, with room for marks that Discord would take for formatting. */
const SHOWN_MAX_LENGTH = 3_800;

/** All greetings of a card in its order; blank ones have a place too. */
export function allGreetings({
  firstMessage,
  alternateGreetings,
}: {
  firstMessage: string;
  alternateGreetings: readonly string[];
}): string[] {
  return [firstMessage, ...alternateGreetings];
}

/** One greeting, with buttons to the others. `wanted` counts from 0. */
export async function showGreeting(
  asked: PersonaAsked,
  persona: ListedPersona,
  wanted: number,
  notice?: Notice,
): Promise<View> {
  if (isHidden(asked, persona)) {
    throw new UserError(
      'permission',
      'This persona is for adults: its greetings are shown in age-restricted channels only.',
    );
  }
  const { persona: card } = await loadPersona(asked, persona);
  const greetings = allGreetings(card);
  const last = greetings.length - 1;
  const index = Math.min(Math.max(0, Number.isInteger(wanted) ? wanted : 0), last);
  const greeting = greetings[index] ?? '';
  const short = writeShortRef(persona.ref);
  const at = (place: number) => `persona-greetings:${short}:${place}`;
  const isEditor = await mayEdit(asked, persona.ref);
  return {
    text: notice?.said ?? '',
    embeds: [
      {
        title: escapeText(persona.label),
        description: greeting.trim() === '' ? '*This greeting is empty.*' : clip(greeting, SHOWN_MAX_LENGTH),
        footer: { text: `Greeting ${index + 1} of ${greetings.length}` },
      },
    ],
    rows: [
      [
        button('◀ Previous', at(index - 1), { disabled: index === 0 }),
        button('Next ▶', at(index + 1), { disabled: index === last }),
        button('Back', `persona-show:${short}`),
      ],
      isEditor
        ? [
            button('Edit this one', `persona-form:g${index}:${short}`),
            button('Add one', `persona-form:g${greetings.length}:${short}`),
          ]
        : [],
      ...(notice?.rows ?? []),
    ],
  };
}
