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
  /** The model takes no pictures, and there were some. */
  | 'pictures-refused'
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

/** Which limit a 429 was about: that of requests per minute, or that of open requests. */
export type Limit429 = 'requests' | 'parallel';

export interface CompletionErrorFacts {
  /** Of the response; of the error itself when it came inside a response of status 200. */
  status?: number | undefined;
  retryAfterMs?: number | undefined;
  /** In tokens. */
  contextLength?: number | undefined;
  limit?: TimeLimit | undefined;
  /** Absent when a 429 does not say. */
  limit429?: Limit429 | undefined;
  /** What the key has, if the answer's headers, or the words of a 429, say it. */
  requestsPerMinute?: number | undefined;
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
  readonly limit429: Limit429 | undefined;
  readonly requestsPerMinute: number | undefined;
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
    this.limit429 = facts.limit429;
    this.requestsPerMinute = facts.requestsPerMinute;
    this.callId = facts.callId;
    this.isRetryable = RETRYABLE.has(kind) && facts.limit !== 'total';
  }
}

function describe(
  kind: CompletionErrorKind,
  { status, retryAfterMs, contextLength, limit, limit429, requestsPerMinute, callId }: CompletionErrorFacts,
) {
  const details = [
    status === undefined ? '' : `status ${status}`,
    limit === undefined ? '' : `${limit} limit`,
    limit429 === undefined ? '' : `limit of ${limit429}`,
    requestsPerMinute === undefined ? '' : `${requestsPerMinute} requests per minute`,
    retryAfterMs === undefined ? '' : `retry after ${retryAfterMs} ms`,
    contextLength === undefined ? '' : `context length ${contextLength}`,
    callId === undefined ? '' : `call ${callId}`,
  ].filter((detail) => detail !== '');
  return details.length === 0 ? `completion failed: ${kind}` : `completion failed: ${kind} (${details.join(', ')})`;
}
