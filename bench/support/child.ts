import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { FromChild, Memory, ToChild } from './child-side.ts';

/** A measured process. */
export interface Child {
  /** From the start of the process. */
  readyAfterMs: number;
  memory(): Promise<Memory>;
  stop(): Promise<void>;
}

const ROOT = new URL('../../', import.meta.url);
const START_TIMEOUT_MS = 20_000;
const KEPT_OUTPUT_LENGTH = 4_000;

/** What `npm start` gives Node before the bot. */
const NODE_OPTIONS = startScript()
  .replace(/^node /, '')
  .replace(/ ?src\/main\.ts.*$/, '')
  .split(' ');

/** Starts a script that calls `reportReady` as `npm start` does, with these environment variables and no others but PATH. */
export async function startChild(script: URL, env: Record<string, string>): Promise<Child> {
  const startedAt = performance.now();
  const process = fork(script, {
    env: { PATH: globalThis.process.env['PATH'], ...env },
    cwd: ROOT,
    execArgv: ['--expose-gc', ...NODE_OPTIONS],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const output = keepOutput(process);
  try {
    await receive(process, 'ready', output);
  } catch (error) {
    process.kill('SIGKILL');
    throw error;
  }
  const send = (message: ToChild) => void process.send(message);
  return {
    readyAfterMs: performance.now() - startedAt,
    async memory() {
      const answer = receive(process, 'memory', output);
      send({ type: 'measure' });
      return (await answer).memory;
    },
    async stop() {
      const exited = once(process, 'exit');
      send({ type: 'stop' });
      await exited;
    },
  };
}

function receive<Type extends FromChild['type']>(
  process: ChildProcess,
  type: Type,
  output: () => string,
): Promise<Extract<FromChild, { type: Type }>> {
  return new Promise((resolve, reject) => {
    const settle = (settled: () => void) => {
      clearTimeout(timer);
      process.off('message', onMessage).off('exit', onExit);
      settled();
    };
    const fail = (what: string) => settle(() => reject(new Error(`the measured process ${what}:\n${output()}`)));
    const onMessage = (message: unknown) => {
      const received = message as FromChild;
      if (received.type === type) settle(() => resolve(received as Extract<FromChild, { type: Type }>));
    };
    const onExit = () => fail('ended');
    const timer = setTimeout(() => fail(`did not say "${type}"`), START_TIMEOUT_MS);
    process.on('message', onMessage).on('exit', onExit);
  });
}

function startScript(): string {
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as { scripts: { start: string } };
  return scripts.start;
}

/** The end of what the process wrote, for the error that says why it failed. */
function keepOutput({ stdout, stderr }: ChildProcess): () => string {
  let kept = '';
  for (const stream of [stdout, stderr] as Readable[]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      kept = (kept + text).slice(-KEPT_OUTPUT_LENGTH);
    });
  }
  return () => kept;
}
