import { describe, expect, test } from '@jest/globals';
import { COMPUTED, type Import, importsOf, readSourceFiles } from './support/read-imports.ts';

/**
 * What each room may import besides itself and packages. A room is the longest of these paths that a file lies under;
 * `type` before a path allows `import type` only.
 */
const MAY_IMPORT: Record<string, string[]> = {
  'src/core': [],
  'src/completions': ['src/core'],
  'src/models': ['src/core'],
  'src/throttle': ['src/core'],
  'src/personas': ['src/core'],
  'src/prompt': ['src/core', 'type src/models', 'type src/personas'],
  'src/storage': ['src/core', 'type src/personas'],
  'src/chat': [
    'src/core',
    'src/completions',
    'src/models',
    'src/throttle',
    'src/personas',
    'src/prompt',
    'src/storage',
  ],
  'src/discord': ['src/core', 'src/models', 'src/personas', 'src/storage', 'src/chat', 'type src/prompt'],
  // The rest arrives as `bot`.
  commands: ['src/discord/command.ts', 'src/core/errors.ts', 'type src'],
  'src/config.ts': ['src/core'],
  'src/app.ts': [
    'src/config.ts',
    'src/core',
    'src/completions',
    'src/models',
    'src/throttle',
    'src/personas',
    'src/prompt',
    'src/storage',
    'src/chat',
    'src/discord',
  ],
  'src/cli': [
    'src/app.ts',
    'src/config.ts',
    'src/core',
    'src/models',
    'src/personas',
    'src/prompt',
    'src/storage',
    'src/discord',
  ],
  // An independent judge of what the bot sends: it shares no code with it.
  'src/simulator': [],
  'src/playground': ['src/app.ts', 'src/config.ts', 'src/core', 'src/simulator'],
  'src/main.ts': ['src/core/errors.ts', 'src/app.ts', 'src/cli', 'src/playground'],
  'src/require-node.cjs': ['package.json'],
};

const KNOWS_DISCORD = ['src/discord', 'src/app.ts', 'commands'];
const READS_ENVIRONMENT = ['src/main.ts', 'src/config.ts'];
// The files in `commands/`; two tokenizer packages of one shape.
const IMPORTS_BY_ADDRESS = ['src/discord/registry.ts', 'src/simulator/infermatic/tokenizers.ts'];
const MAX_LINES = 400;

const isUnder = (path: string, place: string) => path === place || path.startsWith(`${place}/`);
const isOurs = (path: string) =>
  isUnder(path, 'src') || /^(commands|test|bench)\//.test(path) || path === 'package.json';
const isOneOf = (path: string, places: string[]) => places.some((place) => isUnder(path, place));

function roomOf(path: string): string {
  const rooms = Object.keys(MAY_IMPORT).filter((room) => isUnder(path, room));
  return rooms.sort((a, b) => b.length - a.length)[0] ?? `(no room for ${path})`;
}

/** Why the rooms do not allow this import; undefined if they do. */
function objection({ from, to, isTypeOnly }: Import): string | undefined {
  if (to === COMPUTED)
    return isOneOf(from, IMPORTS_BY_ADDRESS) ? undefined : 'imports an address that is not written out';
  if (!isOurs(to)) {
    const isDiscord = /^(discord\.js|discord-api-types|@discordjs\/)/.test(to);
    return isDiscord && !isOneOf(from, KNOWS_DISCORD) ? 'may not know Discord' : undefined;
  }
  const room = roomOf(from);
  const allowed = MAY_IMPORT[room]?.some((rule) =>
    rule.startsWith('type ') ? isTypeOnly && isUnder(to, rule.slice('type '.length)) : isUnder(to, rule),
  );
  return allowed || isUnder(to, room) ? undefined : `${room} may not import ${roomOf(to)}`;
}

function objections(imports: Import[]): string[] {
  return imports.flatMap((edge) => {
    const reason = objection(edge);
    return reason ? [`${edge.from} -> ${edge.to}${edge.isTypeOnly ? ' (type)' : ''}: ${reason}`] : [];
  });
}

/** A way through the rooms that comes back to where it began. */
function findCycle(imports: Import[]): string[] | undefined {
  const edges = new Map<string, Set<string>>();
  for (const { from, to } of imports) {
    if (!isOurs(to) || roomOf(from) === roomOf(to)) continue;
    edges.set(roomOf(from), (edges.get(roomOf(from)) ?? new Set()).add(roomOf(to)));
  }
  const done = new Set<string>();
  function walk(room: string, path: string[]): string[] | undefined {
    if (path.includes(room)) return [...path.slice(path.indexOf(room)), room];
    if (done.has(room)) return undefined;
    for (const next of edges.get(room) ?? []) {
      const cycle = walk(next, [...path, room]);
      if (cycle) return cycle;
    }
    done.add(room);
    return undefined;
  }
  for (const room of edges.keys()) {
    const cycle = walk(room, []);
    if (cycle) return cycle;
  }
  return undefined;
}

