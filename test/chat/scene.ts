import { createChoices } from '../../src/chat/choices.ts';
import { createEditClock } from '../../src/chat/edit-clock.ts';
import { createGenerate } from '../../src/chat/generate.ts';
import type { Place } from '../../src/chat/place.ts';
import { type StoppedBy, TurnStopped } from '../../src/chat/stop.ts';
import { createTextCounts } from '../../src/chat/text-counts.ts';
import { createTurns, type PictureSource, type TurnKind } from '../../src/chat/turn.ts';
import { createUpstreams, type KeyState, type Upstream } from '../../src/chat/upstreams.ts';
import type { CompletionsClient } from '../../src/completions/client.ts';
import type { CompletionEvent, CompletionRequest } from '../../src/completions/events.ts';
import type { Logger } from '../../src/core/logger.ts';
import { createSeal } from '../../src/core/seal.ts';
import { createCatalog, type ListedModel } from '../../src/models/catalog.ts';
import { estimateTokens } from '../../src/models/estimate.ts';
import { createHealth } from '../../src/models/health.ts';
import { createLearned } from '../../src/models/learned.ts';
import type { TokenCounter, Tokenizers } from '../../src/models/tokens.ts';
import { createDocument } from '../../src/storage/document.ts';
import { createHistory, type History, type StoredMessage } from '../../src/storage/history.ts';
import { createSettings } from '../../src/storage/settings.ts';
import { openStore, type Store, type StoreEntry } from '../../src/storage/store.ts';
import { createThrottle, type Throttle } from '../../src/throttle/queue.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';
import { createFakeTarget, type FakeTarget, type FakeTargetOptions } from './fake-target.ts';

/** Milliseconds to wait, a text, any other event, or what is thrown. */
export type Step = number | string | CompletionEvent | Error;
export type Answer = (request: CompletionRequest) => Step[];

export const STOP: CompletionEvent = { type: 'finish', reason: 'stop' };
/** 32,000 tokens by its table, an exact tokenizer, any order of roles. */
export const MODEL = 'Sao10K-L3.3-70B-Euryale-v2.3';
export const OLD_TEMPLATE_MODEL = 'Mixtral-8x7B-Instruct-v0.1';
export const SEEING_MODEL = 'Qwen-Qwen3-VL-8B-Instruct';
const LISTED: ListedModel[] = [{ id: MODEL }, { id: OLD_TEMPLATE_MODEL }, { id: SEEING_MODEL }];
const NEVER = new AbortController().signal;

export interface SceneOptions {
  /** What the model does, by number of the request; the last one again for all that follow. */
  answers?: (Step[] | Answer)[];
  /** Called before each write of the store; throws to make it fail. */
  onWrite?: (entries: StoreEntry[]) => void;
  /** Waits in front of each step of the store, the model and Discord. */
  pause?: () => Promise<void>;
  listed?: ListedModel[];
  /** False while the tokenizer loads. */
  isExact?: boolean;
  requestsPerMinute?: number;
  maxConcurrent?: number;
}

export interface AskOptions extends Partial<Omit<FakeTargetOptions, 'clock' | 'log'>> {
  conversationId?: string;
  /** Of the user's message `u<id>` and of its reply `r<id>`. */
  id?: string;
  author?: string;
  isRetry?: boolean;
  /** Of a question that was answered: `1-2` is the second reply to `u1`. */
  kind?: TurnKind;
  earlier?: StoredMessage | undefined;
  /** Asked for by name. */
  model?: string;
  where?: Place;
  pictures?: PictureSource[];
  heading?: string;
}

export interface Asked {
  target: FakeTarget;
  done: Promise<void>;
  stop: (by: StoppedBy) => void;
}

export type Scene = Awaited<ReturnType<typeof createScene>>;

