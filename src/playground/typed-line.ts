/** What a line typed at the prompt means. */
export type TypedLine =
  | { kind: 'nothing' }
  | { kind: 'slash'; command: string; options: Record<string, string> }
  | { kind: 'press'; label: string }
  | { kind: 'choose'; labels: string[] }
  | { kind: 'fill'; text: string }
  | { kind: 'menu'; name: string }
  | { kind: 'file'; path: string; text: string }
  | { kind: 'save'; name: string; path: string }
  | { kind: 'edit'; text: string }
  | { kind: 'delete' }
  | { kind: 'crowd'; people: number; text: string }
  | { kind: 'as'; name: string }
  | { kind: 'in'; place: string }
  | { kind: 'kill' }
  | { kind: 'restart' }
  | { kind: 'help' }
  | { kind: 'quit' }
  | { kind: 'unknown'; word: string }
  | { kind: 'say'; text: string };

/** The names of a command's options, by the command as typed ("models list"), in the order in which they are defined. */
export type OptionNames = ReadonlyMap<string, readonly string[]>;

/** Not `:)`, `:D` or `:wave:`, which are said. */
const COLON_COMMAND = /^:([a-z]{2,})(?:\s+(.*))?$/i;

/** Reads a line the way Discord's own prompt does: `/ask prompt: why? model: mixtral`. Words before any name fill the first option. */
export function readTypedLine(line: string, optionNames: OptionNames): TypedLine {
  const typed = line.trim();
  if (typed === '') return { kind: 'nothing' };
  if (typed.startsWith('/')) return readSlash(typed.slice(1), optionNames);
  const [, word, rest = ''] = COLON_COMMAND.exec(typed) ?? [];
  switch (word) {
    case 'press':
      return { kind: 'press', label: rest };
    case 'choose':
      return {
        kind: 'choose',
        labels: rest
          .split(',')
          .map((label) => label.trim())
          .filter((label) => label !== ''),
      };
    case 'fill':
      return { kind: 'fill', text: rest };
    case 'menu':
      return { kind: 'menu', name: rest };
    case 'file':
      return readFileLine(rest);
    case 'save':
      return readSaveLine(rest);
    case 'edit':
      return { kind: 'edit', text: rest };
    case 'delete':
      return { kind: 'delete' };
    case 'crowd':
      return readCrowd(rest);
    case 'as':
      return { kind: 'as', name: rest };
    case 'in':
      return { kind: 'in', place: rest };
    case 'kill':
    case 'restart':
    case 'help':
    case 'quit':
      return { kind: word };
    case undefined:
      return { kind: 'say', text: typed };
    default:
      return { kind: 'unknown', word };
  }
}

/** A path with spaces stands between quotation marks. */
function readFileLine(rest: string): TypedLine {
  const [, quoted, plain = '', text = ''] = /^(?:"([^"]*)"|(\S*))\s*(.*)$/.exec(rest) ?? [];
  return { kind: 'file', path: quoted ?? plain, text };
}

/** The name of an attachment, a path for it, or both; a name alone that has a slash in it is a path. */
function readSaveLine(rest: string): TypedLine {
  const [first = '', second = ''] = [...rest.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
  return second === '' && /[/\\]/.test(first)
    ? { kind: 'save', name: '', path: first }
    : { kind: 'save', name: first, path: second };
}

const CROWD_MAX = 100;
const CROWD_USUAL = 20;

function readCrowd(rest: string): TypedLine {
  const [, count = String(CROWD_USUAL), text = ''] = /^(\d+)?\s*(.*)$/.exec(rest) ?? [];
  const people = Math.min(CROWD_MAX, Math.max(1, Number(count)));
  return { kind: 'crowd', people, text: text || 'What do you think of rain?' };
}

function readSlash(typed: string, optionNames: OptionNames): TypedLine {
  const words = typed.split(/\s+/);
  const twoWords = words.slice(0, 2).join(' ');
  const command = optionNames.has(twoWords) ? twoWords : (words[0] ?? '');
  const names = optionNames.get(command) ?? [];
  const rest = words.slice(command.split(' ').length).join(' ');
  return { kind: 'slash', command, options: readOptions(rest, names) };
}

function readOptions(rest: string, names: readonly string[]): Record<string, string> {
  const options: Record<string, string> = {};
  if (names.length === 0) return options;
  const pieces = rest.split(new RegExp(`(?:^|\\s)(${names.join('|')}):`));
  const [first = '', ...named] = pieces;
  if (first.trim() !== '' && names[0]) options[names[0]] = first.trim();
  for (let index = 0; index < named.length; index += 2) {
    const name = named[index];
    if (name) options[name] = (named[index + 1] ?? '').trim();
  }
  return options;
}