const sources = readSourceFiles(['src', 'commands']);
const imports = sources.flatMap(importsOf);

describe('who may import whom', () => {
  test('every import is one that the rooms allow', () => {
    expect(objections(imports)).toEqual([]);
  });

  test('no room needs itself through another', () => {
    expect(findCycle(imports)).toEqual(undefined);
  });

  test('every room named above exists', () => {
    const rooms = new Set(sources.map(({ path }) => roomOf(path)));
    expect(Object.keys(MAY_IMPORT).filter((room) => !rooms.has(room))).toEqual([]);
  });

  test('the environment is read at the edge only', () => {
    const readers = sources.filter(({ text }) =>
      /\bprocess\s*(\?\.|\.|\[\s*['"])env\b|\bfrom 'node:process'/.test(text),
    );
    expect(readers.map(({ path }) => path).filter((path) => !READS_ENVIRONMENT.includes(path))).toEqual([]);
  });

  test(`no file is over ${MAX_LINES} lines`, () => {
    const long = readSourceFiles(['src', 'commands', 'test', 'bench'])
      .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
      .filter(({ lines }) => lines > MAX_LINES);
    expect(long).toEqual([]);
  });
});

describe('the reader of imports', () => {
  test('sees statements over several lines, re-exports, side effects and calls, and tells types apart', () => {
    const text = [
      "import type { A } from '../core/a.ts';",
      "import { type B,\n  c as d } from './b.ts';",
      "import e, * as f from 'node:fs';",
      "import './effect.ts';",
      "export { g } from '../../commands/g.ts';",
      "export * from './h.ts';",
      "const later = async () => (await import('../cli/start.ts')).start;",
      "const old = require('../../package.json');",
      'const any = await import(address);',
      "const text = 'import x from y';",
      'const here = import.meta.url;',
    ].join('\n');
    const found = importsOf({ path: 'src/chat/x.ts', text });
    expect(found.map(({ to, isTypeOnly }) => (isTypeOnly ? `type ${to}` : to))).toEqual([
      'type src/core/a.ts',
      'src/chat/b.ts',
      'node:fs',
      'src/chat/effect.ts',
      'commands/g.ts',
      'src/chat/h.ts',
      'src/cli/start.ts',
      'package.json',
      COMPUTED,
    ]);
  });
});

describe('the rule', () => {
  const edge = (from: string, to: string, isTypeOnly = false) => ({ from, to, isTypeOnly });

  test.each([
    edge('src/chat/turn.ts', 'src/storage/history.ts'),
    edge('src/prompt/assemble.ts', 'src/models/catalog.ts', true),
    edge('commands/ask.ts', 'src/discord/bot.ts', true),
    edge('commands/ask.ts', 'discord.js'),
    edge('src/simulator/discord/gateway/gateway.ts', 'ws'),
    edge('src/discord/registry.ts', COMPUTED),
  ])('allows $from -> $to', (allowed) => {
    expect(objections([allowed])).toEqual([]);
  });

  test.each([
    [edge('src/core/report.ts', 'src/chat/turn.ts'), 'src/core may not import src/chat'],
    [edge('src/prompt/assemble.ts', 'src/models/catalog.ts'), 'src/prompt may not import src/models'],
    [edge('src/chat/turn.ts', 'src/discord/bot.ts', true), 'src/chat may not import src/discord'],
    [edge('src/chat/turn.ts', 'src/config.ts'), 'src/chat may not import src/config.ts'],
    [edge('src/chat/turn.ts', 'discord.js', true), 'may not know Discord'],
    [edge('commands/ask.ts', 'src/storage/history.ts'), 'commands may not import src/storage'],
    [edge('src/simulator/discord/world.ts', 'src/core/clock.ts', true), 'src/simulator may not import src/core'],
    [edge('src/simulator/discord/world.ts', '@discordjs/rest'), 'may not know Discord'],
    [edge('src/app.ts', 'src/simulator/discord/index.ts'), 'src/app.ts may not import src/simulator'],
    [edge('src/app.ts', 'test/support/bot.ts'), 'src/app.ts may not import (no room for test/support/bot.ts)'],
    [edge('src/new/thing.ts', 'src/core/clock.ts'), '(no room for src/new/thing.ts) may not import src/core'],
    [edge('src/chat/turn.ts', COMPUTED), 'imports an address that is not written out'],
  ])('names %j', (forbidden, reason) => {
    const { from, to, isTypeOnly } = forbidden;
    expect(objections([forbidden])).toEqual([`${from} -> ${to}${isTypeOnly ? ' (type)' : ''}: ${reason}`]);
  });

  test('names the way of a cycle, types included', () => {
    const cyclic = [
      edge('src/chat/a.ts', 'src/models/b.ts'),
      edge('src/models/b.ts', 'src/prompt/c.ts', true),
      edge('src/prompt/c.ts', 'src/chat/d.ts', true),
    ];
    expect(findCycle(cyclic)).toEqual(['src/chat', 'src/models', 'src/prompt', 'src/chat']);
  });
});
