import type { JsonObject } from './json.ts';
import { pick, textOf } from './read-fields.ts';

const PREFIX = 'chatvrm_';
/**
 * All that Amica itself shares of a character. Its configurations hold keys of services and tokens beside it, which must
 * not be kept.
 */
const SHARED = ['vision_system_prompt', 'bg_url', 'youtube_videoid', 'vrm_url', 'animation_url', 'voice_url'];
const V1_ALONE = ['first_mes', 'mes_example', 'personality'];

/** A flat map of texts, as its local storage, its `config.json` and its share page hold it. */
export function isAmica(json: JsonObject): boolean {
  const values = withoutPrefix(json);
  const isFlat = Object.values(values).every((value) => typeof value !== 'object' || value === null);
  const isV1 = V1_ALONE.some((key) => Object.hasOwn(values, key));
  return isFlat && !isV1 && textOf(values.name).trim() !== '' && typeof values.system_prompt === 'string';
}

/** A V3 card of it. */
export function cardOfAmica(json: JsonObject): JsonObject {
  const values = withoutPrefix(json);
  return {
    spec: 'chara_card_v3',
    spec_version: '3.0',
    data: {
      name: textOf(values.name),
      description: '',
      system_prompt: textOf(values.system_prompt),
      creator_notes: textOf(values.description),
      extensions: { amica: pick(values, SHARED) },
    },
  };
}

function withoutPrefix(json: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [key.startsWith(PREFIX) ? key.slice(PREFIX.length) : key, value]),
  );
}
