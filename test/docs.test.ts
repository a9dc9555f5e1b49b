import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import { variables } from '../src/config.ts';
import type { CommandAction } from '../src/discord/command.ts';
import { loadCommands } from '../src/discord/registry.ts';
import { knownModel } from '../src/models/known-models.ts';

const root = new URL('../', import.meta.url);
const { scripts } = createRequire(import.meta.url)('../package.json') as { scripts: Record<string, string> };
const read = (path: string) => readFile(new URL(path, root), 'utf8');

/** What the README says in place of a default. */
const WITHOUT_DEFAULT: Record<string, string> = {
  DISCORD_TOKEN: 'required',
  INFERMATIC_API_KEY: 'required without `SECRET_KEY`',
  DEFAULT_MODEL: 'the first chat model that the API lists',
  SECRET_KEY: 'none',
  PUBLIC_URL: 'none',
};

/** The cells of all rows whose first cell is code that begins so. */
function rowsOf(text: string, beginning: RegExp): string[][] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter(([first = '']) => beginning.test(first.slice(1)));
}

test('the README lists every setting with its default', async () => {
  const rows = rowsOf(await read('README.md'), /^[A-Z_]+`/).map(([name, byDefault]) => [name, byDefault]);
  expect(rows).toEqual(
    Object.entries(variables).map(([name, { default: byDefault }]) => [
      `\`${name}\``,
      byDefault ? `\`${byDefault}\`` : WITHOUT_DEFAULT[name],
    ]),
  );
});

test('the README lists every command with its options', async () => {
  const usage = (name: string, { options }: CommandAction) => {
    const shown = Object.entries(options).map(([option, { required }]) => (required ? `<${option}>` : `[${option}]`));
    return [`\`/${name}`, ...shown].join(' ').concat('`');
  };
  const commands = await loadCommands(new URL('commands/', root));
  const usages = [...commands.values()].flatMap((command) =>
    'action' in command
      ? [usage(command.name, command.action)]
      : Object.entries(command.subcommands).map(([name, action]) => usage(`${command.name} ${name}`, action)),
  );
  const rows = rowsOf(await read('README.md'), /^\//).map(([name]) => name);
  expect(rows.sort()).toEqual(usages.sort());
});

test('docs/models.md lists every known model as the code has it', async () => {
  const [, table = ''] = (await read('docs/models.md')).split('## Known models');
  const names = [...(await read('src/models/known-models.ts')).matchAll(/^ {2}row\('([^']+)'/gm)].map(
    ([, name = '']) => name,
  );
  expect(rowsOf(table, /./)).toEqual(
    names.map((name) => {
      const { contextLength, family, tokenizer, roles, chat, thinking, takesPictures } = knownModel(name);
      const remarks: [boolean, string][] = [
        [!roles.system, 'no system message'],
        [thinking, 'thinks'],
        [takesPictures, 'takes pictures'],
        [!chat, 'not for chat'],
      ];
      return [
        `\`${name}\``,
        contextLength.toLocaleString('en'),
        family,
        tokenizer.isExact ? 'exactly' : 'estimated',
        remarks.flatMap(([isSo, remark]) => (isSo ? [remark] : [])).join(', '),
      ];
    }),
  );
});

test.each([
  'README.md',
  'CONTRIBUTING.md',
  'docs/operations.md',
  'docs/models.md',
  'docs/personas.md',
  'docs/roleplay.md',
  'docs/lorebooks.md',
  'docs/sillytavern.md',
  'CHANGELOG.md',
])('%s names only scripts and files that exist', async (path) => {
  const text = await read(path);
  const named = [...text.matchAll(/\bnpm (?:run ([\w:]+)|(start|test)\b)/g)].map(([, run, bare]) => run ?? bare ?? '');
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(
    ([, link = '']) => new URL(link, new URL(path, root)),
  );
  expect(links.filter((link) => !existsSync(link)).map(String)).toEqual([]);
});

test('the command in CONTRIBUTING.md is one', async () => {
  const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(await read('CONTRIBUTING.md')) ?? [];
  const folder = await mkdtemp(join(tmpdir(), 'dramatis-commands-'));
  try {
    await writeFile(join(folder, 'roll.ts'), code.replaceAll("'../src/", `'${new URL('src/', root).href}`));
    const commands = await loadCommands(pathToFileURL(`${folder}/`));
    expect([...commands.keys()]).toEqual(['roll']);
  } finally {
    await rm(folder, { recursive: true });
  }
});
