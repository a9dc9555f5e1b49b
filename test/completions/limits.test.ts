import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createCompletionsClient } from '../../src/completions/client.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';
import { event, type HttpServer, openEvents, startHttpServer } from '../support/http-server.ts';
import { ask, finish, outcome, text, usage } from './support.ts';

const MINUTE_MS = 60_000;
const never = new AbortController().signal;

/** A client whose server is this test: what it sends arrives at once, and time stands still in between. */
function talk() {
  const clock = new FakeClock();
  let body: ReadableStreamDefaultController<Uint8Array> | undefined;
  let requestSignal: AbortSignal | null | undefined;
  const fetch = (_url: unknown, init?: RequestInit) => {
    requestSignal = init?.signal;
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        body = controller;
        requestSignal?.addEventListener('abort', () => controller.error(requestSignal?.reason));
      },
    });
    return Promise.resolve(new Response(stream, { headers: { 'content-type': 'text/event-stream' } }));
  };
  const client = createCompletionsClient({ baseUrl: 'http://models.test', apiKey: 'sk-x', clock, fetch });
  const stream = client.stream(ask, { signal: never });
  const log: unknown[] = [];
  return {
    clock,
    stream,
    log,
    begin: async () => {
      void outcome(stream).then((all) => log.push(...all, 'ended'));
      await settle();
    },
    send: async (...parts: string[]) => {
      for (const part of parts) body?.enqueue(new TextEncoder().encode(part));
      await settle();
    },
    close: async () => {
      body?.close();
      await settle();
    },
    isRequestOpen: () => requestSignal?.aborted === false,
  };
}

const timeout = (limit: string) => ({ error: 'timeout', limit, isRetryable: limit !== 'total' });
const role = event({ choices: [{ delta: { role: 'assistant', content: '' } }] });

describe('time limits', () => {
  test('90 s for the first token, whatever the pings and the empty first chunk say', async () => {
    const { clock, log, begin, send, isRequestOpen } = talk();
    await begin();
    await send(': ping\n\n', role);
    await clock.advance(89_999);
    await send(': ping\n\n', event(usage(3, 0)));
    expect([isRequestOpen(), log]).toEqual([true, []]);
    await clock.advance(1);
    expect([isRequestOpen(), log]).toEqual([false, [timeout('first-byte'), 'ended']]);
  });

  test('30 s between tokens, counted anew from each', async () => {
    const { clock, log, begin, send } = talk();
    await begin();
    await clock.advance(89_999);
    for (const word of ['a', 'b', 'c']) {
      await send(event(text(word)));
      await clock.advance(29_999);
    }
    await send(': ping\n\n');
    expect(log).toEqual([]);
    await clock.advance(1);
    expect(log).toEqual(['a', 'b', 'c', timeout('stall'), 'ended']);
  });

  test('10 min for a reply that never stops; that one is not worth a retry', async () => {
    const { clock, log, begin, send } = talk();
    await begin();
    for (let second = 20; second < 600; second += 20) {
      await clock.advance(20_000);
      await send(event(text('a')));
    }
    await clock.advance(19_999);
    expect(log).toEqual([]);
    await clock.advance(1);
    expect(log.slice(-2)).toEqual([timeout('total'), 'ended']);
  });

  test('time that the reader takes is not held against the server', async () => {
    const { clock, stream, send } = talk();
    const first = stream.next();
    await settle();
    await send(event(text('a')));
    expect((await first).value).toEqual({ type: 'text', text: 'a' });
    await clock.advance(5 * MINUTE_MS);
    const second = stream.next();
    await settle();
    await clock.advance(29_999);
    await send(event(text('b')));
    expect((await second).value).toEqual({ type: 'text', text: 'b' });
    const third = outcome(stream);
    await clock.advance(30_000);
    expect(await third).toEqual([timeout('stall')]);
  });

  test('a clock that somebody sets neither ends a reply nor lets one hang', async () => {
    const { clock, log, begin, send } = talk();
    await begin();
    clock.set(24 * 60 * MINUTE_MS);
    await send(event(text('a')));
    clock.set(0);
    await clock.advance(29_999);
    expect(log).toEqual([]);
    await clock.advance(1);
    expect(log).toEqual(['a', timeout('stall'), 'ended']);
  });

  test('a reply that is finished waits 2 s for its usage, and then is whole without', async () => {
    const { clock, log, begin, send } = talk();
    await begin();
    await send(event(text('a')), event(finish('stop')));
    await clock.advance(1_999);
    expect(log).toEqual([]);
    await clock.advance(1);
    expect(log).toEqual(['a', { finish: 'stop' }, 'ended']);
  });

  test('a token costs no timer of its own', async () => {
    const { clock, begin, send } = talk();
    const sleep = jest.spyOn(clock, 'sleep');
    await begin();
    for (const word of ['a', 'b', 'c', 'd']) await send(event(text(word)));
    await send(event(finish('stop')));
    expect(sleep.mock.calls.map(([ms]) => ms)).toEqual([90_000, 30_000, 2_000]);
  });

  test('nothing sleeps on after the end', async () => {
    const { clock, log, begin, send, close } = talk();
    await begin();
    await send(event(text('a')), event('[DONE]'));
    await close();
    expect([log, clock.sleeping]).toEqual([['a', { finish: 'stop' }, 'ended'], 0]);
  });
});

describe('on a real connection', () => {
  let server: HttpServer;
  beforeAll(async () => {
    server = await startHttpServer();
  });
  afterAll(() => server.close());

  test.each([
    ['before the headers', () => {}, []],
    ['after a token', openEvents(text('Hi')), ['Hi']],
    ['inside the body of a failure', (response: ServerResponse) => response.writeHead(500).write('{'), []],
  ])('a limit that is reached %s closes the request', async (_name, script, shown) => {
    const clock = new FakeClock();
    const limits = { firstTokenMs: 1_000, stallMs: 1_000 };
    const client = createCompletionsClient({ baseUrl: server.url, apiKey: 'sk-x', clock, limits });
    const index = server.requests.length;
    server.script(script);
    const stream = client.stream(ask, { signal: never });
    const first = stream.next();
    const { closed } = await server.arrival(index);
    const log = shown.length > 0 ? [(await first).value] : [];
    const rest = shown.length > 0 ? outcome(stream) : outcome(only(first));
    await clock.advance(1_000);
    expect([log, await rest, await closed]).toEqual([
      shown.map((word) => ({ type: 'text', text: word })),
      [timeout(shown.length > 0 ? 'stall' : 'first-byte')],
      { wasComplete: false },
    ]);
  });

  test('the list of models has 30 s', async () => {
    const clock = new FakeClock();
    const client = createCompletionsClient({ baseUrl: server.url, apiKey: 'sk-x', clock });
    const index = server.requests.length;
    server.script(() => {});
    const listed = client.listModels({ signal: never }).catch((error: unknown) => error);
    const { closed } = await server.arrival(index);
    await clock.advance(30_000);
    expect(await listed).toMatchObject({ kind: 'timeout' });
    expect(await closed).toEqual({ wasComplete: false });
  });
});

async function* only<T>(result: Promise<IteratorResult<T>>): AsyncGenerator<T> {
  yield (await result).value as T;
}
