import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { classifyFailure } from '../../src/completions/classify.ts';
import { createCompletionsClient } from '../../src/completions/client.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { event, type HttpServer, type Script, startHttpServer, status } from '../support/http-server.ts';
import { ask, outcome, text } from './support.ts';

const OF_GATEWAY = 'x-litellm-key-rpm-limit';
const OF_KEY = 'x-ratelimit-api_key-limit-requests';
const OF_BACKEND = 'x-ratelimit-limit-requests';
const HASH = '88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b';
const UNLIMITED = '9223372036854775807';
const RESET = 'Remaining: 0. Limit resets at: 2026-01-02 03:05:05 UTC';

let server: HttpServer;
beforeAll(async () => {
  server = await startHttpServer();
});
afterAll(() => server.close());

function asked(script: Script): Promise<unknown[]> {
  server.script(script);
  const client = createCompletionsClient({ baseUrl: server.url, apiKey: 'sk-x', clock: new FakeClock() });
  return outcome(client.stream(ask, { signal: new AbortController().signal }));
}

const stream =
  (headers: Record<string, string>, ...data: unknown[]): Script =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
    response.end(data.map(event).join(''));
  };

describe('the headers of an answer', () => {
  test.each<[Record<string, string>, number | undefined]>([
    [{ [OF_GATEWAY]: '12' }, 12],
    [{ [OF_KEY]: '15' }, 15],
    [{ [OF_BACKEND]: '500', [OF_KEY]: '15' }, 15],
    [{ [OF_BACKEND]: '500', [OF_KEY]: '15', [OF_GATEWAY]: '12' }, 12],
    [{ [OF_GATEWAY]: 'None', [OF_KEY]: '15' }, 15],
    [{ [OF_GATEWAY]: '1' }, 1],
    [{ [OF_GATEWAY]: '100000' }, 100_000],
    [{ [OF_GATEWAY]: '' }, undefined],
    [{ [OF_GATEWAY]: '-12' }, undefined],
    [{ [OF_GATEWAY]: '12.5' }, undefined],
    [{ [OF_GATEWAY]: '12 per minute' }, undefined],
    [{ [OF_GATEWAY]: UNLIMITED }, undefined],
    [{ [OF_GATEWAY]: '1e3' }, undefined],
    [{ 'x-ratelimit-remaining-requests': '11', 'x-ratelimit-limit-tokens': '20000' }, undefined],
    [{}, undefined],
  ])('%j say a limit of %p', async (headers, limit) => {
    expect(await asked(stream(headers, text('Hi'), '[DONE]'))).toEqual([
      ...(limit === undefined ? [] : [{ perMinute: limit }]),
      'Hi',
      { finish: 'stop' },
    ]);
  });

  test.each([
    [{ [OF_BACKEND]: '500' }, 500],
    [{ [OF_GATEWAY]: '0', [OF_KEY]: '100001', [OF_BACKEND]: ' 60 ' }, 60],
  ])('%j say a limit of %p that is not of the key', async (headers, limit) => {
    expect(await asked(stream(headers, text('Hi'), '[DONE]'))).toEqual([
      { perMinute: limit, isOfBackend: true },
      'Hi',
      { finish: 'stop' },
    ]);
  });

  test('tell the limit before the model has said anything', async () => {
    server.script((response) => response.writeHead(200, { [OF_GATEWAY]: '12' }).flushHeaders());
    const client = createCompletionsClient({ baseUrl: server.url, apiKey: 'sk-x', clock: new FakeClock() });
    for await (const first of client.stream(ask, { signal: new AbortController().signal })) {
      expect(first).toEqual({ type: 'limit', requestsPerMinute: 12 });
      break;
    }
    expect(await server.requests.at(-1)?.closed).toEqual({ wasComplete: false });
  });

  test('tell it with a failure too, whatever that is, and with one inside the stream', async () => {
    const down = { error: { message: 'down', code: '503' } };
    expect([
      await asked(status(503, '', { [OF_GATEWAY]: '12' })),
      await asked(stream({ [OF_GATEWAY]: '12' }, down)),
    ]).toEqual([
      [{ error: 'unavailable', status: 503, requestsPerMinute: 12, isRetryable: true }],
      [{ perMinute: 12 }, { error: 'unavailable', status: 503, requestsPerMinute: 12, isRetryable: true }],
    ]);
  });
});

describe('a 429', () => {
  function limitsOf(message: string, headers: Record<string, string> = {}, code = 429) {
    const error = classifyFailure({
      status: code,
      headers: new Headers(headers),
      body: JSON.stringify({ error: { message, type: 'None', param: null, code: String(code) } }),
      hasSystemMessage: false,
      hasPictures: false,
      now: 0,
    });
    return [error.limit429, error.requestsPerMinute];
  }
  const newer = (type: string, limit: string, whose = 'api_key') =>
    `Rate limit exceeded for ${whose}: ${HASH}. Limit type: ${type}. Current limit: ${limit}, ${RESET}`;
  const older = (rpm: string, limit: string, { whose = 'key', tpm = '0', tpmLimit = UNLIMITED } = {}) =>
    `LiteLLM Rate Limit Handler for rate limit type = ${whose}. Crossed TPM / RPM / Max Parallel Request Limit. current rpm: ${rpm}, rpm limit: ${limit}, current tpm: ${tpm}, tpm limit: ${tpmLimit}, current max_parallel_requests: 1, max_parallel_requests: ${UNLIMITED}`;

  test.each<[string, Record<string, string>, unknown[]]>([
    [newer('requests', '12'), {}, ['requests', 12]],
    [newer('max_parallel_requests', '2'), {}, ['parallel', undefined]],
    [newer('tokens', '5000'), {}, [undefined, undefined]],
    [newer('requests', '5', 'model_per_key'), {}, ['requests', undefined]],
    [newer('requests', '0'), {}, ['requests', undefined]],
    [newer('requests', '12'), { [OF_GATEWAY]: '15' }, ['requests', 15]],
    [newer('requests', '12'), { [OF_BACKEND]: '500' }, ['requests', 12]],
    ['slow down', { [OF_BACKEND]: '500' }, [undefined, 500]],
    [older('12', '12'), {}, ['requests', 12]],
    [older('1', '12'), {}, ['parallel', 12]],
    [older('1', UNLIMITED), {}, ['parallel', undefined]],
    [older('1', '15', { whose: 'team', tpm: '12260', tpmLimit: '5000' }), {}, [undefined, undefined]],
    [
      'LiteLLM Rate Limit Handler for rate limit type = key. Crossed TPM, RPM Limit. current rpm: 1, rpm limit: 1, current tpm: 0, tpm limit: 9',
      {},
      ['requests', 1],
    ],
    ['Max parallel request limit reached', {}, ['parallel', undefined]],
    ['litellm.RateLimitError: slow down', {}, [undefined, undefined]],
    ['slow down', { rate_limit_type: 'requests' }, ['requests', undefined]],
    ['slow down', { rate_limit_type: 'max_parallel_requests' }, ['parallel', undefined]],
    ['slow down', { rate_limit_type: 'tokens' }, [undefined, undefined]],
    [older('12', '12'), { rate_limit_type: 'max_parallel_requests' }, ['parallel', 12]],
  ])('"%s" with %j is about %j', (message, headers, expected) => {
    expect(limitsOf(message, headers)).toEqual(expected);
  });

  test('alone is read so', () => {
    expect(limitsOf(newer('requests', '12'), { rate_limit_type: 'requests' }, 503)).toEqual([undefined, undefined]);
  });
});
