import { withUserMacro } from './agnai.ts';
import type { JsonObject } from './json.ts';
import { textOf } from './read-fields.ts';

export const PYGMALION_KEYS = [
  'char_name',
  'char_persona',
  'char_greeting',
  'world_scenario',
  'example_dialogue',
] as const;

/** The fields of a card (V3's `data`). Some editors write those of V1 beside them; they stand in for absent ones. */
export function fieldsOfPygmalion(json: JsonObject): JsonObject {
  const persona = textOf(json.char_persona);
  const personality = textOf(json.personality);
  return {
    ...json,
    name: json.char_name,
    description: json.char_persona ?? json.description,
    // Those editors also write it into the persona.
    personality: persona.includes(personality.trim()) ? '' : personality,
    scenario: json.world_scenario ?? json.scenario,
    first_mes: json.char_greeting ?? json.first_mes,
    mes_example: withUserMacro(textOf(json.example_dialogue ?? json.mes_example)),
  };
}
