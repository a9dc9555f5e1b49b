export interface CompletionMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** What is asked of a model. A sampler setting that is left out is the server's own choice. */
export interface CompletionRequest {
  /** The exact id from the list of models; case matters. */
  model: string;
  messages: CompletionMessage[];
  /** The server refuses the request when prompt and `maxTokens` together exceed the model's context length. */
  maxTokens: number;
  temperature?: number | undefined;
  /** 0 and -1 both mean off. */
  topK?: number | undefined;
  repetitionPenalty?: number | undefined;
  topP?: number | undefined;
  minP?: number | undefined;
  stop?: string[] | undefined;
}

export type FinishReason = 'stop' | 'length' | 'filtered';

/**
 * What a model answers, in this order: any number of `reasoning` and `text`, then one `finish`, then at most one `usage`.
 * A stream that ends without `finish` has thrown.
 */
export type CompletionEvent =
  /** Never empty, and the texts of one reply together never only white space. */
  | { type: 'text'; text: string }
  /** Thoughts that the server sends apart from the content. Thoughts inside the content arrive as `text`. */
  | { type: 'reasoning'; text: string }
  /** `length` means cut off by `maxTokens`, `filtered` that the server withheld the rest, or all of it. */
  | { type: 'finish'; reason: FinishReason }
  | { type: 'usage'; promptTokens: number; completionTokens: number };

export interface ServedModel {
  id: string;
  /** In tokens; absent when the server does not say, or says nonsense. */
  contextLength?: number;
}
