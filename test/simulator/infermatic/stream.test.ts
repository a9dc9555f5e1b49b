import { describe, expect, test } from '@jest/globals';
import {
  ask,
  contentOf,
  dataOf,
  manualClock,
  PLAIN_MODEL,
  readBroken,
  readEvents,
  readJson,
  stream,
  type WireCompletion,
  withSimulator,
} from './support.ts';

const choice = (delta: object, finishReason: string | null = null) => ({
  index: 0,
  delta,
  logprobs: null,
  finish_reason: finishReason,
});

/** Prompt and reply of `one two` to `Hello`. */
const usage = { prompt_tokens: 14, completion_tokens: 2, total_tokens: 16 };

test('a plain completion has the shape of LiteLLM', async () => {
  const { clock } = manualClock(1_700_000_000_500);
  await withSimulator({ clock }, async (api) => {
    api.next({ reply: ['one', ' two'], finishReason: 'stop' });
    const response = await ask(api);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({
      id: 'chatcmpl-00000001',
      created: 1_700_000_000,
      model: PLAIN_MODEL,
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'one two', tool_calls: null, function_call: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage,
    });
  });
});

test('a stream is a role, the deltas, the finish reason, usage if asked, and [DONE]', async () => {
  const { clock } = manualClock(1_700_000_000_500);
  await withSimulator({ clock }, async (api) => {
    api.next({ reply: ['one', ' two'] });
    const response = await stream(api, { stream_options: { include_usage: true } });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const lines = dataOf(await response.text());
    expect(lines.at(-1)).toBe('[DONE]');
    const head = {
      id: 'chatcmpl-00000001',
      created: 1_700_000_000,
      model: PLAIN_MODEL,
      object: 'chat.completion.chunk',
    };
    expect(lines.slice(0, -1).map((line) => JSON.parse(line) as unknown)).toEqual([
      { ...head, choices: [choice({ role: 'assistant', content: '' })], usage: null },
      { ...head, choices: [choice({ content: 'one' })], usage: null },
      { ...head, choices: [choice({ content: ' two' })], usage: null },
      { ...head, choices: [choice({}, 'eos_token')], usage: null },
      { ...head, choices: [], usage },
    ]);
  });
});

const usagesOf = (events: WireCompletion[]) => events.map((event) => [event.choices?.length, event.usage]);

describe('usage', () => {
  const first = { ...usage, completion_tokens: 0, total_tokens: 14 };
  const second = { ...usage, completion_tokens: 1, total_tokens: 15 };
  test.each([
    [undefined, false, [[1], [1], [1], [1]]],
    ['never', true, [[1], [1], [1], [1]]],
    [
      'always',
      false,
      [
        [1, null],
        [1, null],
        [1, null],
        [1, null],
        [0, usage],
      ],
    ],
    [
      'without-choices',
      false,
      [
        [1, null],
        [1, null],
        [1, null],
        [1, null],
        [undefined, usage],
      ],
    ],
    [
      'every-chunk',
      false,
      [
        [1, first],
        [1, second],
        [1, usage],
        [1, usage],
        [0, usage],
      ],
    ],
  ] as const)('%s, asked for: %s', (kind, asked, expected) =>
    withSimulator({}, async (api) => {
      api.next({ reply: ['one', ' two'], ...(kind ? { usage: kind } : {}) });
      const response = await stream(api, asked ? { stream_options: { include_usage: true } } : {});
      expect(usagesOf(await readEvents(response))).toEqual(expected.map(([count, found]) => [count, found]));
    }),
  );
});

test('a text is sent in tokens of about six characters, which join to the text again', () =>
  withSimulator({}, async (api) => {
    const text = 'The old keeper climbed the stairs, and the storm began to sing; 你好, ça va? 🎉\n\n'.repeat(31);
    api.next(text);
    const events = await readEvents(await stream(api, { max_tokens: 3000 }));
    expect(contentOf(events)).toBe(text);
    const perToken = Array.from(text).length / (events.length - 2);
    expect(perToken).toBeGreaterThan(5);
    expect(perToken).toBeLessThan(7);
  }));

