import { getEventListeners } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createCompletionsClient } from '../../src/completions/client.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';
import {
  event,
  events,
  type HttpServer,
  openEvents,
  rawEvents,
  type Script,
  startHttpServer,
  status,
} from '../support/http-server.ts';
import { ask, finish, outcome, reasoning, text, usage } from './support.ts';

let server: HttpServer;
beforeAll(async () => {
  server = await startHttpServer();
});
afterAll(() => server.close());

const KEY = 'sk-0123456789abcdef';
const never = new AbortController().signal;
const clientOf = (baseUrl = server.url) => createCompletionsClient({ baseUrl, apiKey: KEY, clock: new FakeClock() });

async function outcomeOf(script: Script, request = ask) {
  server.script(script);
  return outcome(clientOf().stream(request, { signal: never }));
}

describe('the request', () => {
  test('carries the key, the messages and the settings in the words of the API', async () => {
    await outcomeOf(events(text('Hi'), '[DONE]'), {
      ...ask,
      temperature: 0.7,
      topK: 40,
      repetitionPenalty: 1.2,
      topP: 0.9,
      minP: 0.05,
      presencePenalty: -0.5,
      frequencyPenalty: 0.25,
      stop: ['\nUser:', '', '</s>'],
    });
    const { method, path, headers, body } = server.requests.at(-1) ?? {};
    expect([method, path, headers?.authorization, headers?.['content-type'], body]).toEqual([
      'POST',
      '/v1/chat/completions',
      `Bearer ${KEY}`,
      'application/json',
      {
        model: 'Midnight-Miqu-70B-v1.5',
        messages: ask.messages,
        max_tokens: 300,
        temperature: 0.7,
        top_k: 40,
        repetition_penalty: 1.2,
        top_p: 0.9,
        min_p: 0.05,
        presence_penalty: -0.5,
        frequency_penalty: 0.25,
        stop: ['\nUser:', '</s>'],
        stream: true,
        stream_options: { include_usage: true },
      },
    ]);
  });

  test('leaves unset settings to the server, and turns off top_k by -1', async () => {
    await outcomeOf(events(text('Hi'), '[DONE]'), { ...ask, topK: 0, stop: [''], temperature: undefined });
    expect(server.requests.at(-1)?.body).toEqual({
      model: 'Midnight-Miqu-70B-v1.5',
      messages: ask.messages,
      max_tokens: 300,
      top_k: -1,
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  test('carries pictures as parts of a message, and knows the answer that refuses them', async () => {
    const picture = { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } };
    const messages = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'What is it?' }, picture] }];
    const refusal = status(400, { error: { message: 'x is not a multimodal model', code: '400' } });
    const log = await outcomeOf(refusal, { ...ask, messages });
    expect(server.requests.at(-1)?.body).toMatchObject({ messages });
    expect(log).toEqual([{ error: 'pictures-refused', status: 400, isRetryable: false }]);
  });

  test.each(['', '/', '/v1', '/v1/', '/v1//', '/api/v1'])(
    'finds the API at a base URL that ends in "%s"',
    async (end) => {
      server.script(events(text('Hi'), '[DONE]'));
      await outcome(clientOf(server.url + end).stream(ask, { signal: never }));
      expect(server.requests.at(-1)?.path).toBe(
        end === '/api/v1' ? '/api/v1/chat/completions' : '/v1/chat/completions',
      );
    },
  );

  test('a key that no header can carry is refused without being quoted', () => {
    const create = () => createCompletionsClient({ baseUrl: 'http://x', apiKey: 'sk-a\nb', clock: new FakeClock() });
    expect(create).toThrow(new TypeError('the API key has a character that no header can carry'));
  });

  test('follows no redirect with the prompt', async () => {
    const before = server.requests.length;
    const log = await outcomeOf(status(307, '', { location: `${server.url}/elsewhere` }));
    expect([log, server.requests.length - before]).toEqual([[{ error: 'network', isRetryable: true }], 1]);
  });
});

