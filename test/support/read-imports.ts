import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface SourceFile {
  /** From the root of the project, with forward slashes. */
  path: string;
  text: string;
}

export interface Import {
  /** The file that imports. */
  from: string;
  /** A file of the project from its root, or a package as it is written. */
  to: string;
  isTypeOnly: boolean;
}

const root = new URL('../../', import.meta.url);

/** Every source file in these folders of the project, and in theirs. */
export function readSourceFiles(folders: string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: 'utf8' })
      .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
      .filter((path) => /\.[cm]?[jt]s$/.test(path))
      .sort()
      .map((path) => ({ path, text: readFileSync(fileURLToPath(new URL(path, root)), 'utf8') })),
  );
}

const STATEMENT = /^(?:import|export)\s+(type\s)?(?:[\w$*\s{},]*?\sfrom\s*)?['"]([^'"]+)['"]/gm;
const CALL = /\b(?:import|require)\s*\(\s*(?:['"]([^'"]+)['"])?/g;

/** The address of a dynamic import that is not written out. */
export const COMPUTED = '(computed)';

/** What a file imports: by statements, re-exports, `import(…)` and `require(…)`. Only `import type` counts as type only. */
export function importsOf({ path, text }: SourceFile): Import[] {
  const resolve = (specifier: string) =>
    specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier;
  return [
    ...[...text.matchAll(STATEMENT)].map(([, type, specifier = '']) => ({ specifier, isTypeOnly: type !== undefined })),
    ...[...text.matchAll(CALL)].map(([, specifier = COMPUTED]) => ({ specifier, isTypeOnly: false })),
  ].map(({ specifier, isTypeOnly }) => ({ from: path, to: resolve(specifier), isTypeOnly }));
}
