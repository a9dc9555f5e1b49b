import { isPlausibleContextLength } from './context-length.ts';
import { type ErrorBody, isHtml, readErrorBody } from './error-body.ts';
import { CompletionError, type CompletionErrorKind } from './errors.ts';
import { type HeaderLimit, readHeaderLimit, readTooMany } from './request-limits.ts';
import { parseRetryAfter } from './retry-after.ts';

/** What of a request decides how its failure is read. */
export interface Asked {
  hasSystemMessage: boolean;
  hasPictures: boolean;
}

export interface FailedAnswer extends Asked {
  /** Of the response; 200 when the error came inside a stream or a plain answer that began well. */
  status: number;
  headers: Headers;
  body: string;
  /** Unix time in milliseconds. */
  now: number;
}

/** An error inside a 200 answer that names no status of its own. */
const UNNAMED_STATUS = 500;
const CALL_ID_SHAPE = /^[\w-]{1,64}$/;

/** Each engine, and the gateway around it, words it in its own way; the group is the model's true context length. */
const OVERFLOWS = [
  /maximum context length is ([\d,]+) tokens/i,
  /context length is only ([\d,]+) tokens/i,
  /ContextWindowExceededError()/,
];
const ROLES_MUST_ALTERNATE = /roles must alternate/i;
const SYSTEM_ROLE_REFUSED = /system role (is )?not supported/i;
/**
 * Engines, gateways and routers (vLLM, llama.cpp, OpenRouter) word it in many ways, with statuses 400, 404 and 500. Only
 * asked of a request that had pictures. A limit of one picture or more is another matter.
 */
const PICTURES_REFUSED = [
  /(not|non)[ -](a )?multi-?modal/i,
  /at most 0 image/i,
  /(image|vision|picture)s?( inputs?)? (is|are) not supported/i,
  /(not|n't) (support|accept|allow) (multi-?modal|vision|images?|pictures?|image_url)/i,
  /no endpoints found that support image/i,
  /image_url is only supported by/i,
  /content\.type\b.*\['text'\]/i,
];
const MODEL_MISSING = /Invalid model name passed in|The model `[^`]*` does not exist/;
/** All three parts together are what the service answers when a template refuses a system message. */
const SYSTEM_ROLE_REFUSED_AS_500 = [/litellm\.APIError/, /Internal Server Error/, /Received Model Group/];

const KIND_BY_STATUS: Record<number, CompletionErrorKind> = {
  401: 'unauthorized',
  402: 'payment',
  403: 'forbidden',
  404: 'model-missing',
  408: 'unavailable',
  429: 'rate-limited',
};
const KIND_BY_TYPE: ReadonlyMap<string | undefined, CompletionErrorKind> = new Map([
  ['key_model_access_denied', 'forbidden'],
  ['budget_exceeded', 'payment'],
]);

/** Turns a failed answer into its error. The HTTP status is trusted first, then the body's code, then its words. */
export function classifyFailure(answer: FailedAnswer): CompletionError {
  const body = readErrorBody(answer.body);
  const status = answer.status >= 300 ? answer.status : (body.status ?? UNNAMED_STATUS);
  const words = mayQuoteTheEngine(status) ? body.message : '';
  const tooMany = status === 429 ? readTooMany(answer.headers, body.message) : {};
  return new CompletionError(kindOf(answer, body, status, words), {
    status: answer.status >= 300 ? answer.status : (body.status ?? answer.status),
    retryAfterMs: parseRetryAfter(answer.headers.get('retry-after'), answer.now),
    contextLength: overflowIn(words)?.contextLength,
    limit429: tooMany.limit429,
    requestsPerMinute: mostTrusted(readHeaderLimit(answer.headers), tooMany.requestsPerMinute),
    callId: readCallId(answer.headers),
  });
}

/** What the words say is the key's. */
function mostTrusted(header: HeaderLimit | undefined, ofWords: number | undefined): number | undefined {
  return header?.isOfBackend ? (ofWords ?? header.requestsPerMinute) : (header?.requestsPerMinute ?? ofWords);
}

/** @returns the gateway's name of the request, or undefined if absent or not a plain identifier. */
export function readCallId(headers: Headers): string | undefined {
  const callId = headers.get('x-litellm-call-id');
  return callId !== null && CALL_ID_SHAPE.test(callId) ? callId : undefined;
}

function kindOf(answer: FailedAnswer, body: ErrorBody, status: number, words: string): CompletionErrorKind {
  if (isHtml(answer.headers.get('content-type'), answer.body) && status !== 401 && status !== 429) return 'unavailable';
  return (
    KIND_BY_TYPE.get(body.type) ??
    kindOfWords(words, { ...answer, hasSystemMessage: status === 500 && answer.hasSystemMessage }) ??
    KIND_BY_STATUS[status] ??
    (status >= 500 || status < 400 ? 'unavailable' : 'refused')
  );
}

function kindOfWords(words: string, asked: Asked): CompletionErrorKind | undefined {
  if (overflowIn(words)) return 'context-overflow';
  if (asked.hasPictures && PICTURES_REFUSED.some((refusal) => refusal.test(words))) return 'pictures-refused';
  if (ROLES_MUST_ALTERNATE.test(words)) return 'roles-must-alternate';
  if (SYSTEM_ROLE_REFUSED.test(words)) return 'system-role-refused';
  if (MODEL_MISSING.test(words)) return 'model-missing';
  const isFormula = SYSTEM_ROLE_REFUSED_AS_500.every((part) => part.test(words));
  return isFormula && asked.hasSystemMessage ? 'system-role-refused' : undefined;
}

function overflowIn(words: string): { contextLength: number | undefined } | undefined {
  const match = OVERFLOWS.map((overflow) => overflow.exec(words)).find((found) => found !== null);
  if (!match) return undefined;
  const contextLength = Number(match[1]?.replaceAll(',', ''));
  return { contextLength: isPlausibleContextLength(contextLength) ? contextLength : undefined };
}

/** Of keys, plans and limits the gateway decides alone; any other status may carry the engine's or the template's words. */
function mayQuoteTheEngine(status: number): boolean {
  return status >= 400 && ![401, 402, 403, 429].includes(status);
}
