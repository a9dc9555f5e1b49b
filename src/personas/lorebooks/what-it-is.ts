import { isObject, type JsonObject } from '../cards/json.ts';

/** What gives a file away, most telling first. */
const KINDS: { what: string; advice: string; isIt: (json: JsonObject) => boolean }[] = [
  {
    what: 'a character card without a lorebook',
    advice: 'Import it with `/persona import`.',
    isIt: (json) =>
      hasAny(json, ['char_name', 'first_mes', 'char_persona']) ||
      (typeof json['spec'] === 'string' && json['spec'].startsWith('chara_card')) ||
      json['kind'] === 'character' ||
      (isObject(json['data']) && typeof json['data']['name'] === 'string'),
  },
  {
    what: 'a chat',
    advice: 'Import it with `/history import`.',
    isIt: (json) => hasAny(json, ['chat_metadata', 'messages', 'histories', 'data_visible', 'savedsettings']),
  },
  {
    what: 'a preset',
    advice: 'Attach a lorebook instead.',
    isIt: (json) =>
      hasAny(json, [
        'prompts',
        'prompt_order',
        'temperature',
        'temp',
        'openai_max_context',
        'input_sequence',
        'story_string',
        'gaslight',
      ]),
  },
];

/** The sentence for a file that is no lorebook. */
export function whatItIsInstead(json: JsonObject): string {
  const kind = KINDS.find(({ isIt }) => isIt(json));
  if (kind) return `This file is ${kind.what}, not a lorebook. ${kind.advice}`;
  return 'This file is no lorebook that is known here. Attach the JSON file that SillyTavern, Agnai, NovelAI, RisuAI or Chub exports.';
}

function hasAny(json: JsonObject, names: string[]): boolean {
  return names.some((name) => Object.hasOwn(json, name));
}
