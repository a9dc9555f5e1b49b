import { describe, expect, test } from '@jest/globals';
import { type Behaviour, errors, type ScriptedReply } from '../../../src/simulator/infermatic/index.ts';
import {
  ask,
  contentOf,
  dataOf,
  manualClock,
  nextEvent,
  readBroken,
  readEvents,
  readJson,
  stream,
  withSimulator,
} from './support.ts';

const reply = ['one', ' two', ' three', ' four'];

const wordsOf = (text: string) =>
  dataOf(text)
    .map((line) => /"content":"([^"]+)"/.exec(line)?.[1] ?? '')
    .join('');

describe('a stream that does not end well', () => {
  test.each([
    [{ cutAfter: 2 }, 'one two', true],
    [{ cutAfter: 0 }, '', true],
    [{ endAfter: 3 }, 'one two three', false],
    [{ cutAfter: 3, endAfter: 1 }, 'one', false],
    [{ noDone: true }, 'one two three four', false],
  ])('%j', (fault, words, broke) =>
    withSimulator({}, async (api) => {
      api.next({ reply, ...fault });
      const body = await readBroken(await stream(api));
      expect([wordsOf(body.text), body.broke]).toEqual([words, broke]);
      expect(body.text).not.toContain('[DONE]');
      expect(body.text.includes('"finish_reason":"eos_token"')).toBe('noDone' in fault);
      expect(api.log[0]).toMatchObject({ status: 200, aborted: false, finishedAt: expect.any(Number) });
    }),
  );

  test('an error event ends the stream without [DONE]', () =>
    withSimulator({}, async (api) => {
      const error = { message: 'Overflow', type: null, param: null, code: '400' };
      api.next({ reply, streamError: 1 }, { reply, streamError: { after: 0, error } });
      const late = await stream(api);
      const lines = dataOf(await late.text());
      expect([late.status, wordsOf(lines.map((line) => `data: ${line}`).join('\n'))]).toEqual([200, 'one']);
      expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ error: { code: '500' } });
      expect((await readEvents(await stream(api))).at(-1)).toEqual({ error });
    }));

  test('a plain completion has the same faults', () =>
    withSimulator({}, async (api) => {
      api.next({ reply, streamError: 1 }, { reply, cutAfter: 1 }, { reply, endAfter: 1 });
      const failed = await ask(api);
      expect([failed.status, await failed.json()]).toMatchObject([500, { error: { code: '500' } }]);
      const cut = await readBroken(await ask(api));
      expect([cut.broke, cut.text.startsWith('{"id"')]).toEqual([true, true]);
      const ended = await readBroken(await ask(api));
      expect([ended.broke, ended.text.startsWith('{"id"'), ended.text.endsWith('}')]).toEqual([false, true, false]);
    }));
});

describe('a client that goes away is seen', () => {
  test.each([
    ['before the headers', 'before-headers', { status: 0 }, ''],
    ['before the first token', 'before-first-token', { status: 200 }, ''],
    ['in the middle', { afterTokens: 2 }, { status: 200, completionTokens: 2 }, 'one two'],
  ] as const)('%s', (_, hang, entry, words) =>
    withSimulator({}, async (api) => {
      api.next({ reply, hang });
      const controller = new AbortController();
      const received = nextEvent(api, 'request');
      const answer = stream(api, {}, { signal: controller.signal });
      let seen = '';
      if (hang === 'before-headers') {
        answer.catch(() => undefined);
        await received;
      } else {
        const reader = (await answer).body?.pipeThrough(new TextDecoderStream()).getReader();
        reader?.closed.catch(() => undefined);
        while (wordsOf(seen) !== words) seen += (await reader?.read())?.value ?? '';
      }
      const aborted = nextEvent(api, 'aborted');
      controller.abort();
      expect((await aborted).entry).toBe(api.log[0]);
      expect(api.log).toEqual([expect.objectContaining({ aborted: true, finishedAt: expect.any(Number), ...entry })]);
    }),
  );
});

test('a client that leaves when everything is said has not gone away early', () =>
  withSimulator({}, async (api) => {
    api.next({ reply: ['one'], splitBytes: 50 });
    const closed = nextEvent(api, 'finished');
    const reader = (await stream(api)).body?.getReader();
    await closed;
    await reader?.cancel();
    api.next('again');
    await (await ask(api)).text();
    expect(api.log.map(({ aborted }) => aborted)).toEqual([false, false]);
  }));

describe('the wire', () => {
  const text = 'Ça va, 世界? 🎉 “so so”';

  test.each([[1], [2], [3], [7]])('chunks of %i bytes cut through events and characters', (splitBytes) =>
    withSimulator({}, async (api) => {
      api.next({ reply: text, splitBytes }, text);
      const split = await readBroken(await stream(api));
      const whole = await readBroken(await stream(api));
      const withoutIdentity = (events: string) => events.replaceAll(/"id":"[^"]+","created":\d+/g, '');
      expect(withoutIdentity(split.text)).toBe(withoutIdentity(whole.text));
      expect(
        contentOf(
          dataOf(split.text)
            .slice(0, -1)
            .map((line) => JSON.parse(line)),
        ),
      ).toBe(text);
      expect(split.reads).toBeGreaterThan(Buffer.byteLength(split.text) / splitBytes / 2);
    }),
  );

  test('pings are comments between the events', () =>
    withSimulator({}, async (api) => {
      api.next({ reply: ['one'], pings: true });
      const lines = (await (await stream(api)).text()).split('\n\n').map((event) => event.slice(0, 6));
      expect(lines).toEqual([': ping', 'data: ', ': ping', 'data: ', ': ping', 'data: ', ': ping', 'data: ', '']);
    }));
});

