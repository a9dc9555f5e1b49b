/** Pictures travel inside the request, as `data:` URLs: whoever serves the model need not reach where they came from. */
export type ContentPart = { type: 'text'; text: string } | { type: 'image_url'; image_url: { url: string } };

export interface CompletionMessage {
  role: 'system' | 'user' | 'assistant';
  content: string | ContentPart[];
}

/** What is asked of a model, sent as given. A sampler setting that is left out is the server's own choice. */
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
  presencePenalty?: number | undefined;
  frequencyPenalty?: number | undefined;
  stop?: string[] | undefined;
}

export type FinishReason = 'stop' | 'length' | 'filtered';

/**
 * What a model answers, in this order: at most one `limit`, any number of `reasoning` and `text`, then one `finish`, then at
 * most one `usage`. A stream that ends without `finish` has thrown.
 */
export type CompletionEvent =
  /**
   * How many requests the key has, as the answer's headers say it; comes with them, before the model has said anything.
   * `isOfBackend`: it is what the server behind the gateway allows, as the gateway names none of the key.
   */
  | { type: 'limit'; requestsPerMinute: number; isOfBackend?: true }
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