const role = { choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }], usage: null };
const stop = { finish: 'stop' };
const cut = { error: 'cut', status: 200, isRetryable: true };
const empty = { error: 'empty', status: 200, isRetryable: true };
const malformed = { error: 'malformed', status: 200, isRetryable: true };
const overflow = "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens";

describe('a stream', () => {
  const cases: [string, unknown[], unknown[]][] = [
    [
      'yields text, the finish and the usage',
      [role, text(' Hi'), text(' you'), finish('stop'), usage(12, 2), '[DONE]'],
      [' Hi', ' you', stop, { usage: [12, 2] }],
    ],
    [
      'tells usage once when every chunk has it',
      [{ ...text('Hi'), usage: usage(12, 1).usage }, { ...finish('stop'), usage: usage(12, 2).usage }, '[DONE]'],
      ['Hi', stop, { usage: [12, 2] }],
    ],
    [
      'may finish in the chunk of its last text',
      [{ choices: [{ delta: { content: 'Hi' }, finish_reason: 'length' }] }, '[DONE]'],
      ['Hi', { finish: 'length' }],
    ],
    ['may end without [DONE]', [text('Hi'), finish('stop'), usage(1, 1)], ['Hi', stop, { usage: [1, 1] }]],
    ['that is done without a finish reason has stopped', [text('Hi'), '[DONE]'], ['Hi', stop]],
    ['that ends with neither is cut', [text('Hi')], ['Hi', cut]],
    ['that ends before its first chunk is cut', [], [cut]],
    ['that the engine aborted is cut', [text('Hi'), finish('abort'), '[DONE]'], ['Hi', cut]],
    ['keeps reasoning apart', [reasoning('Hm.'), text('Hi'), finish('stop')], [{ reasoning: 'Hm.' }, 'Hi', stop]],
    ['of reasoning alone is empty', [reasoning('Hm.'), finish('length'), '[DONE]'], [{ reasoning: 'Hm.' }, empty]],
    ['of white space is empty, and shows none of it', [text(' '), text('\n\n'), finish('stop'), '[DONE]'], [empty]],
    ['of nothing is empty', [role, finish('stop'), '[DONE]'], [empty]],
    [
      'of null content is empty',
      [{ choices: [{ delta: { content: null }, finish_reason: 'stop' }] }, '[DONE]'],
      [empty],
    ],
    ['without choices is empty', [{}, { choices: null }, { choices: [] }, '[DONE]'], [empty]],
    ['of nothing that was filtered says so', [role, finish('content_filter'), '[DONE]'], [{ finish: 'filtered' }]],
    [
      'joins white space at its start with the first word',
      [text('\n'), text(' '), text('Hi'), text(' '), finish('stop')],
      ['\n Hi', ' ', stop],
    ],
    [
      'ends at its first finish',
      [text('Hi'), finish('stop'), text('User:'), finish('length'), { error: { message: 'late' } }],
      ['Hi', stop],
    ],
    ['skips a few unreadable events', [text('a'), '{"choi', '17', 'null', text('b'), '[DONE]'], ['a', 'b', stop]],
    [
      'gives up after more unreadable events',
      [text('a'), '<p>', '<p>', '<p>', '<p>', text('b'), '[DONE]'],
      ['a', malformed],
    ],
    ['of unreadable events alone is malformed', ['<p>', '[DONE]'], [malformed]],
    [
      'keeps good fields beside broken ones',
      [{ choices: [{ delta: { content: 'Hi' }, finish_reason: 0 }], usage: 'none' }, { choices: 'x' }, '[DONE]'],
      ['Hi', stop],
    ],
    ['takes a chunk of the older text form', [{ choices: [{ text: 'Hi', finish_reason: 'stop' }] }], ['Hi', stop]],
    ['ignores an error that is null', [{ ...text('Hi'), error: null }, '[DONE]'], ['Hi', stop]],
    [
      'with an error first fails as that error',
      [{ error: { message: overflow, code: '400' } }],
      [{ error: 'context-overflow', status: 400, contextLength: 8192, isRetryable: false }],
    ],
    [
      'with a bare engine error first fails as that error',
      [role, { object: 'error', message: 'No.', code: 422 }, '[DONE]'],
      [{ error: 'refused', status: 422, isRetryable: false }],
    ],
    [
      'with an error of no status is unavailable',
      [{ error: { message: 'oops', code: 'internal' } }],
      [{ error: 'unavailable', status: 200, isRetryable: true }],
    ],
    [
      'with an error after text is cut',
      [text('Hi'), { error: { message: overflow, code: '400' } }],
      ['Hi', { error: 'cut', status: 400, isRetryable: true }],
    ],
    [
      'with an error after reasoning is cut',
      [reasoning('Hm'), { detail: 'overloaded' }],
      [{ reasoning: 'Hm' }, { error: 'cut', status: 200, isRetryable: true }],
    ],
  ];
  test.each(cases)('%s', async (_name, data, expected) => {
    expect(await outcomeOf(events(...data))).toEqual(expected);
  });

  test.each(['stop', 'eos_token', 'stop_sequence', 'tool_calls', 'something-new'])('"%s" means stop', async (word) => {
    expect(await outcomeOf(events(text('Hi'), finish(word), '[DONE]'))).toEqual(['Hi', stop]);
  });
});