describe('malformed', () => {
  test.each([
    ['null-content', { choices: [{ delta: { content: null } }] }, { choices: [{ message: { content: null } }] }],
    ['empty-choices', { choices: [] }, { choices: [] }],
  ] as const)('%s', (malformed, chunk, whole) =>
    withSimulator({}, async (api) => {
      api.next({ reply: ['one'], malformed }, { reply: ['one'], malformed });
      expect((await readEvents(await stream(api)))[1]).toMatchObject(chunk);
      expect(await readJson(await ask(api))).toMatchObject(whole);
    }),
  );

  test('choices may be missing altogether', () =>
    withSimulator({}, async (api) => {
      const script: ScriptedReply = { reply: ['one'], malformed: 'missing-choices' };
      api.next(script, script);
      const bodies = [...(await readEvents(await stream(api))), await readJson(await ask(api))];
      expect(bodies.map((body) => 'choices' in body)).toEqual([false, false, false, false]);
    }));

  test('an event, or the body, may be no JSON', () =>
    withSimulator({}, async (api) => {
      const script: ScriptedReply = { reply: ['one', ' two'], malformed: 'garbage-json' };
      api.next(script, script);
      const lines = dataOf(await (await stream(api)).text());
      expect(lines[2]).toBe('{"id":"chatcmpl-');
      expect(wordsOf(lines.map((line) => `data: ${line}`).join('\n'))).toBe('one two');
      const whole = await ask(api);
      expect([whole.status, await whole.text()]).toEqual([200, '{"id":"chatcmpl-']);
    }));

  test('JSON may come although a stream was asked for', () =>
    withSimulator({}, async (api) => {
      api.next({ reply: ['one'], malformed: 'plain-json' });
      const response = await stream(api);
      expect(response.headers.get('content-type')).toBe('application/json');
      expect((await readJson(response)).choices?.[0]?.message?.content).toBe('one');
    }));
});

describe('what comes next', () => {
  const statuses = async (ask: () => Promise<Response>, times: number) => {
    const found: number[] = [];
    for (let time = 0; time < times; time++) {
      const response = await ask();
      await response.text();
      found.push(response.status);
    }
    return found;
  };

  test('scripted answers come in order, and only to requests that are in order', () =>
    withSimulator({}, async (api) => {
      const answers: Behaviour[] = [errors.internal(), errors.badGatewayHtml()];
      api.next(...answers);
      expect((await ask(api, { top_k: 0 })).status).toBe(400);
      expect(await statuses(() => stream(api), 3)).toEqual([500, 502, 200]);
    }));

  test('while the server fails nothing else is answered, and the script waits', () =>
    withSimulator({}, async (api) => {
      api.next(errors.paymentRequired());
      api.fail(errors.serviceUnavailable());
      expect(await statuses(() => ask(api), 2)).toEqual([503, 503]);
      expect((await ask(api, { top_k: 0 })).status).toBe(503);
      api.fail({ reply: 'down', endAfter: 1 });
      expect(wordsOf(await (await stream(api)).text())).toBe('down');
      api.fail(undefined);
      expect(await statuses(() => ask(api), 2)).toEqual([402, 200]);
    }));

  test.each([
    [undefined, '60'],
    [17, '17'],
    [3600, '3600'],
    [-5, '-5'],
    ['soon', 'soon'],
    [new Date(Date.UTC(2026, 10, 3, 12, 0, 7)), 'Tue, 03 Nov 2026 12:00:07 GMT'],
    [null, null],
  ])('a 429 may be scripted with Retry-After %p', (retryAfter, header) =>
    withSimulator({}, async (api) => {
      api.next(errors.rateLimited(retryAfter));
      const response = await stream(api);
      expect([response.status, response.headers.get('retry-after')]).toEqual([429, header]);
    }),
  );

  test('the script can be forgotten', () =>
    withSimulator({}, async (api) => {
      api.next(errors.internal(), errors.internal());
      api.clearNext();
      expect(await statuses(() => stream(api), 1)).toEqual([200]);
    }));
});

test('closing is prompt with hanging answers, and lets nobody have gone away', async () => {
  const answers: Promise<unknown>[] = [];
  await withSimulator({ speed: { firstTokenMs: 60_000, tokensPerSecond: 1 } }, async (api) => {
    const bodies = [{ hang: 'before-headers' }, { hang: 'before-first-token' }, {}] as const;
    for (const body of bodies) {
      api.next({ reply, ...body });
      answers.push(stream(api).then(readBroken, (error: Error) => error.name));
      await nextEvent(api, 'request');
    }
    await api.close();
    expect(api.log.map(({ aborted }) => aborted)).toEqual([false, false, false]);
    await expect(api.close()).resolves.toBeUndefined();
  });
  expect(await Promise.all(answers)).toHaveLength(3);
});

test('closing leaves no timer behind', async () => {
  const { clock, waiting, pending } = manualClock();
  await withSimulator({ clock, latencyMs: 60 }, async (api) => {
    const answer = stream(api).catch((error: Error) => error.name);
    await waiting();
    expect(pending()).toBe(1);
    await api.close();
    expect(await answer).toBe('TypeError');
  });
  expect(pending()).toBe(0);
});
