import type { PromptRole } from '../../personas/persona.ts';
import type { DisabledPrompt, LorePlace } from '../lorebook.ts';

/** What V3 decorators, lines like `@@depth 2` above a content, ask for. */
export interface Decorators {
  isForced?: boolean;
  isForbidden?: boolean;
  depth?: number;
  role?: PromptRole;
  place?: LorePlace;
  scanDepth?: number;
  /** Of the assistant's messages so many must be there, or so many since the last time. */
  onlyAfter?: number;
  onlyEvery?: number;
  staysAfterMatch?: boolean;
  endsAfterMatch?: boolean;
  greetingIndex?: number;
  /** Of each of these lists one key must hit too. */
  additionalKeys: string[][];
  excludedKeys: string[];
  disabledPrompts: DisabledPrompt[];
}

type Single = Omit<Decorators, 'additionalKeys' | 'excludedKeys' | 'disabledPrompts'>;

const NO_DECORATORS: Readonly<Decorators> = { additionalKeys: [], excludedKeys: [], disabledPrompts: [] };

const PLACES: readonly LorePlace[] = ['after_desc', 'before_desc', 'personality', 'scenario'];
const ROLES: readonly PromptRole[] = ['system', 'user', 'assistant'];
const PROMPTS: readonly DisabledPrompt[] = ['system_prompt', 'post_history_instructions'];

/** Those that may stand once; undefined for a value that cannot be used. */
const SINGLES: Record<string, (value: string) => Single | undefined> = {
  activate: () => ({ isForced: true }),
  dont_activate: () => ({ isForbidden: true }),
  keep_activate_after_match: () => ({ staysAfterMatch: true }),
  dont_activate_after_match: () => ({ endsAfterMatch: true }),
  depth: (value) => numeric(value, (depth) => ({ depth })),
  scan_depth: (value) => numeric(value, (scanDepth) => ({ scanDepth })),
  activate_only_after: (value) => numeric(value, (onlyAfter) => ({ onlyAfter })),
  activate_only_every: (value) => numeric(value, (onlyEvery) => (onlyEvery > 0 ? { onlyEvery } : undefined)),
  is_greeting: (value) => numeric(value, (greetingIndex) => ({ greetingIndex })),
  role: (value) => named(value, ROLES, (role) => ({ role })),
  position: (value) => named(value, PLACES, (place) => ({ place })),
};

/** Those of which every one counts. */
const LISTS: Record<string, (value: string) => Partial<Decorators> | undefined> = {
  additional_keys: (value) => listed(value, (keys) => ({ additionalKeys: [keys] })),
  exclude_keys: (value) => listed(value, (excludedKeys) => ({ excludedKeys })),
  disable_ui_prompt: (value) => named(value, PROMPTS, (prompt) => ({ disabledPrompts: [prompt] })),
};

/**
 * Takes the decorators off a content. All lines at its top that begin with `@@` are taken off, known or not; a line with
 * `@@@` counts if nothing above it, back to its `@@`, could be used.
 */
export function takeDecorators(text: string): { decorators: Readonly<Decorators>; content: string } {
  const start = text.search(/\S/);
  if (start < 0 || !text.startsWith('@@', start)) return { decorators: NO_DECORATORS, content: text };
  let decorators: Decorators = NO_DECORATORS;
  let wantsFallback = false;
  let rest = start;
  while (text.startsWith('@@', rest)) {
    const lineBreak = text.indexOf('\n', rest);
    const end = lineBreak < 0 ? text.length : lineBreak;
    const line = text.slice(rest, end);
    rest = lineBreak < 0 ? end : end + 1;
    if (line.startsWith('@@@') && !wantsFallback) continue;
    const more = read(line.replace(/^@@@?/, ''));
    wantsFallback = more === undefined;
    if (more) decorators = joined(decorators, more);
  }
  return { decorators, content: text.slice(rest) };
}

function read(line: string): Partial<Decorators> | undefined {
  const [name = ''] = line.split(/\s/, 1);
  const value = line.slice(name.length).trim();
  for (const known of [SINGLES, LISTS]) if (Object.hasOwn(known, name)) return known[name]?.(value);
  return undefined;
}

/** The first of a kind wins. */
function joined(first: Decorators, second: Partial<Decorators>): Decorators {
  return {
    ...second,
    ...first,
    additionalKeys: [...first.additionalKeys, ...(second.additionalKeys ?? [])],
    excludedKeys: [...first.excludedKeys, ...(second.excludedKeys ?? [])],
    disabledPrompts: [...first.disabledPrompts, ...(second.disabledPrompts ?? [])],
  };
}

function numeric<Value>(text: string, use: (number: number) => Value): Value | undefined {
  return /^\d{1,9}$/.test(text) ? use(Number(text)) : undefined;
}

function named<Name extends string, Value>(
  text: string,
  names: readonly Name[],
  use: (name: Name) => Value,
): Value | undefined {
  const name = names.find((candidate) => candidate === text);
  return name && use(name);
}

function listed<Value>(text: string, use: (items: string[]) => Value): Value | undefined {
  const items = text.split(',').map((item) => item.trim());
  const filled = items.filter((item) => item !== '');
  return filled.length > 0 ? use(filled) : undefined;
}