describe('the wire', () => {
  const utf8 = new TextEncoder().encode(`${event(text('Grüße 🐉 龍'))}${event('[DONE]')}`);
  const cases: [string, (string | Uint8Array | null)[], unknown[]][] = [
    ['every byte may come alone', Array.from(utf8, (byte) => Uint8Array.of(byte)), ['Grüße 🐉 龍', stop]],
    [
      'a byte order mark and CRLF are fine',
      ['\uFEFF', event(text('Hi')).replaceAll('\n', '\r\n'), 'data: [DONE]\r', '\n\r\n'],
      ['Hi', stop],
    ],
    [
      'comments, names and ids are skipped',
      [': ping\n\n', `event: x\nid: 1\n${event(text('Hi'))}: ping\n`, event('[DONE]')],
      ['Hi', stop],
    ],
    ['the last event needs no blank line', [event(text('Hi')), 'data: [DONE]'], ['Hi', stop]],
    ['a cut connection keeps what came', [event(text('Hi')), null], ['Hi', cut]],
    ['a connection cut inside an event', [event(text('Hi')), 'data: {"choices":[{"del'], ['Hi', cut]],
    [
      'a connection cut after the finish breaks nothing',
      [event(text('Hi')), event(finish('length')), null],
      ['Hi', { finish: 'length' }],
    ],
    [
      'text before an error in one packet is kept',
      [event(text('Hi')) + event({ error: { code: 503 } })],
      ['Hi', { ...cut, status: 503 }],
    ],
    [
      'an endless event is refused',
      Array.from({ length: 5 }, () => `data: ${'x'.repeat(1024 * 1024)}\n`),
      [{ ...malformed, status: undefined }],
    ],
  ];
  test.each(cases)('%s', async (_name, parts, expected) => {
    expect(await outcomeOf(rawEvents(...parts))).toEqual(expected);
  });

  test('no connection is a network error that keeps its cause', async () => {
    const gone = await startHttpServer();
    await gone.close();
    const stream = clientOf(gone.url).stream(ask, { signal: never });
    await expect(stream.next()).rejects.toMatchObject({
      kind: 'network',
      isRetryable: true,
      cause: { cause: { code: 'ECONNREFUSED' } },
    });
  });

  test('a connection closed without an answer is a network error', async () => {
    expect(await outcomeOf((response) => response.destroy())).toEqual([{ error: 'network', isRetryable: true }]);
  });
});

