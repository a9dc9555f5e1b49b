export type CompletionErrorKind =
  /** 401. Also what an outage of the service looks like: a valid key is refused and works again minutes later. */
  | 'unauthorized'
  /** 402, or the budget of the key is spent. */
  | 'payment'
  /** 403, or the key may not use this model. */
  | 'forbidden'
  | 'model-missing'
  | 'rate-limited'
  /** Prompt and `maxTokens` do not fit; `contextLength` is set when the server names it. */
  | 'context-overflow'
  /** The model's template takes no system message. Sure for a 400, the likeliest reading for a 500. */
  | 'system-role-refused'
  | 'roles-must-alternate'
  /** Any other 4xx. */
  | 'refused'
  /** 5xx, 408, or a web page instead of an answer. */
  | 'unavailable'
  /** No answer at all: refused, reset or unresolved connection. */
  | 'network'
  /** One of our own limits; `limit` says which. */
  | 'timeout'
  /** The reply began to arrive and stopped before its end. */
  | 'cut'
  /** The reply is complete and has no text. */
  | 'empty'
  /** The answer is not in a form that we know. */
  | 'malformed';

/** `first-byte` ends with the first token, not with the response's headers. */
export type TimeLimit = 'first-byte' | 'stall' | 'total';

export interface CompletionErrorFacts {
  /** Of the response; of the error itself when it came inside a response of status 200. */
  status?: number | undefined;
  retryAfterMs?: number | undefined;
  /** In tokens. */
  contextLength?: number | undefined;
  limit?: TimeLimit | undefined;
  /** By which the service's support finds the request. */
  callId?: string | undefined;
  cause?: unknown;
}

const RETRYABLE: ReadonlySet<CompletionErrorKind> = new Set([
  'unauthorized',
  'rate-limited',
  'unavailable',
  'network',
  'timeout',
  'cut',
  'empty',
  'malformed',
]);

/**
 * Why a completion, or the list of models, did not arrive. Branch on `kind`; the message is for the log and made of these
 * facts only, because the server's own text can hold parts of the key and internal addresses.
 */
export class CompletionError extends Error {
  override name = 'CompletionError';
  readonly kind: CompletionErrorKind;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly contextLength: number | undefined;
  readonly limit: TimeLimit | undefined;
  readonly callId: string | undefined;
  /** Whether the same request may succeed later. `retry.ts` decides how often and how soon. */
  readonly isRetryable: boolean;

  constructor(kind: CompletionErrorKind, facts: CompletionErrorFacts = {}) {
    super(describe(kind, facts), facts.cause === undefined ? {} : { cause: facts.cause });
    this.kind = kind;
    this.status = facts.status;
    this.retryAfterMs = facts.retryAfterMs;
    this.contextLength = facts.contextLength;
    this.limit = facts.limit;
    this.callId = facts.callId;
    this.isRetryable = RETRYABLE.has(kind) && facts.limit !== 'total';
  }
}

function describe(
  kind: CompletionErrorKind,
  { status, retryAfterMs, contextLength, limit, callId }: CompletionErrorFacts,
) {
  const details = [
    status === undefined ? '' : `status ${status}`,
    limit === undefined ? '' : `${limit} limit`,
    retryAfterMs === undefined ? '' : `retry after ${retryAfterMs} ms`,
    contextLength === undefined ? '' : `context length ${contextLength}`,
    callId === undefined ? '' : `call ${callId}`,
  ].filter((detail) => detail !== '');
  return details.length === 0 ? `completion failed: ${kind}` : `completion failed: ${kind} (${details.join(', ')})`;
}
