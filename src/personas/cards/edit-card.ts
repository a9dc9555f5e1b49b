import { UserError } from '../../core/errors.ts';
import type { Card } from './card.ts';
import { type CardParts, partsOf } from './card-data.ts';
import { cleanName } from './card-name.ts';
import { omit } from './read-fields.ts';

export interface PersonaEdits {
  name?: string | undefined;
  /** '' for none. */
  nickname?: string | undefined;
  description?: string | undefined;
  personality?: string | undefined;
  scenario?: string | undefined;
  firstMessage?: string | undefined;
  alternateGreetings?: string[] | undefined;
  exampleDialogue?: string | undefined;
  systemPrompt?: string | undefined;
  postHistoryInstructions?: string | undefined;
  creatorNotes?: string | undefined;
  tags?: string[] | undefined;
}

const FIELDS = {
  name: 'name',
  nickname: 'nickname',
  description: 'description',
  personality: 'personality',
  scenario: 'scenario',
  firstMessage: 'first_mes',
  alternateGreetings: 'alternate_greetings',
  exampleDialogue: 'mes_example',
  systemPrompt: 'system_prompt',
  postHistoryInstructions: 'post_history_instructions',
  creatorNotes: 'creator_notes',
  tags: 'tags',
} satisfies Record<keyof PersonaEdits, string>;

/** The card as V3 with these changes; everything unknown stays. @throws UserError `input` for a blank name */
export function editCard(card: Card, edits: PersonaEdits): Card {
  return withEdits(partsOf(card), edits);
}

/** A card of V3. @throws UserError `input` for a blank name */
export function newCard(edits: PersonaEdits & { name: string }): Card {
  return withEdits(partsOf({ format: 'v3', raw: { data: { group_only_greetings: [] } } }), edits);
}

function withEdits({ data, root }: CardParts, edits: PersonaEdits): Card {
  const changes = Object.entries(FIELDS).flatMap(([name, field]) => {
    const value = edits[name as keyof PersonaEdits];
    return value === undefined ? [] : [[field, value] as const];
  });
  const edited: CardParts['data'] = Object.assign({ ...data }, Object.fromEntries(changes));
  edited.name = cleanName(edited.name);
  if (edited.name === '') throw new UserError('input', 'A persona needs a name. Type one that can be seen.');
  const hasNickname = cleanName(edited.nickname) !== '';
  return {
    format: 'v3',
    raw: {
      ...root,
      spec: 'chara_card_v3',
      spec_version: '3.0',
      data: hasNickname ? edited : omit(edited, ['nickname']),
    },
  };
}