/** Turns with all that is behind them but the model, the tokenizer and Discord, and one log of what leaves or is stored. */
export async function createScene(options: SceneOptions = {}) {
  const { answers = [['Hi.', STOP]], onWrite, pause, listed = LISTED } = options;
  const { requestsPerMinute = 1_000, maxConcurrent = 100 } = options;
  const clock = new FakeClock();
  const log: string[] = [];
  const faults: object[] = [];
  const requests: CompletionRequest[] = [];
  const refusedKeys: [string, KeyState][] = [];
  const write = (line: string) => void log.push(`${clock.now()} ${line}`);
  const logger: Logger = { debug() {}, info() {}, warn() {}, error: (facts) => void faults.push(facts) };

  const store = watched(await openStore('memory://', { clock }));
  const kept = { store, clock, logger };
  const history = createHistory(kept);
  const settings = createSettings(kept);
  const health = createHealth({ clock });
  const learned = createLearned({ document: createDocument({ ...kept, name: 'learned' }), clock, logger });
  await learned.load();
  const completions: CompletionsClient = { stream, listModels: () => Promise.resolve(listed) };
  const { tokenizers, counting } = createCounting({ isExact: options.isExact ?? true });
  const upstreams = createUpstreams({
    create: createUpstream,
    operatorKey: 'sk-operator',
    sealOf: (guildId) => createSeal(['secret'], guildId),
    settings,
    onRefused: (...refused) => void refusedKeys.push(refused),
    clock,
    logger,
    signal: NEVER,
  });
  const operator = await upstreams.of(undefined);
  await operator.catalog.refresh({ signal: NEVER });
  const choices = createChoices({ settings, upstreams, learned });
  const ownName = 'Dramatis';
  const noPersonas = () => Promise.reject(new Error('nobody plays here'));
  const scenePrompts = { prepare: noPersonas, expand: noPersonas };
  const generate = createGenerate({
    history,
    tokenizers,
    learned,
    health,
    scenePrompts,
    textCounts: createTextCounts(),
    upstreams,
    clock,
    logger,
    ownName,
  });
  const editClock = createEditClock({ clock });
  const turns = createTurns({ history, choices, upstreams, tokenizers, generate, editClock, clock, logger, ownName });

  function createUpstream(id: string, _apiKey: string, shared?: Throttle): Upstream {
    const throttle = shared ?? createThrottle({ requestsPerMinute, maxConcurrent, clock });
    const catalog = createCatalog({
      listModels: completions.listModels,
      defaultModel: undefined,
      learned,
      saved: undefined,
      logger,
    });
    return { id, completions, catalog, throttle };
  }

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
        if (entries.some(({ key }) => key.startsWith('history:'))) write(`stored: ${describeHistory(entries)}`);
      },
    };
  }

  async function* stream(
    request: CompletionRequest,
    { signal }: { signal: AbortSignal },
  ): AsyncGenerator<CompletionEvent, void, undefined> {
    signal.throwIfAborted();
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
    const { conversationId = 'c', id = '1', author = 'Ann', isRetry = false, model, heading = '' } = options;
    const { kind = isRetry ? 'retry' : 'new', earlier } = options;
    const target = createFakeTarget({ clock, log: write, ...options });
    const controller = new AbortController();
    const user = userMessage(kind !== 'new' ? id.replace(/[^\d].*/, '') : id, text, author);
    const done = turns.run({
      conversationId,
      replyId: `r${id}`,
      user: model === undefined ? user : { ...user, model },
      kind,
      earlier,
      where: options.where ?? { channelId: conversationId },
      pictures: options.pictures,
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

  return {
    clock,
    log,
    faults,
    requests,
    refusedKeys,
    history,
    settings,
    health,
    learned,
    upstreams,
    operator,
    running: () => operator.throttle.status().running,
    choices,
    counting,
    generate,
    ask,
    finish,
  };
}

/** Counts as the estimate does, in place of tokenizers that take a thread and time to load. */
export function createCounting({ isExact }: { isExact: boolean }) {
  const counting = {
    isExact,
    /** Every text that was counted. */
    texts: [] as string[],
    /** Called with each batch, before it is counted. */
    onCount: undefined as (() => void) | undefined,
  };
  const counterFor: Tokenizers['counterFor'] = ({ name }): TokenCounter => ({
    get storeAs() {
      return counting.isExact ? name : undefined;
    },
    async count(texts) {
      counting.onCount?.();
      counting.texts.push(...texts);
      return texts.map(estimateTokens);
    },
  });
  const tokenizers: Tokenizers = { counterFor, load: () => Promise.resolve(), close: () => Promise.resolve() };
  return { tokenizers, counting };
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

export function replyMessage(id: string, content: string): StoredMessage {
  const author = { id: 'self', name: 'Dramatis' };
  return { id: `r${id}`, role: 'assistant', author, content, discordMessageIds: [], at: 0, replyTo: `u${id}` };
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

/** The contents of a request, of pictures their addresses. */
export function textsOf({ messages }: Pick<CompletionRequest, 'messages'>): string[] {
  return messages.flatMap(({ content }) =>
    typeof content === 'string'
      ? [content]
      : content.map((part) => (part.type === 'text' ? part.text : part.image_url.url)),
  );
}

function describeHistory(entries: StoreEntry[]): string {
  const head = entries
    .map(({ value }) => value)
    .find((value) => typeof value === 'object' && value && 'marks' in value);
  if (!head) return 'pages alone';
  const { messages, marks, told = [] } = head as { messages: number; marks: unknown[]; told?: string[] };
  return [`${messages} messages, ${marks.length} marks`, ...told].join(', ');
}
