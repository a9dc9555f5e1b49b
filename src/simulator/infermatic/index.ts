import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Behaviour, PlainAnswer, ReceivedCompletion, Speed } from './behaviour.ts';
import type { KeyLimits } from './budget.ts';
import { createTimers, type SimulatorClock, systemClock } from './clock.ts';
import { createCompletions } from './completions.ts';
import { createExchange } from './exchange.ts';
import { createGateway } from './gateway.ts';
import { createLog, type LogEntry, type SimulatorListener } from './log.ts';
import { defaultModels, type SimulatedModel } from './models.ts';
import { createTokenCounter } from './tokenizers.ts';

export type {
  Behaviour,
  PlainAnswer,
  ReceivedCompletion,
  ReceivedPicture,
  ScriptedReply,
  Speed,
} from './behaviour.ts';
export type { KeyLimits } from './budget.ts';
export type { SimulatorClock } from './clock.ts';
export { errors } from './errors.ts';
export type { LogEntry, SimulatorEvent, SimulatorListener } from './log.ts';
export { defaultModels, type SimulatedModel } from './models.ts';

export interface InfermaticSimulatorOptions {
  /** Default: a free one. */
  port?: number;
  models?: readonly SimulatedModel[];
  /** Default: `sk-simulated` with 60 requests per minute. */
  keys?: Record<string, KeyLimits>;
  /** Default: everything at once. */
  speed?: Speed;
  /** Network round trip; half of it passes each way. */
  latencyMs?: number;
  /** The answer to what is not scripted by `next` or `fail`. */
  reply?: (request: ReceivedCompletion) => Behaviour | string;
  clock?: SimulatorClock;
  /** 400 of the gateway, or 404 of the engine. */
  unknownModel?: 'invalid-name' | 'not-found';
  /** Default true: rate limit and LiteLLM headers reach the client. */
  forwardsHeaders?: boolean;
}

export interface InfermaticSimulator {
  /** With `/v1`. */
  url: string;
  /** The first key. */
  key: string;
  /** Every request, oldest first; an entry goes on changing until its `finishedAt`. */
  log: readonly Readonly<LogEntry>[];
  clearLog(): void;
  /** The requests that were refused with 429 for lack of budget. */
  rejected: readonly Readonly<LogEntry>[];
  /** The behaviour of the next completion requests that pass every check, in order. */
  next(...behaviours: (Behaviour | string)[]): void;
  /** Forgets what `next` still holds. */
  clearNext(): void;
  /** Every completion behaves so, before what `next` holds, until cleared with undefined. */
  fail(behaviour: Behaviour | undefined): void;
  failModels(answer: PlainAnswer | 'hang' | undefined): void;
  /** From now on these are listed and served. */
  setModels(models: readonly SimulatedModel[]): void;
  /** From now on the key is known; one that was there begins a new budget. */
  addKey(key: string, limits: KeyLimits): void;
  /** From now on the key is refused; what is open goes on. */
  removeKey(key: string): void;
  /** From now on the key has these limits, over the requests that have arrived already. */
  setLimits(key: string, limits: KeyLimits): void;
  setForwardsHeaders(forwardsHeaders: boolean): void;
  /** The answer stops listening. */
  on(listener: SimulatorListener): () => void;
  /** Cuts whatever is still open. */
  close(): Promise<void>;
}

const asBehaviour = (behaviour: Behaviour | string): Behaviour =>
  typeof behaviour === 'string' ? { reply: behaviour } : behaviour;

export async function startInfermaticSimulator(options: InfermaticSimulatorOptions = {}): Promise<InfermaticSimulator> {
  const {
    port = 0,
    keys = { 'sk-simulated': { requestsPerMinute: 60 } },
    speed = { firstTokenMs: 0, tokensPerSecond: Infinity },
    latencyMs = 0,
    reply = () => ({}),
    clock = systemClock,
    unknownModel = 'invalid-name',
  } = options;
  const timers = createTimers(clock);
  const log = createLog();
  const closing = new AbortController();
  const scripted: Behaviour[] = [];
  const rejected: LogEntry[] = [];
  const check = { models: options.models ?? defaultModels, unknownModel, countTokens: createTokenCounter() };
  let { forwardsHeaders = true } = options;
  let failing: Behaviour | undefined;
  let failingModels: PlainAnswer | 'hang' | undefined;

  const complete = createCompletions({
    check,
    speed,
    timers,
    log,
    failing: () => failing,
    behaviourFor: (request) => scripted.shift() ?? asBehaviour(reply(request)),
  });
  const gateway = createGateway({
    keys,
    forwardsHeaders: () => forwardsHeaders,
    models: () => check.models,
    failingModels: () => failingModels,
    rejected: ({ entry }) => rejected.push(entry),
    complete,
  });
  const receive = (request: IncomingMessage, response: ServerResponse) => {
    const exchange = createExchange({
      request,
      response,
      timers,
      log,
      outwardMs: latencyMs / 2,
      closing: closing.signal,
    });
    log.emit('request', exchange.entry.at, exchange.entry);
    gateway.route(exchange, request).catch((error: unknown) => {
      if (!exchange.gone)
        exchange.answer({ status: 500, body: { detail: `fault of the simulator: ${String(error)}` } });
    });
  };
  const server = createServer((request, response) => {
    timers.after(latencyMs / 2, () => receive(request, response));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    key: Object.keys(keys)[0] ?? '',
    log: log.entries,
    rejected,
    clearLog() {
      log.clear();
      rejected.length = 0;
    },
    next: (...behaviours) => void scripted.push(...behaviours.map(asBehaviour)),
    clearNext() {
      scripted.length = 0;
    },
    fail: (behaviour) => {
      failing = behaviour;
    },
    failModels: (answer) => {
      failingModels = answer;
    },
    setModels: (models) => {
      check.models = models;
    },
    addKey: (key, limits) => gateway.addKey(key, limits),
    removeKey: (key) => void gateway.removeKey(key),
    setLimits: (key, limits) => gateway.setLimits(key, limits),
    setForwardsHeaders(forwards) {
      forwardsHeaders = forwards;
    },
    on: (listener) => log.on(listener),
    async close() {
      if (closing.signal.aborted) return;
      closing.abort();
      timers.cancelAll();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
