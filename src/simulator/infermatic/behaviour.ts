import type { SimulatedModel } from './models.ts';

export interface Speed {
  /** From the arrival of the request to its first token. */
  firstTokenMs: number;
  /** Infinity sends all tokens together with the first. */
  tokensPerSecond: number;
}

/** A whole answer that is not a completion: an error, a page of HTML, garbage. Objects are sent as JSON. */
export interface PlainAnswer {
  status: number;
  body: unknown;
  /** Default: JSON for objects, `text/plain` for strings. */
  contentType?: string;
  headers?: Record<string, string>;
}

/**
 * A completion, well formed unless one of its fields says otherwise. Of several faults, the one that comes first in the
 * stream happens. Counts of tokens are counts of deltas sent, reasoning included.
 */
export interface ScriptedReply {
  /**
   * A string is split into tokens and obeys `stop` and `max_tokens`, as an engine would; a list is sent chunk by chunk
   * exactly as it stands. Without it: the default reply.
   */
  reply?: string | readonly string[];
  /** Sent as `reasoning_content` before the content. */
  reasoning?: string | readonly string[];
  finishReason?: string | null;
  speed?: Partial<Speed>;
  /** Error event inside the 200 stream and no [DONE]; a plain request gets the error as a 500. */
  streamError?: number | { after: number; error: Record<string, unknown> };
  /** The socket is destroyed. */
  cutAfter?: number;
  /** A clean end of the body without finish reason and [DONE]. */
  endAfter?: number;
  hang?: 'before-headers' | 'before-first-token' | { afterTokens: number };
  noDone?: boolean;
  /** A comment `: ping` before every event. */
  pings?: boolean;
  /** Cuts the body into HTTP chunks of so many bytes, through events and UTF-8 sequences. */
  splitBytes?: number;
  /**
   * `garbage-json`: one event (or the whole plain body) that is no JSON. `plain-json`: JSON although a stream was asked for.
   */
  malformed?: 'null-content' | 'empty-choices' | 'missing-choices' | 'garbage-json' | 'plain-json';
  /**
   * Default: a last chunk with `choices: []` when `stream_options.include_usage` asks for it. `always`: also unasked.
   * `without-choices`: that chunk lacks the key. `every-chunk`: on each chunk and in the last.
   */
  usage?: 'always' | 'without-choices' | 'every-chunk' | 'never';
}

export type Behaviour = PlainAnswer | ScriptedReply;

export interface ReceivedPicture {
  mediaType: string;
  width: number;
  height: number;
  tokens: number;
}

export interface ReceivedMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  /** Text parts joined. */
  content: string;
  name?: string;
}

/** A completion request that passed every check. */
export interface ReceivedCompletion {
  key: string;
  model: SimulatedModel;
  messages: ReceivedMessage[];
  /** Of all messages, in their order. */
  pictures: ReceivedPicture[];
  promptTokens: number;
  /** What fits when the request does not say. */
  maxTokens: number;
  stop: string[];
  stream: boolean;
  includeUsage: boolean;
  body: Record<string, unknown>;
}

export function isPlainAnswer(behaviour: Behaviour): behaviour is PlainAnswer {
  return 'status' in behaviour;
}