describe('a text obeys the request, a list of chunks does not', () => {
  const request = { stop: ['\nUser:', '!'], max_tokens: 3 };
  test.each([
    ['Well well\nUser: no', 'Well well', 'eos_token'],
    ['Hello! there', 'Hello', 'eos_token'],
    ['seven letters longer together forever', 'seven letters longer', 'length'],
    [['a!', 'b', 'c', '\nUser: d'], 'a!bc\nUser: d', 'eos_token'],
    ['', '', 'eos_token'],
  ])('%j', (reply, content, finishReason) =>
    withSimulator({}, async (api) => {
      api.next({ reply });
      const events = await readEvents(await stream(api, request));
      expect([contentOf(events), events.at(-1)?.choices?.[0]?.finish_reason]).toEqual([content, finishReason]);
      api.next({ reply });
      const { choices } = await readJson(await ask(api, request));
      expect([choices?.[0]?.message?.content, choices?.[0]?.finish_reason]).toEqual([content, finishReason]);
    }),
  );
});

test('reasoning comes before the content, in a field of its own', () =>
  withSimulator({}, async (api) => {
    const script = { reasoning: ['hm', '...'], reply: ['Yes.'] };
    api.next(script, script);
    const events = await readEvents(await stream(api));
    expect(events.slice(1, -1).map(({ choices }) => choices?.[0]?.delta)).toEqual([
      { reasoning_content: 'hm' },
      { reasoning_content: '...' },
      { content: 'Yes.' },
    ]);
    const { choices } = await readJson(await ask(api));
    expect(choices?.[0]?.message).toMatchObject({ content: 'Yes.', reasoning_content: 'hm...' });
  }));

describe('time', () => {
  const speed = { firstTokenMs: 300, tokensPerSecond: 50 };
  const reply = () => ({ reply: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'] });

  test('the first token and each after it are sent at their times, the end with the last', async () => {
    const { clock, advance, waiting } = manualClock(1000);
    await withSimulator({ clock, speed, reply }, async (api) => {
      const response = stream(api);
      await waiting();
      const sentAfter = [0, 299, 1, 19, 1, 159, 1].map((ms) => {
        advance(ms);
        return [clock.now() - 1000, api.log[0]?.completionTokens ?? 0];
      });
      expect(sentAfter).toEqual([
        [0, 0],
        [299, 0],
        [300, 1],
        [319, 1],
        [320, 2],
        [479, 9],
        [480, 10],
      ]);
      expect(contentOf(await readEvents(await response))).toBe('abcdefghij');
      expect(api.log).toEqual([
        expect.objectContaining({ at: 1000, startedAt: 1300, lastTokenAt: 1480, finishedAt: 1480, aborted: false }),
      ]);
    });
  });

  test('timers that fire late do not add up', async () => {
    const { clock, advance, waiting } = manualClock(0, 7);
    await withSimulator({ clock, speed, reply }, async (api) => {
      const response = stream(api);
      await waiting();
      advance(1000);
      await readEvents(await response);
      expect(api.log[0]).toMatchObject({ startedAt: 307, lastTokenAt: 487 });
    });
  });

  test('a plain completion comes when its last token would have come', async () => {
    const { clock, advance, waiting } = manualClock();
    await withSimulator({ clock, speed, reply }, async (api) => {
      const response = ask(api);
      await waiting();
      advance(479);
      expect(api.log[0]?.status).toBe(0);
      advance(1);
      expect((await response).status).toBe(200);
    });
  });

  test('a script has a speed of its own', async () => {
    const { clock, advance, waiting } = manualClock();
    await withSimulator({ clock, speed, reply }, async (api) => {
      api.next({ speed: { tokensPerSecond: Infinity } });
      const response = stream(api);
      await waiting();
      advance(300);
      await readEvents(await response);
      expect(api.log[0]).toMatchObject({ startedAt: 300, lastTokenAt: 300 });
    });
  });

  test('half of the round trip passes before the server knows, half before the client does', async () => {
    const { clock, advance, waiting } = manualClock();
    await withSimulator({ clock, speed, reply, latencyMs: 60 }, async (api) => {
      const response = stream(api);
      await waiting();
      advance(29);
      expect(api.log).toEqual([]);
      advance(1);
      await waiting();
      advance(480);
      const body = readBroken(await response);
      expect(api.log[0]).toMatchObject({ at: 30, startedAt: 330, lastTokenAt: 510, finishedAt: 510 });
      advance(30);
      expect((await body).text).toMatch(/\[DONE\]\n\n$/);
    });
  });
});
