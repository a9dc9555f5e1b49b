import { UserError } from '../../core/errors.ts';
import type { Lorebook } from '../lorebook.ts';
import { bookOfCard, bookOfCardInSlices } from '../lorebooks/read-lorebook.ts';
import type { Persona, PromptRole } from '../persona.ts';
import { isAgnai } from './agnai.ts';
import { cardOfAmica, isAmica } from './amica.ts';
import { type CardData, partsOf } from './card-data.ts';
import { isObject, type JsonObject } from './json.ts';
import { isLorebook, UNKNOWN_FILE, whatItIs } from './not-a-card.ts';
import { numberOf, objectOf, textOf, textsOf } from './read-fields.ts';

export { editCard, newCard, type PersonaEdits } from './edit-card.ts';
export { exportCard } from './export-card.ts';
export type { JsonObject } from './json.ts';

export type CardFormat = 'v1' | 'v2' | 'v3' | 'pygmalion' | 'agnai';

/** A card's JSON object as it was found, and what it is. Of an Amica configuration: a V3 card without the rest of it. */
export interface Card {
  format: CardFormat;
  raw: JsonObject;
}

const V1_SIGNS = ['description', 'first_mes', 'personality', 'mes_example'];
const TALKATIVENESS = 0.5;
const DEPTH = 4;
const DEPTH_MAX = 10_000;
const ROLES: readonly PromptRole[] = ['system', 'user', 'assistant'];

/** @throws UserError `input` that says what the object is instead, or what is missing */
export function readCard(json: unknown): Card {
  const card = isObject(json) ? detect(json) : undefined;
  if (!card) throw new UserError('input', whatItIs(json) ?? UNKNOWN_FILE);
  if (partsOf(card).data.name === '') {
    throw new UserError(
      'input',
      'This character card has no name, or none that can be seen. Give the character a name, and export the card again.',
    );
  }
  return card;
}

export function personaOf(card: Card): Persona {
  const { data } = partsOf(card);
  return personaWith(data, bookOfCard(data.character_book));
}

/** As `personaOf`, with pauses in which others have their turn: for the thread that all conversations share. */
export async function personaInSlices(card: Card): Promise<Persona> {
  const { data } = partsOf(card);
  return personaWith(data, await bookOfCardInSlices(data.character_book));
}

function personaWith(data: CardData, lorebook: Lorebook | undefined): Persona {
  return {
    name: data.name,
    ...(data.nickname === undefined ? {} : { nickname: textOf(data.nickname) }),
    description: data.description,
    personality: data.personality,
    scenario: data.scenario,
    firstMessage: data.first_mes,
    alternateGreetings: data.alternate_greetings,
    groupOnlyGreetings: textsOf(data.group_only_greetings),
    exampleDialogue: data.mes_example,
    systemPrompt: data.system_prompt,
    postHistoryInstructions: data.post_history_instructions,
    ...depthPromptIn(data.extensions),
    talkativeness: Math.min(1, Math.max(0, numberOf(data.extensions.talkativeness) ?? TALKATIVENESS)),
    creatorNotes: data.creator_notes,
    creator: data.creator,
    characterVersion: data.character_version,
    tags: data.tags,
    ...(lorebook ? { lorebook } : {}),
  };
}

// In this order: a lorebook may have a name and a description as V1 has, and so may a configuration of Amica.
function detect(json: JsonObject): Card | undefined {
  if (json.spec === 'chara_card_v3') return { format: 'v3', raw: json };
  if (json.spec === 'chara_card_v2') return { format: 'v2', raw: json };
  if (typeof json.char_name === 'string') return { format: 'pygmalion', raw: json };
  if (isAgnai(json)) return { format: 'agnai', raw: json };
  if (isLorebook(json)) return undefined;
  if (json.spec === undefined && isObject(json.data) && json.data.name !== undefined)
    return { format: 'v2', raw: json };
  if (isAmica(json)) return { format: 'v3', raw: cardOfAmica(json) };
  const isV1 = json.name !== undefined && V1_SIGNS.some((key) => json[key] !== undefined);
  return isV1 ? { format: 'v1', raw: json } : undefined;
}

function depthPromptIn(extensions: JsonObject): Pick<Persona, 'depthPrompt'> {
  const { prompt, depth, role } = objectOf(extensions.depth_prompt);
  const text = textOf(prompt);
  if (text.trim() === '') return {};
  const messages = Math.trunc(numberOf(depth) ?? DEPTH);
  return {
    depthPrompt: {
      prompt: text,
      depth: Math.min(DEPTH_MAX, Math.max(0, messages)),
      role: ROLES.find((known, index) => known === role || index === role) ?? 'system',
    },
  };
}
