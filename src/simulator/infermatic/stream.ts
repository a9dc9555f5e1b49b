import type { ScriptedReply } from './behaviour.ts';
import type { ChunkWriter } from './chunks.ts';
import type { Timers } from './clock.ts';
import type { Exchange } from './exchange.ts';
import type { Log } from './log.ts';
import type { Plan } from './plan.ts';

export interface SendParts {
  exchange: Exchange;
  plan: Plan;
  script: ScriptedReply;
  headers: Record<string, string>;
  timers: Timers;
  log: Log;
}

type Fault = { after: number; happen: 'error' | 'cut' | 'end' | 'hang' };

const DEFAULT_STREAM_ERROR = {
  message: 'litellm.APIError: APIError: OpenAIException - EngineCore encountered an issue.',
  type: null,
  param: null,
  code: '500',
};

export function streamErrorOf({ streamError }: ScriptedReply): object {
  return { error: typeof streamError === 'object' ? streamError.error : DEFAULT_STREAM_ERROR };
}

/** The fault that comes first, if any. */
export function faultOf({ streamError, cutAfter, endAfter, hang }: ScriptedReply): Fault | undefined {
  const faults: Fault[] = [];
  if (streamError !== undefined) {
    faults.push({ after: typeof streamError === 'object' ? streamError.after : streamError, happen: 'error' });
  }
  if (cutAfter !== undefined) faults.push({ after: cutAfter, happen: 'cut' });
  if (endAfter !== undefined) faults.push({ after: endAfter, happen: 'end' });
  if (hang !== undefined) faults.push({ after: typeof hang === 'object' ? hang.afterTokens : -1, happen: 'hang' });
  return faults.sort((a, b) => a.after - b.after)[0];
}

function createEventWriter(exchange: Exchange, { pings, splitBytes }: ScriptedReply) {
  if (splitBytes) exchange.sendApart();
  return (data: string) => {
    const bytes = Buffer.from(`${pings ? ': ping\n\n' : ''}data: ${data}\n\n`);
    const size = splitBytes ?? bytes.length;
    for (let start = 0; start < bytes.length; start += size) exchange.write(bytes.subarray(start, start + size));
  };
}

/**
 * Sends the plan as server-sent events. Each token's time is counted from the arrival of the request, so one late timer
 * does not move the rest; headers leave with the first token, as LiteLLM waits for it.
 */
export function sendStream({ exchange, plan, script, headers, timers, log }: SendParts, chunks: ChunkWriter): void {
  const { entry } = exchange;
  const { deltas } = plan;
  const fault = faultOf(script);
  const event = createEventWriter(exchange, script);
  const json = (chunk: object) => event(JSON.stringify(chunk));
  let sent = 0;
  let isOpen = false;
  let cancel = () => {};

  const isOver = () => sent >= Math.min(deltas.length, fault?.after ?? Infinity);
  /** The end, or the fault, comes together with the last token before it. */
  const dueAt = () => entry.at + plan.dueAfterMs(isOver() ? Math.max(0, sent - 1) : sent);
  const open = () => {
    exchange.open(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', ...headers });
    isOpen = true;
  };
  const sendDelta = (index: number) => {
    const delta = deltas[index];
    if (!delta) return;
    sent = index + 1;
    entry.lastTokenAt = timers.now();
    entry.completionTokens = sent;
    json(chunks.delta(delta, sent));
    if (sent === 1) {
      entry.startedAt = entry.lastTokenAt;
      log.emit('first-token', entry.startedAt, entry);
      if (script.malformed === 'garbage-json') event('{"id":"chatcmpl-');
    }
  };
  const finish = () => {
    if (entry.lastTokenAt !== undefined) log.emit('last-token', entry.lastTokenAt, entry);
    json(chunks.finish(sent));
    const usage = chunks.usage(sent);
    if (usage) json(usage);
    if (!script.noDone) event('[DONE]');
    exchange.end();
  };
  const fail = (happen: Fault['happen']) => {
    if (happen === 'error') json(streamErrorOf(script));
    if (happen === 'cut') exchange.cut();
    else if (happen !== 'hang') exchange.end();
  };
  const pump = () => {
    if (exchange.gone) return;
    while (dueAt() <= timers.now()) {
      if (!isOpen) {
        open();
        json(chunks.role());
      }
      if (fault && sent >= fault.after) return fail(fault.happen);
      if (sent >= deltas.length) return finish();
      sendDelta(sent);
    }
    cancel = timers.after(dueAt() - timers.now(), pump);
  };

  exchange.onClose(() => cancel());
  if (fault?.after === -1) return open();
  pump();
}
