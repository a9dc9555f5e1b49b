import {
  type Behaviour,
  isPlainAnswer,
  type PlainAnswer,
  type ReceivedCompletion,
  type ScriptedReply,
  type Speed,
} from './behaviour.ts';
import { type CheckContext, checkRequest } from './check-request.ts';
import { createChunkWriter, identify, wholeCompletion } from './chunks.ts';
import type { Timers } from './clock.ts';
import type { Exchange } from './exchange.ts';
import type { Log } from './log.ts';
import { planReply } from './plan.ts';
import { faultOf, type SendParts, sendStream, streamErrorOf } from './stream.ts';

export interface CompletionParts {
  check: CheckContext;
  speed: Speed;
  timers: Timers;
  log: Log;
  /** What every completion does at the moment, before it is even looked at. */
  failing: () => Behaviour | undefined;
  behaviourFor: (request: ReceivedCompletion) => Behaviour;
}

/** Waits until the whole text would have been written, then sends it in one piece. */
function sendWhole({ exchange, plan, script, headers, timers, log }: SendParts, body: object): void {
  const { entry } = exchange;
  const fault = faultOf(script);
  const text = script.malformed === 'garbage-json' ? '{"id":"chatcmpl-' : JSON.stringify(body);
  const send = () => {
    if (exchange.gone) return;
    if (fault?.happen === 'error') return exchange.answer({ status: 500, body: streamErrorOf(script) }, headers);
    entry.startedAt = timers.now();
    entry.lastTokenAt = entry.startedAt;
    entry.completionTokens = plan.deltas.length;
    if (!fault) {
      log.emit('first-token', entry.startedAt, entry);
      log.emit('last-token', entry.lastTokenAt, entry);
      return exchange.answer({ status: 200, body: text, contentType: 'application/json' }, headers);
    }
    exchange.open(200, { 'content-type': 'application/json', ...headers });
    exchange.write(Buffer.from(text.slice(0, text.length / 2)));
    if (fault.happen === 'cut') exchange.cut();
    else exchange.end();
  };
  if (fault?.happen === 'hang') return;
  const lastToken = Math.max(0, plan.deltas.length - 1);
  exchange.onClose(timers.after(entry.at + plan.dueAfterMs(lastToken) - timers.now(), send));
}

/** What the gateway knows of a request before its body: who asks, and whether the budget allows it. */
export interface Admitted {
  key: string;
  contentType: string | undefined;
  refusal?: PlainAnswer | undefined;
  /** Headers of the key's budget. */
  headers: Record<string, string>;
}

export function createCompletions({ check, speed, timers, log, failing, behaviourFor }: CompletionParts) {
  let answered = 0;

  const reply = (
    exchange: Exchange,
    request: ReceivedCompletion,
    script: ScriptedReply,
    headers: Record<string, string>,
  ) => {
    if (script.hang === 'before-headers') return;
    answered += 1;
    const plan = planReply(request, script, speed);
    const identity = identify(request, answered, timers.now());
    const parts = { exchange, plan, script, headers, timers, log };
    if (request.stream && script.malformed !== 'plain-json') {
      sendStream(parts, createChunkWriter(identity, request, script, plan));
    } else {
      sendWhole(parts, wholeCompletion(identity, request, script, plan));
    }
  };

  return async (exchange: Exchange, { key, contentType, refusal, headers }: Admitted): Promise<void> => {
    const { entry } = exchange;
    const text = await exchange.readBody();
    entry.body = parsed(text);
    if (refusal) return exchange.answer(refusal, headers);
    const outage = failing();
    if (outage && isPlainAnswer(outage)) return exchange.answer(outage, headers);
    const checked = await checkRequest({ key, contentType, text }, check);
    if (checked.promptTokens !== undefined) entry.promptTokens = checked.promptTokens;
    if (checked.refusal) return exchange.answer(checked.refusal, headers);
    if (!checked.request || exchange.gone) return;
    const behaviour = outage ?? behaviourFor(checked.request);
    if (isPlainAnswer(behaviour)) return exchange.answer(behaviour, headers);
    reply(exchange, checked.request, behaviour, headers);
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
