import { createEditClock } from '../../src/chat/edit-clock.ts';
import { createGenerate } from '../../src/chat/generate.ts';
import { TurnStopped } from '../../src/chat/stop.ts';
import { createTurns } from '../../src/chat/turn.ts';
import type { CompletionsClient } from '../../src/completions/client.ts';
import type { CompletionEvent, CompletionRequest } from '../../src/completions/events.ts';
import type { Logger } from '../../src/core/logger.ts';
import { createCatalog } from '../../src/models/catalog.ts';
import { createHistory, type History, type StoredMessage } from '../../src/storage/history.ts';
import { openStore, type Store, type StoreEntry } from '../../src/storage/store.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';
import { createFakeTarget, type FakeTarget, type FakeTargetOptions } from './fake-target.ts';

/** Milliseconds to wait, a text, any other event, or what is thrown. */
export type Step = number | string | CompletionEvent | Error;
export type Answer = (request: CompletionRequest) => Step[];

export const STOP: CompletionEvent = { type: 'finish', reason: 'stop' };
export const MODEL = 'Sao10K-L3.3-70B-Euryale-v2.3';
export const OLD_TEMPLATE_MODEL = 'Mixtral-8x7B-Instruct-v0.1';

export interface SceneOptions {
  /** What the model does, by number of the request; the last one again for all that follow. */
  answers?: (Step[] | Answer)[];
  /** Called before each write of the store; throws to make it fail. */
  onWrite?: (entries: StoreEntry[]) => void;
  /** Waits in front of each step of the store, the model and Discord. */
  pause?: () => Promise<void>;
}

export interface AskOptions extends Partial<Omit<FakeTargetOptions, 'clock' | 'log'>> {
  conversationId?: string;
  /** Of the user's message `u<id>` and of its reply `r<id>`. */
  id?: string;
  author?: string;
  isRetry?: boolean;
  modelName?: string;
  heading?: string;
}

export interface Asked {
  target: FakeTarget;
  done: Promise<void>;
  stop: (by: 'member' | 'shutdown') => void;
}

export type Scene = Awaited<ReturnType<typeof createScene>>;

/** Turns with all that is behind them but the model and Discord, and one log of what leaves for either or is stored. */
export async function createScene({ answers = [['Hi.', STOP]], onWrite, pause }: SceneOptions = {}) {
  const clock = new FakeClock();
  const log: string[] = [];
  const faults: object[] = [];
  const requests: CompletionRequest[] = [];
  const write = (line: string) => void log.push(`${clock.now()} ${line}`);
  const logger: Logger = { debug() {}, info() {}, warn() {}, error: (facts) => void faults.push(facts) };

  const store = await openStore('memory://', { clock });
  const history = createHistory({ store: watched(store), clock, logger });
  const completions: CompletionsClient = { stream, listModels: () => Promise.resolve([]) };
  const throttle = {
    waiting: 0,
    running: 0,
    acquire({ signal }: { signal: AbortSignal }) {
      signal.throwIfAborted();
      this.running += 1;
      return Promise.resolve({ release: () => void (this.running -= 1) });
    },
    pauseFor: (ms: number) => write(`throttle paused for ${ms}`),
  };
  const listed = [{ id: MODEL }, { id: OLD_TEMPLATE_MODEL }];
  const catalog = createCatalog({ listModels: () => Promise.resolve(listed), defaultModel: undefined, logger });
  await catalog.refresh({ signal: new AbortController().signal });
  const ownName = 'Dramatis';
  const generate = createGenerate({ history, completions, throttle, clock, ownName });
  const editClock = createEditClock({ clock });
  const turns = createTurns({ history, catalog, generate, editClock, clock, logger, ownName });

  function watched(inner: Store): Store {
    return {
      ...inner,
      async get(key) {
        await pause?.();
        return inner.get(key);
      },
      async setMany(entries) {
        await pause?.();
        onWrite?.(entries);
        await inner.setMany(entries);
        write(`stored: ${describeHead(entries)}`);
      },
    };
  }

  async function* stream(
    request: CompletionRequest,
    { signal }: { signal: AbortSignal },
  ): AsyncGenerator<CompletionEvent, void, undefined> {
    requests.push(request);
    write(`asked with ${request.messages.length} messages`);
    const answer = answers[Math.min(requests.length, answers.length) - 1] ?? [];
    for (const step of typeof answer === 'function' ? answer(request) : answer) {
      await pause?.();
      signal.throwIfAborted();
      if (typeof step === 'number') await clock.sleep(step, { signal });
      else if (step instanceof Error) throw step;
      else yield typeof step === 'string' ? { type: 'text', text: step } : step;
    }
  }

  function ask(text: string, options: AskOptions = {}): Asked {
    const { conversationId = 'c', id = '1', author = 'Ann', isRetry = false, modelName, heading = '' } = options;
    const target = createFakeTarget({ clock, log: write, ...options });
    const controller = new AbortController();
    const done = turns.run({
      conversationId,
      replyId: `r${id}`,
      user: userMessage(isRetry ? id.replace(/[^\d].*/, '') : id, text, author),
      isRetry,
      modelName,
      heading,
      place: () => ({ messageIds: [...target.messageIds] }),
      target,
      signal: controller.signal,
      onEnding: () => write('ending'),
    });
    done.catch(() => {});
    return { target, done, stop: (by) => controller.abort(new TurnStopped(by)) };
  }

  const finish = (...asked: Asked[]) => advanceUntil(clock, Promise.all(asked.map(({ done }) => done)));

  return { clock, log, faults, requests, history, throttle, generate, ask, finish };
}

const MAX_STEPS = 2_000;

/** Moves time on until the promise has settled, and settles as it does. */
export async function advanceUntil(clock: FakeClock, promise: Promise<unknown>, stepMs = 1_000): Promise<void> {
  const settled = promise.then(
    () => true,
    () => true,
  );
  for (let step = 0; step < MAX_STEPS; step++) {
    await clock.advance(stepMs);
    if (await Promise.race([settled, settle().then(() => false)])) return void (await promise);
  }
  throw new Error('it did not end');
}

export function userMessage(id: string, content: string, author = 'Ann'): StoredMessage {
  const name = author;
  return { id: `u${id}`, role: 'user', author: { id: `id of ${name}`, name }, content, discordMessageIds: [], at: 0 };
}

/** Oldest first: `Ann: question` and `-> reply (finish)`. */
export async function conversationOf(history: History, conversationId = 'c'): Promise<string[]> {
  const lines: string[] = [];
  for await (const { user, reply } of history.newest(conversationId)) {
    if (reply) lines.push(`-> ${reply.content} (${reply.finish})`);
    lines.push(`${user.author.name}: ${user.content}`);
  }
  return lines.toReversed();
}

function describeHead(entries: StoreEntry[]): string {
  const head = entries
    .map(({ value }) => value)
    .find((value) => typeof value === 'object' && value && 'marks' in value);
  const { messages, marks } = (head ?? { messages: '?', marks: [] }) as { messages: number; marks: unknown[] };
  return `${messages} messages, ${marks.length} marks`;
}
