import type { Clock } from '../core/clock.ts';
import { type Asked, classifyFailure, readCallId } from './classify.ts';
import { isErrorBody, isHtml } from './error-body.ts';
import { CompletionError } from './errors.ts';
import type { CompletionEvent, CompletionRequest, ServedModel } from './events.ts';
import { isRecord, parseJson } from './json.ts';
import { createLifetime, DEFAULT_TIME_LIMITS, type Lifetime, type TimeLimits } from './lifetime.ts';
import { createReplyReader, DONE, type ReplyReader } from './reply-reader.ts';
import { requestBody } from './request-body.ts';
import { readHeaderLimit } from './request-limits.ts';
import { readServedModels } from './served-models.ts';
import { readEventData } from './sse.ts';

const LIST_TIME_LIMIT_MS = 30_000;
const LIST_TIME_LIMITS: TimeLimits = {
  firstTokenMs: LIST_TIME_LIMIT_MS,
  stallMs: LIST_TIME_LIMIT_MS,
  totalMs: LIST_TIME_LIMIT_MS,
};
/** Only looked at for known words. */
const ERROR_BODY_MAX_LENGTH = 64 * 1024;
/** The longest lists of models that are served anywhere have about 1 MiB. */
const BODY_MAX_LENGTH = 16 * 1024 * 1024;
const HEADER_SAFE = /^[\x21-\x7e]+$/;
const ASKED_FOR_LIST: Asked = { hasSystemMessage: false, hasPictures: false };

export interface CompletionsClient {
  /**
   * Streams one completion. Leaving the loop early cancels the request.
   *
   * @throws CompletionError, or the signal's reason once it aborts
   */
  stream(
    request: CompletionRequest,
    options: { signal: AbortSignal },
  ): AsyncGenerator<CompletionEvent, void, undefined>;
  /** @throws CompletionError, or the signal's reason once it aborts */
  listModels(options: { signal: AbortSignal }): Promise<ServedModel[]>;
}

export interface CompletionsClientOptions {
  /** With or without a trailing slash or `/v1`. */
  baseUrl: string;
  apiKey: string;
  clock: Clock;
  fetch?: typeof globalThis.fetch | undefined;
  limits?: Partial<TimeLimits> | undefined;
}

/** Talks to one OpenAI-style server with one key. Does not queue and does not retry. */
export function createCompletionsClient(options: CompletionsClientOptions): CompletionsClient {
  const { apiKey, clock, fetch = globalThis.fetch } = options;
  const root = apiRoot(options.baseUrl);
  const limits = { ...DEFAULT_TIME_LIMITS, ...options.limits };
  // `fetch` would quote the whole header, key included, in its error.
  if (!HEADER_SAFE.test(apiKey)) throw new TypeError('the API key has a character that no header can carry');

  async function send(path: string, request: RequestInit, lifetime: Lifetime, asked: Asked) {
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
    // A redirect would carry the prompt to a host that nobody configured.
    const init: RequestInit = { ...request, headers, redirect: 'error', signal: lifetime.signal };
    const response = await fetch(`${root}${path}`, init);
    if (response.ok) return response;
    const body = await readText(response, ERROR_BODY_MAX_LENGTH).catch(() => '');
    lifetime.signal.throwIfAborted();
    throw classifyFailure({ ...answered(response), ...asked, body });
  }

  function answered({ status, headers }: Response) {
    return { status, headers, now: clock.now() };
  }

  async function* stream(request: CompletionRequest, { signal }: { signal: AbortSignal }) {
    signal.throwIfAborted();
    const body = requestBody(request);
    const lifetime = createLifetime({ signal, clock, limits });
    const asked = whatIsAsked(request);
    let response: Response | undefined;
    let reply: ReplyReader | undefined;
    try {
      response = await send('/chat/completions', { method: 'POST', body }, lifetime, asked);
      const answer = { ...answered(response), ...asked };
      reply = createReplyReader({
        facts: facts(response),
        classify: (data) => classifyFailure({ ...answer, body: data }),
      });
      const limit = readHeaderLimit(response.headers);
      if (limit) {
        yield { type: 'limit' as const, ...limit };
        signal.throwIfAborted();
      }
      for await (const batch of eventData(response)) {
        for (const data of batch) {
          const events = reply.take(data);
          if (events.length === 0) continue;
          lifetime.hold();
          for (const event of events) {
            yield event;
            signal.throwIfAborted();
          }
          lifetime.expect(reply.isFinished ? 'trailer' : 'stall');
        }
      }
    } catch (error) {
      signal.throwIfAborted();
      // What breaks after the finish breaks nothing: the reply is whole.
      if (!reply?.isFinished) throw failure(error, lifetime, response);
    } finally {
      lifetime.close();
    }
    if (reply) yield* reply.end();
  }

  async function listModels({ signal }: { signal: AbortSignal }): Promise<ServedModel[]> {
    signal.throwIfAborted();
    const lifetime = createLifetime({ signal, clock, limits: LIST_TIME_LIMITS });
    let response: Response | undefined;
    try {
      response = await send('/models', { method: 'GET' }, lifetime, ASKED_FOR_LIST);
      const body = await readText(response, BODY_MAX_LENGTH);
      const parsed = parseJson(body);
      if (isHtml(response.headers.get('content-type'), body)) throw new CompletionError('unavailable', facts(response));
      if (isRecord(parsed) && isErrorBody(parsed)) {
        throw classifyFailure({ ...answered(response), ...ASKED_FOR_LIST, body });
      }
      const models = readServedModels(parsed);
      if (!models) throw new CompletionError('malformed', facts(response));
      return models;
    } catch (error) {
      signal.throwIfAborted();
      throw failure(error, lifetime, response);
    } finally {
      lifetime.close();
    }
  }

  return { stream, listModels };
}

function whatIsAsked({ messages }: CompletionRequest): Asked {
  return {
    hasSystemMessage: messages.some(({ role }) => role === 'system'),
    hasPictures: messages.some(
      ({ content }) => typeof content !== 'string' && content.some(({ type }) => type === 'image_url'),
    ),
  };
}

function apiRoot(baseUrl: string): string {
  return `${baseUrl.trim().replace(/\/+$/, '').replace(/\/v1$/, '')}/v1`;
}

/** A streamed completion may be answered plainly, and by whatever stands between the server and us. */
async function* eventData(response: Response): AsyncGenerator<string[]> {
  const contentType = response.headers.get('content-type') ?? '';
  if (isHtml(contentType, '')) throw new CompletionError('unavailable', facts(response));
  if (contentType.includes('json')) yield [await readText(response, BODY_MAX_LENGTH), DONE];
  else if (response.body) yield* readEventData(response.body);
}

/** @returns at most `maxLength` characters and what is left of the last part. */
async function readText(response: Response, maxLength: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length > maxLength) break;
  }
  return text + decoder.decode();
}

function facts(response: Response) {
  return { status: response.status, callId: readCallId(response.headers) };
}

function failure(error: unknown, lifetime: Lifetime, response: Response | undefined): CompletionError {
  if (error instanceof CompletionError) return error;
  if (lifetime.signal.reason instanceof CompletionError) return lifetime.signal.reason;
  return response
    ? new CompletionError('cut', { ...facts(response), cause: error })
    : new CompletionError('network', { cause: error });
}
