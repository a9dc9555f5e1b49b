import type { ReceivedCompletion, ScriptedReply } from './behaviour.ts';
import type { Delta, Plan } from './plan.ts';

interface Identity {
  id: string;
  created: number;
  model: string;
}

export interface ChunkWriter {
  role(): object;
  delta(delta: Delta, sentTokens: number): object;
  finish(sentTokens: number): object;
  /** Undefined when none is due. */
  usage(sentTokens: number): object | undefined;
}

export const usageOf = (promptTokens: number, completionTokens: number) => ({
  prompt_tokens: promptTokens,
  completion_tokens: completionTokens,
  total_tokens: promptTokens + completionTokens,
});

export function identify(request: ReceivedCompletion, number: number, now: number): Identity {
  return {
    id: `chatcmpl-${String(number).padStart(8, '0')}`,
    created: Math.floor(now / 1000),
    model: request.model.echo ?? request.model.id,
  };
}

/** The events of one stream, in aphrodite's shape as LiteLLM passes it on, or malformed as the script says. */
export function createChunkWriter(
  identity: Identity,
  request: ReceivedCompletion,
  script: ScriptedReply,
  plan: Plan,
): ChunkWriter {
  const head = { ...identity, object: 'chat.completion.chunk' };
  const { malformed, usage = request.includeUsage ? 'always' : 'never' } = script;

  const chunk = (delta: object, finishReason: string | null, sentTokens: number): object => {
    const everyUsage = usage === 'every-chunk' ? { usage: usageOf(request.promptTokens, sentTokens) } : undefined;
    const noUsage = usage === 'never' ? {} : { usage: null };
    if (malformed === 'missing-choices') return { ...head };
    const choices =
      malformed === 'empty-choices' ? [] : [{ index: 0, delta, logprobs: null, finish_reason: finishReason }];
    return { ...head, choices, ...noUsage, ...everyUsage };
  };

  return {
    role: () => chunk({ role: 'assistant', content: '' }, null, 0),
    delta: ({ kind, text }, sentTokens) =>
      chunk({ [kind]: malformed === 'null-content' ? null : text }, null, sentTokens),
    finish: (sentTokens) => chunk({}, plan.finishReason, sentTokens),
    usage(sentTokens) {
      if (usage === 'never') return undefined;
      const choices = usage === 'without-choices' ? {} : { choices: [] };
      return { ...head, ...choices, usage: usageOf(request.promptTokens, sentTokens) };
    },
  };
}

const joined = (plan: Plan, kind: Delta['kind']) =>
  plan.deltas.flatMap((delta) => (delta.kind === kind ? [delta.text] : [])).join('');

/** The body of a completion that is not streamed. */
export function wholeCompletion(identity: Identity, request: ReceivedCompletion, script: ScriptedReply, plan: Plan) {
  const { malformed } = script;
  const reasoning = joined(plan, 'reasoning_content');
  const message = {
    role: 'assistant',
    content: malformed === 'null-content' ? null : joined(plan, 'content'),
    ...(reasoning ? { reasoning_content: reasoning } : {}),
    tool_calls: null,
    function_call: null,
  };
  const choice = { index: 0, message, logprobs: null, finish_reason: plan.finishReason };
  const choices = malformed === 'missing-choices' ? {} : { choices: malformed === 'empty-choices' ? [] : [choice] };
  const usage = script.usage === 'never' ? {} : { usage: usageOf(request.promptTokens, plan.deltas.length) };
  return { ...identity, object: 'chat.completion', ...choices, ...usage };
}
