import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

test.each([
  { how: 'well', signal: 'SIGINT' as const, expected: [0, 'ready\nstopping by SIGINT\n', ''] },
  { how: 'well', signal: 'SIGTERM' as const, expected: [0, 'ready\nstopping by SIGTERM\n', ''] },
  {
    how: 'badly',
    signal: 'SIGTERM' as const,
    expected: [1, 'ready\nstopping by SIGTERM\n', 'The end was not clean: the store is gone\n'],
  },
])('a process that is asked to end by $signal and ends $how says so by its exit code', async (example) => {
  const script = fileURLToPath(new URL('../fixtures/stopping.ts', import.meta.url));
  const child = spawn(process.execPath, [script, example.how]);
  let [output, errors] = ['', ''];
  child.stderr.on('data', (data: Buffer) => {
    errors += data.toString();
  });
  child.stdout.on('data', (data: Buffer) => {
    output += data.toString();
    if (output === 'ready\n') child.kill(example.signal);
  });
  const [code] = (await once(child, 'close')) as [number];
  expect([code, output, errors]).toEqual(example.expected);
});
