import { isObject, type JsonObject } from './json.ts';
import { numberOf, objectOf, omit, tagsOf, textOf, textsOf } from './read-fields.ts';

/** Of Agnai's own character files: what becomes a field of the card. */
const MAPPED = [
  'name',
  'description',
  'greeting',
  'scenario',
  'sampleChat',
  'tags',
  'alternateGreetings',
  'characterBook',
  'systemPrompt',
  'postHistoryInstructions',
  'insert',
  'creator',
  'characterVersion',
  'extensions',
];
/** Says what the file is, or whose. */
const DROPPED = ['kind', '_id', 'userId', 'avatar', 'favorite', 'createdAt', 'updatedAt'];
const SIGNS = ['name', 'persona', 'greeting', 'scenario', 'sampleChat'];

export function isAgnai(json: JsonObject): boolean {
  return json.kind === 'character' || SIGNS.every((key) => Object.hasOwn(json, key));
}

/** The fields of a card (V3's `data`). What has none is kept where Agnai itself keeps it in cards, `extensions.agnai`. */
export function fieldsOfAgnai(json: JsonObject): JsonObject {
  const extensions = objectOf(json.extensions);
  const insert = objectOf(json.insert);
  return {
    name: json.name,
    description: personaText(textOf(json.name), json.persona),
    personality: '',
    scenario: json.scenario,
    first_mes: json.greeting,
    mes_example: withUserMacro(textOf(json.sampleChat)),
    creator_notes: json.description,
    tags: tagsOf(json.tags),
    alternate_greetings: json.alternateGreetings,
    system_prompt: json.systemPrompt,
    post_history_instructions: json.postHistoryInstructions,
    creator: json.creator,
    character_version: json.characterVersion,
    ...(isObject(json.characterBook) ? { character_book: bookOfAgnai(json.characterBook) } : {}),
    extensions: {
      ...(textOf(insert.prompt) === '' ? {} : { depth_prompt: insert }),
      ...extensions,
      agnai: { ...objectOf(extensions.agnai), ...omit(json, [...MAPPED, ...DROPPED]) },
    },
  };
}

/** Old programs write `\n` for line breaks, and `You:` for the member. */
export function withUserMacro(text: string): string {
  return text.replaceAll('\\n', '\n').replaceAll(/^You:/gm, '{{user}}:');
}

/** A persona's attributes in the notation that its kind names. */
function personaText(name: string, persona: unknown): string {
  const { kind, attributes } = objectOf(persona);
  const all = Object.entries(objectOf(attributes)).map(([key, values]): [string, string[]] => [key, textsOf(values)]);
  const quoted = (values: string[], separator: string) => values.map((value) => `"${value}"`).join(separator);
  switch (kind) {
    case 'wpp':
      return [`[character("${name}") {`, ...all.map(([key, values]) => `${key}(${quoted(values, ' + ')})`), '}]'].join(
        '\n',
      );
    case 'sbf':
      return `[ character: "${name}"; ${all.map(([key, values]) => `${key}: ${quoted(values, ', ')}`).join('; ')} ]`;
    case 'boostyle':
      return [name, ...all.flatMap(([, values]) => values)].join(' + ');
    case 'attributes':
      return [`Name: ${name}`, ...all.map(([key, values]) => `${key}: ${values.join(', ')}`)].join('\n');
    default:
      return textsOf(objectOf(attributes).text)[0] ?? textOf(persona);
  }
}

/** Agnai's memory book as a card's: a higher weight stands lower in the prompt, as a higher order does. */
function bookOfAgnai(book: JsonObject): JsonObject {
  const entries = Array.isArray(book.entries) ? book.entries.filter(isObject) : Object.values(objectOf(book.entries));
  return {
    ...omit(book, ['kind', '_id', 'userId', 'scanDepth', 'tokenBudget', 'recursiveScanning', 'entries']),
    ...defined({
      scan_depth: numberOf(book.scanDepth),
      token_budget: numberOf(book.tokenBudget),
      recursive_scanning: book.recursiveScanning,
    }),
    extensions: objectOf(book.extensions),
    entries: entries.filter(isObject).map((entry, index) => ({
      id: index,
      extensions: {},
      ...omit(entry, ['entry', 'keywords', 'weight']),
      keys: textsOf(entry.keywords ?? entry.keys),
      content: textOf(entry.entry ?? entry.content),
      insertion_order: numberOf(entry.weight) ?? numberOf(entry.insertion_order) ?? 0,
      enabled: entry.enabled !== false,
    })),
  };
}

function defined(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
