import type { ReceivedCompletion, ScriptedReply, Speed } from './behaviour.ts';
import { defaultReply } from './replies.ts';
import { completeText, splitTokens } from './split-tokens.ts';

export interface Delta {
  kind: 'content' | 'reasoning_content';
  text: string;
}

/** What is going to be sent, and when. */
export interface Plan {
  deltas: Delta[];
  finishReason: string | null;
  /** Milliseconds from the request's arrival to this delta. */
  dueAfterMs(index: number): number;
}

function contentOf(request: ReceivedCompletion, script: ScriptedReply) {
  const { reply } = script;
  if (Array.isArray(reply)) return { tokens: [...reply], cutByLength: false };
  const text = typeof reply === 'string' ? reply : defaultReply(request);
  const spaced = request.model.leadingSpace && text !== '' ? ` ${text}` : text;
  return completeText(spaced, request.stop, request.maxTokens);
}

const asList = (text: string | readonly string[]) => (typeof text === 'string' ? splitTokens(text) : [...text]);

export function planReply(request: ReceivedCompletion, script: ScriptedReply, defaultSpeed: Speed): Plan {
  const { tokens, cutByLength } = contentOf(request, script);
  const deltas: Delta[] = [
    ...asList(script.reasoning ?? []).map((text): Delta => ({ kind: 'reasoning_content', text })),
    ...tokens.map((text: string): Delta => ({ kind: 'content', text })),
  ];
  const { firstTokenMs, tokensPerSecond } = { ...defaultSpeed, ...script.speed };
  const natural = cutByLength ? 'length' : (request.model.finishReason ?? 'stop');
  return {
    deltas,
    finishReason: script.finishReason === undefined ? natural : script.finishReason,
    dueAfterMs: (index) => firstTokenMs + (index * 1000) / tokensPerSecond,
  };
}
