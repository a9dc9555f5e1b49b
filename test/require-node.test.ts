import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('..', import.meta.url));
const { scripts } = createRequire(import.meta.url)('../package.json') as { scripts: Record<string, string> };

/** Runs the guard in a process that believes to be this version of Node. */
function startOn(version: string) {
  const program = `
    Object.defineProperty(process.versions, 'node', { value: '${version}' });
    require('./src/require-node.cjs');
    process.stdout.write('started');`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--eval', program], {
    cwd: root,
    encoding: 'utf8',
    env: {},
  });
  return { status, stdout, stderr };
}

describe('the version of Node', () => {
  test.each(['16.20.2', '20.20.2', '22.2.0', '22.18.9'])('%s is refused in one sentence', (version) => {
    expect(startOn(version)).toEqual({
      status: 1,
      stdout: '',
      stderr: `Dramatis needs Node 22.19 or newer, and this is Node ${version}: install a newer one from https://nodejs.org.\n`,
    });
  });

  test.each(['22.19.0', '23.0.0', '24.21.0', '30.1.0'])('%s starts', (version) => {
    expect(startOn(version)).toEqual({ status: 0, stdout: 'started', stderr: '' });
  });

  test('is checked by every script that runs the project’s own code, before that code is read', () => {
    const unguarded = Object.entries(scripts).filter(
      ([, script]) =>
        /\bnode\b/.test(script) && !/^node (-r \.\/src\/require-node\.cjs |src\/require-node\.cjs && )/.test(script),
    );
    expect(unguarded).toEqual([]);
  });
});
