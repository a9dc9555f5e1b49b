import { isObject, type JsonObject } from '../cards/json.ts';
import type { LoreEntry, LorePosition } from '../lorebook.ts';
import type { LorebookFile } from './read-lorebook.ts';

/** What a member is told of a lorebook that was imported. */
export interface BookReport {
  entries: number;
  disabled: number;
  constant: number;
  withRegex: number;
  withDecorators: number;
  /** Where the contents go, most used first. */
  positions: { position: LorePosition; entries: number }[];
  /** What is kept with the file, and has no effect. */
  keptUnused: string[];
  warnings: string[];
}

/** Of V3; they are taken off the contents all the same. */
const UNUSED_DECORATORS = [
  'is_user_icon',
  'instruct_depth',
  'reverse_depth',
  'reverse_instruct_depth',
  'instruct_scan_depth',
  'ignore_on_max_context',
];
/** Of entries, or of their `extensions`. */
const UNUSED_FIELDS: [name: string, fields: string[]][] = [
  ['marks for vector search', ['vectorized']],
  ['automations', ['automationId', 'automation_id']],
];

export function reportOf({ book, raw, warnings }: LorebookFile): BookReport {
  const { entries } = book;
  const count = (fits: (entry: LoreEntry) => boolean) => entries.filter(fits).length;
  const byPosition = Map.groupBy(entries, ({ position }) => position);
  return {
    entries: entries.length,
    disabled: count(({ isEnabled }) => !isEnabled),
    constant: count(({ isConstant }) => isConstant),
    withRegex: count(hasRegex),
    withDecorators: count(({ content }) => decoratorsOf(content).length > 0),
    positions: [...byPosition]
      .map(([position, placed]) => ({ position, entries: placed.length }))
      .toSorted((a, b) => b.entries - a.entries),
    keptUnused: [...unusedFields(raw), ...unusedDecorators(entries)],
    warnings,
  };
}

function hasRegex({ keys, secondaryKeys, keysAreRegex }: LoreEntry): boolean {
  return (keysAreRegex && keys.length > 0) || [...keys, ...secondaryKeys].some(isSlashed);
}

/** As `/pattern/flags`. */
function isSlashed(key: string): boolean {
  const text = key.trim();
  const end = text.lastIndexOf('/');
  return text.startsWith('/') && end > 1 && /^[gimsuy]*$/.test(text.slice(end + 1));
}

function decoratorsOf(content: string): string[] {
  const text = content.trimStart();
  if (!text.startsWith('@@')) return [];
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('@@'));
  return lines.slice(0, end < 0 ? lines.length : end).map((line) => line.replace(/^@+/, '').split(/\s/, 1)[0] ?? '');
}

function unusedDecorators(entries: readonly LoreEntry[]): string[] {
  const used = new Set(entries.flatMap(({ content }) => decoratorsOf(content)));
  return UNUSED_DECORATORS.filter((name) => used.has(name)).map((name) => `@@${name}`);
}

function unusedFields(raw: JsonObject): string[] {
  const { entries } = isObject(raw['data']) ? raw['data'] : raw;
  const all = Object.values(isObject(entries) || Array.isArray(entries) ? entries : {}).filter(isObject);
  const isSet = (entry: JsonObject, field: string) => {
    const { extensions } = entry;
    const value = entry[field] ?? (isObject(extensions) ? extensions[field] : undefined);
    return value !== undefined && value !== null && value !== false && value !== '';
  };
  return UNUSED_FIELDS.filter(([, fields]) => all.some((entry) => fields.some((field) => isSet(entry, field)))).map(
    ([name]) => name,
  );
}
