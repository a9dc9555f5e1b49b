import { isObject, type JsonObject } from './json.ts';
import { objectOf } from './read-fields.ts';

/** A decorator of V3, or the fallback of one, which has three signs. */
const DECORATOR = /^@@@?/;
const AT_DEPTH = 4;
const NOT_ANY = 2;
const ROLES = ['system', 'user', 'assistant'];
const POSITIONS = new Map([
  ['before_desc', 0],
  ['after_desc', 1],
]);

/** What a decorator says in fields of V2, and in SillyTavern's `extensions`. */
interface Translation {
  fields?: JsonObject;
  extensions?: JsonObject;
}

/** Undefined for a value that cannot be used, or that has no equivalent in this entry. */
const TRANSLATIONS: Record<string, (value: string, entry: JsonObject) => Translation | undefined> = {
  depth: (value) => numeric(value, (depth) => ({ extensions: { position: AT_DEPTH, depth } })),
  role: (value) => (ROLES.includes(value) ? { extensions: { role: ROLES.indexOf(value) } } : undefined),
  scan_depth: (value) => numeric(value, (depth) => ({ extensions: { scan_depth: depth } })),
  position(value) {
    const position = POSITIONS.get(value);
    if (position === undefined) return undefined;
    const name = position === 0 ? 'before_char' : 'after_char';
    return { fields: { position: name }, extensions: { position } };
  },
  activate: () => ({ fields: { constant: true } }),
  dont_activate: () => ({ fields: { enabled: false } }),
  additional_keys: (value, entry) => secondary(value, entry, 0),
  exclude_keys: (value, entry) => secondary(value, entry, NOT_ANY),
};

/**
 * The entry for programs that know V2 alone, which would put decorators into prompts: those that have an equivalent are
 * said by it, all are taken off.
 */
export function withoutDecorators(entry: unknown): unknown {
  if (!isObject(entry) || typeof entry.content !== 'string') return entry;
  const text = entry.content.trimStart();
  if (!text.startsWith('@@')) return entry;
  const lines = text.split('\n');
  const first = lines.findIndex((line) => !DECORATOR.test(line));
  const content = first < 0 ? '' : lines.slice(first).join('\n');
  return translated({ ...entry, content }, first < 0 ? lines : lines.slice(0, first));
}

/** The first of a kind wins; a fallback counts where what stands above it could not be said. */
function translated(entry: JsonObject, lines: readonly string[]): JsonObject {
  let fields: JsonObject = {};
  let extensions: JsonObject = {};
  let wantsFallback = false;
  for (const line of lines) {
    if (line.startsWith('@@@') && !wantsFallback) continue;
    const [name = '', ...values] = line.replace(DECORATOR, '').trim().split(/\s+/);
    const translate = Object.hasOwn(TRANSLATIONS, name) ? TRANSLATIONS[name] : undefined;
    const said = translate?.(values.join(' '), { ...entry, ...fields });
    wantsFallback = said === undefined;
    fields = { ...said?.fields, ...fields };
    // A depth is nearer than a place: this is how both together are read.
    extensions =
      said?.extensions?.position === AT_DEPTH
        ? { ...said.extensions, ...extensions, position: AT_DEPTH }
        : { ...said?.extensions, ...extensions };
  }
  if (Object.keys(extensions).length === 0) return { ...entry, ...fields };
  return { ...entry, ...fields, extensions: { ...objectOf(entry.extensions), ...extensions } };
}

/** One list of further keys can be said, where the entry has none. */
function secondary(value: string, entry: JsonObject, selectiveLogic: number): Translation | undefined {
  const keys = value.split(',').flatMap((key) => key.trim() || []);
  const hasOwn = Array.isArray(entry.secondary_keys) && entry.secondary_keys.length > 0;
  if (keys.length === 0 || hasOwn) return undefined;
  return { fields: { secondary_keys: keys, selective: true }, extensions: { selectiveLogic } };
}

function numeric(value: string, use: (number: number) => Translation): Translation | undefined {
  return /^\d{1,9}$/.test(value) ? use(Number(value)) : undefined;
}
