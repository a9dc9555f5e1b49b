import { CompletionError } from '../../src/completions/errors.ts';
import type { CompletionEvent, CompletionRequest } from '../../src/completions/events.ts';

export const ask: CompletionRequest = {
  model: 'Midnight-Miqu-70B-v1.5',
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Hello!' },
  ],
  maxTokens: 300,
};

export const text = (content: string) => ({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
export const reasoning = (content: string) => ({ choices: [{ index: 0, delta: { reasoning_content: content } }] });
export const finish = (reason: string) => ({ choices: [{ index: 0, delta: {}, finish_reason: reason }] });
export const usage = (prompt: number, completion: number) => ({
  choices: [],
  usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
});

/** Everything that a stream does: its events, then the error that ended it, if one did. */
export async function outcome(stream: AsyncIterable<CompletionEvent>): Promise<unknown[]> {
  const log: unknown[] = [];
  try {
    for await (const event of stream) log.push(shown(event));
  } catch (error) {
    log.push(error instanceof CompletionError ? factsOf(error) : error);
  }
  return log;
}

/** The facts that are set. */
export function factsOf(error: CompletionError): Record<string, unknown> {
  const { kind, status, retryAfterMs, contextLength, limit, limit429, requestsPerMinute, callId, isRetryable } = error;
  const limits = { limit, limit429, requestsPerMinute };
  const facts = { error: kind, status, retryAfterMs, contextLength, ...limits, callId, isRetryable };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

function shown(event: CompletionEvent): unknown {
  if (event.type === 'text') return event.text;
  if (event.type === 'reasoning') return { reasoning: event.text };
  if (event.type === 'limit') {
    return { perMinute: event.requestsPerMinute, ...(event.isOfBackend && { isOfBackend: true }) };
  }
  return event.type === 'finish' ? { finish: event.reason } : { usage: [event.promptTokens, event.completionTokens] };
}
