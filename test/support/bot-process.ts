import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const GIVE_UP_MS = 10_000;

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** `node src/main.ts` in a process of its own. */
export interface BotProcess {
  /** Resolves with the first line of the log that has this message; rejects if the process ends without it. */
  logged(message: string): Promise<Record<string, unknown>>;
  kill(signal: NodeJS.Signals): void;
  ended: Promise<Ended>;
}

/** The environment is exactly `env`; `.env` is looked for in `folder`. */
export function runBot(command: string, { env, folder }: { env: Record<string, string>; folder: string }): BotProcess {
  const child = spawn(process.execPath, [MAIN, command], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, ...output }));
  });
  return {
    ended,
    kill: (signal) => void child.kill(signal),
    logged: (message) => waitForLine(child, output, message),
  };
}

function waitForLine(
  child: ChildProcess,
  output: { stdout: string; stderr: string },
  message: string,
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      stop();
      reject(new Error(`"${message}" was not logged; the process wrote\n${output.stdout}\n${output.stderr}`));
    };
    const look = () => {
      const line = output.stdout.split('\n').find((text) => text.includes(`"msg":${JSON.stringify(message)}`));
      if (line === undefined) return;
      stop();
      resolve(JSON.parse(line) as Record<string, unknown>);
    };
    const timer = setTimeout(giveUp, GIVE_UP_MS);
    const stop = () => {
      clearTimeout(timer);
      child.stdout?.off('data', look);
      child.off('close', giveUp);
    };
    child.stdout?.on('data', look);
    child.on('close', giveUp);
    look();
  });
}