describe('a plain answer to a request for a stream', () => {
  const message = (content: string | null) => ({
    index: 0,
    message: { role: 'assistant', content },
    finish_reason: 'length',
  });
  const cases: [string, Script, unknown[]][] = [
    [
      'is converted',
      status(200, { choices: [message('Hi')], usage: usage(3, 1).usage }),
      ['Hi', { finish: 'length' }, { usage: [3, 1] }],
    ],
    ['may have no finish reason', status(200, { choices: [{ message: { content: 'Hi' } }] }), ['Hi', stop]],
    ['may be of the older text form', status(200, { choices: [{ text: 'Hi' }] }), ['Hi', stop]],
    ['may be empty', status(200, { choices: [message(null)] }), [empty]],
    ['may have no choices', status(200, { choices: [] }), [empty]],
    [
      'may be an error',
      status(200, { error: { message: 'x', code: '429' } }, { 'retry-after': '7' }),
      [{ error: 'rate-limited', status: 429, retryAfterMs: 7000, isRetryable: true }],
    ],
    [
      'may be an error without a wrapper',
      status(200, { status: 'error', message: 'No model loaded.' }),
      [{ error: 'unavailable', status: 200, isRetryable: true }],
    ],
    ['may be no JSON', status(200, 'oops', { 'content-type': 'application/json' }), [malformed]],
    ['may be JSON of another kind', status(200, ['x']), [malformed]],
    [
      'may be a web page',
      status(200, '<!doctype html>', { 'content-type': 'text/html' }),
      [{ error: 'unavailable', status: 200, isRetryable: true }],
    ],
    ['may have no body', (response) => response.writeHead(204).end(), [{ ...cut, status: 204 }]],
  ];
  test.each(cases)('%s', async (_name, script, expected) => {
    expect(await outcomeOf(script)).toEqual(expected);
  });
});

describe('cancelling', () => {
  const signalOf = () => new AbortController();

  test('an aborted signal sends nothing', async () => {
    const before = server.requests.length;
    const stream = clientOf().stream(ask, { signal: AbortSignal.abort('stopped') });
    expect([await outcome(stream), server.requests.length - before]).toEqual([['stopped'], 0]);
  });

  test('an abort before the first token closes the request and throws the reason', async () => {
    const caller = signalOf();
    const index = server.requests.length;
    server.script(() => {});
    const ended = outcome(clientOf().stream(ask, { signal: caller.signal }));
    const request = await server.arrival(index);
    caller.abort('stopped');
    expect([await ended, await request.closed]).toEqual([['stopped'], { wasComplete: false }]);
  });

  test('an abort between tokens closes the request and throws the reason', async () => {
    const caller = signalOf();
    server.script(openEvents(text('Hi'), text('not shown')));
    const stream = clientOf().stream(ask, { signal: caller.signal });
    const first = await stream.next();
    caller.abort('stopped');
    expect([first.value, await outcome(stream), await server.requests.at(-1)?.closed]).toEqual([
      { type: 'text', text: 'Hi' },
      ['stopped'],
      { wasComplete: false },
    ]);
  });

  test.each<[string, number, string, string]>([
    ['a web page that never ends', 200, 'text/html', '<p>'],
    ['a failure that never ends', 503, 'text/plain', 'x'.repeat(100_000)],
  ])('%s is not read on', async (_name, code, type, start) => {
    const log = await outcomeOf((response) => response.writeHead(code, { 'content-type': type }).write(start));
    expect([log, await server.requests.at(-1)?.closed]).toEqual([
      [{ error: 'unavailable', status: code, isRetryable: true }],
      { wasComplete: false },
    ]);
  });

  test('the end of a reply lets go of its signal', async () => {
    const { signal } = signalOf();
    server.script(events(text('Hi'), '[DONE]'));
    await outcome(clientOf().stream(ask, { signal }));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('leaving the loop closes the request', async () => {
    server.script(openEvents(text('Hi'), text('Ho')));
    for await (const { type } of clientOf().stream(ask, { signal: never })) {
      expect(type).toBe('text');
      break;
    }
    expect(await server.requests.at(-1)?.closed).toEqual({ wasComplete: false });
  });

  test('a finished reply leaves its connection for the next', async () => {
    const quiet = await startHttpServer();
    const hello = events(text('Hi'), finish('stop'), '[DONE]');
    quiet.script(hello, hello, hello);
    for (let turn = 0; turn < 3; turn++) {
      await outcome(clientOf(quiet.url).stream(ask, { signal: never }));
      await settle();
    }
    const connections = quiet.requests.map(({ connection }) => connection);
    await quiet.close();
    expect(connections).toEqual([1, 1, 1]);
  });
});
