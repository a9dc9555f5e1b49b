import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { StartError } from '../core/errors.ts';
import type { Told } from './bot-entry.ts';
import { readLogLine } from './log-line.ts';

const ENTRY = fileURLToPath(new URL('bot-entry.ts', import.meta.url));
/** As `npm start` has them. */
const NODE_OPTIONS = ['-r', fileURLToPath(new URL('../compile-cache.cjs', import.meta.url)), '--max-semi-space-size=2'];

export interface BotProcessOptions {
  env: Record<string, string | undefined>;
  /** Its working directory. */
  folder: string;
  /** Something that the bot wrote, or that became of it, for the person at the terminal. */
  say: (text: string) => void;
}

export type BotProcess = ReturnType<typeof createBotProcess>;

/** The bot in a process of its own, which can be ended and started again while Discord and its store stay. */
export function createBotProcess({ env, folder, say }: BotProcessOptions) {
  let child: ChildProcess | undefined;
  let isExpectedToEnd = false;
  let isBusy = false;
  let isStopped = false;

  /** @throws StartError with what the bot said when it cannot start */
  async function start(): Promise<void> {
    const started = fork(ENTRY, [], {
      cwd: folder,
      env,
      execArgv: NODE_OPTIONS,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    child = started;
    isExpectedToEnd = false;
    let isUp = false;
    const stderr: string[] = [];
    readLines(started.stdout, (line) => say(readLogLine(line)));
    readLines(started.stderr, (line) => (isUp ? say(`The bot: ${line}`) : stderr.push(line)));
    started.on('close', (code, signal) => {
      if (child === started) child = undefined;
      if (isUp && !isExpectedToEnd)
        say(`The bot has ended by itself (${signal ?? `code ${code}`}). \`:restart\` starts it again.`);
    });
    // A process that has ended already cannot be told anything; its end says more.
    started.send(env, () => {});
    const [told] = await Promise.race([
      once(started, 'message') as Promise<[Told]>,
      once(started, 'close').then(([code]): [Told] => [failedWith(stderr, code as number | null)]),
    ]);
    if (told.kind === 'failed') throw new StartError(told.message);
    isUp = true;
  }

  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    isExpectedToEnd = true;
    const ending = child;
    if (!ending) return;
    const closed = once(ending, 'close');
    ending.kill(signal);
    await closed;
  }

  /** Ends the bot in this way and starts it again; what it is doing is told. */
  async function again(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (isBusy) return say('The bot is being started already.');
    isBusy = true;
    try {
      if (child)
        say(signal === 'SIGKILL' ? 'The bot is ended with SIGKILL …' : 'The bot stops; running answers may finish …');
      await end(signal);
      if (isStopped) return;
      say('It is gone, and starts again …');
      await start();
      say('The bot is back.');
    } catch (error) {
      if (isStopped) return;
      if (!(error instanceof StartError)) throw error;
      say(`The bot cannot start; \`:restart\` tries again. ${error.message}`);
    } finally {
      isBusy = false;
    }
  }

  return {
    start,
    kill: () => again('SIGKILL'),
    restart: () => again('SIGTERM'),
    /** Running answers may finish; nothing starts it again. */
    stop: () => {
      isStopped = true;
      return end('SIGTERM');
    },
    /** For the end of the playground's own process: nothing is waited for. */
    drop: () => void child?.kill('SIGKILL'),
  };
}

function failedWith(stderr: readonly string[], code: number | null): Told {
  return { kind: 'failed', message: stderr.join('\n') || `The bot ended while it started (code ${code}).` };
}

function readLines(stream: NodeJS.ReadableStream | null, read: (line: string) => void): void {
  if (stream) createInterface({ input: stream }).on('line', read);
}
