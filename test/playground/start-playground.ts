import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface PlaygroundProcess {
  process: ChildProcess;
  /** The folder for temporary files, in which the playground keeps its own. */
  folder: string;
  filesLeft(): string[];
  type(line: string): void;
  /** Waits for a text in what has been printed since the last `forget`. What was added to a message is joined to it, as a reader does. */
  shown(text: string | RegExp): Promise<void>;
  printed(): string;
  forget(): void;
  /** Ends it at once. */
  drop(): Promise<void>;
}

const GIVE_UP_MS = 15_000;
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The playground as `npm run playground` starts it, with its input and output in pipes. */
export function spawnPlayground(env: Record<string, string> = {}, nodeOptions: string[] = []): PlaygroundProcess {
  const folder = mkdtempSync(join(tmpdir(), 'playground-test-'));
  let printed = '';
  let onPrinted = () => {};
  const child = spawn(process.execPath, [...nodeOptions, 'src/main.ts', 'playground'], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', TMPDIR: folder, ...env },
    stdio: 'pipe',
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      onPrinted();
    });
  }
  const closed = once(child, 'close');

  return {
    process: child,
    folder,
    filesLeft: () => readdirSync(folder),
    type: (line) => void child.stdin.write(`${line}\n`),
    shown: (text) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${text} was not shown, but:\n${printed}`)), GIVE_UP_MS);
        onPrinted = () => {
          const whole = printed.replaceAll(/(?:\n\[Stop\])?\n… /g, '');
          if (typeof text === 'string' ? !whole.includes(text) : !text.test(whole)) return;
          clearTimeout(timer);
          resolve();
        };
        onPrinted();
      }),
    printed: () => printed,
    forget: () => void (printed = ''),
    async drop() {
      child.kill('SIGKILL');
      await closed;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
