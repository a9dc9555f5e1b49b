import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createCompletionsClient } from '../../src/completions/client.ts';
import { readContextLength } from '../../src/completions/context-length.ts';
import { CompletionError } from '../../src/completions/errors.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { type HttpServer, type Script, startHttpServer, status } from '../support/http-server.ts';
import { factsOf } from './support.ts';

let server: HttpServer;
beforeAll(async () => {
  server = await startHttpServer();
});
afterAll(() => server.close());

const never = new AbortController().signal;

async function list(script: Script, signal = never): Promise<unknown> {
  server.script(script);
  const client = createCompletionsClient({ baseUrl: `${server.url}/v1`, apiKey: 'sk-0123', clock: new FakeClock() });
  return client
    .listModels({ signal })
    .catch((error: unknown) => (error instanceof CompletionError ? factsOf(error) : error));
}

test('asks once, with the key', async () => {
  await list(status(200, { data: [] }));
  expect(server.requests.map(({ method, path, headers }) => [method, path, headers.authorization])).toEqual([
    ['GET', '/v1/models', 'Bearer sk-0123'],
  ]);
});

test('lists what is served, in order, and skips what is no model', async () => {
  const answer = {
    object: 'list',
    data: [
      { id: 'Midnight-Miqu-70B-v1.5', object: 'model', created: 1677610602, owned_by: 'openai' },
      { id: 'b', max_model_len: 32768 },
      null,
      'c',
      {},
      { id: 5 },
      { id: '' },
      { id: ' ' },
      { id: 'b', max_model_len: 1024 },
      { id: 'd', max_model_len: 'many', context_length: 8192 },
    ],
  };
  expect(await list(status(200, answer))).toEqual([
    { id: 'Midnight-Miqu-70B-v1.5' },
    { id: 'b', contextLength: 32768 },
    { id: 'd', contextLength: 8192 },
  ]);
});

test('takes a bare list', async () => {
  expect(await list(status(200, [{ id: 'a' }]))).toEqual([{ id: 'a' }]);
});

describe('fails', () => {
  test.each<[string, Script, unknown]>([
    [
      'on a web page',
      status(200, '<html>', { 'content-type': 'text/html' }),
      { error: 'unavailable', status: 200, isRetryable: true },
    ],
    [
      'on a web page in disguise',
      status(200, '<!DOCTYPE html>'),
      { error: 'unavailable', status: 200, isRetryable: true },
    ],
    ['on garbage', status(200, 'hello'), { error: 'malformed', status: 200, isRetryable: true }],
    ['on JSON without a list', status(200, { data: {} }), { error: 'malformed', status: 200, isRetryable: true }],
    [
      'on an error body',
      status(200, { error: { message: 'x', code: '401' } }),
      { error: 'unauthorized', status: 401, isRetryable: true },
    ],
    [
      'on a status',
      status(503, '', { 'retry-after': '2' }),
      { error: 'unavailable', status: 503, retryAfterMs: 2000, isRetryable: true },
    ],
    [
      'on a cut body',
      (response) => void response.writeHead(200).write('{"data":[', () => response.destroy()),
      { error: 'cut', status: 200, isRetryable: true },
    ],
  ])('%s', async (_name, script, expected) => {
    expect(await list(script)).toEqual(expected);
  });
});

test('an abort closes the request and throws the reason', async () => {
  const caller = new AbortController();
  const index = server.requests.length;
  const listed = list(() => {}, caller.signal);
  const { closed } = await server.arrival(index);
  caller.abort('stopped');
  expect([await listed, await closed]).toEqual(['stopped', { wasComplete: false }]);
});

test.each([
  [{ loaded_context_length: 4096, max_context_length: 131072 }, 4096],
  [{ max_model_len: 16384, context_length: 32768 }, 16384],
  [{ meta: { n_ctx: 8192, n_ctx_train: 131072 } }, 8192],
  [{ meta: { n_ctx_train: 131072 }, max_context_length: 65536 }, 65536],
  [{ meta: { n_ctx_train: 131072 } }, 131072],
  [{ parameters: { max_seq_len: 4096 } }, 4096],
  [{ max_input_tokens: 6000, max_output_tokens: 512 }, 6000],
  [{ context_window: 32768, top_provider: { context_length: 16384 } }, 32768],
  [{ top_provider: { context_length: 16384 } }, 16384],
  [{ max_model_len: 0, context_length: 8192 }, 8192],
  [{ context_length: -1 }, undefined],
  [{ context_length: 7.5 }, undefined],
  [{ context_length: 1e30 }, undefined],
  [{ context_length: null, meta: 'x' }, undefined],
])('the context length of %j is %p', (entry, expected) => {
  expect(readContextLength(entry)).toBe(expected);
});
